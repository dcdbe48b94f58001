import { availableParallelism } from "node:os";
import { parallelMap } from "@asyncdelta/parallel";
import { answerParent } from "../program/child.js";
import { keyGenerator, type Worker } from "./generators.js";

/** What the measuring process is asked for. */
export interface KeyRequest {
  readonly worker: Worker;
  readonly bits: number;
  readonly width: number;
  readonly keys: number;
}

export interface KeyCost {
  readonly keysASecond: number;
  /** Processor time of all threads over wall time. */
  readonly busyCores: number;
  /** Processor milliseconds for a key: tells a lucky run of short searches from a fast one. */
  readonly cpuMsAKey: number;
  /** Keys that were made. */
  readonly keys: number;
  readonly cores: number;
}

/** Makes keys under `parallelMap`, as many at once as `width` says. */
async function measureKeys({ worker, bits, width, keys }: KeyRequest): Promise<KeyCost> {
  const generator = await keyGenerator(worker, bits, width);
  await generator.generate();
  const cpu = process.cpuUsage();
  const start = performance.now();
  let made = 0;
  for await (const bytes of parallelMap(Array(keys).fill(0), () => generator.generate(), { concurrency: width })) {
    if (bytes * 8 < bits) throw new Error(`A private key of ${bytes} bytes is too short for ${bits} bits.`);
    made++;
  }
  const ms = performance.now() - start;
  const used = process.cpuUsage(cpu);
  const cpuMs = (used.user + used.system) / 1000;
  await generator.close();
  return {
    keysASecond: (made / ms) * 1000,
    busyCores: cpuMs / ms,
    cpuMsAKey: cpuMs / made,
    keys: made,
    cores: availableParallelism(),
  };
}

answerParent(measureKeys);
