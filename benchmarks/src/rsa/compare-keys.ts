import { availableParallelism } from "node:os";
import { askChild } from "../program/child.js";
import type { Progress } from "../program/progress.js";
import { type Spread, spreadOf } from "../program/statistics.js";
import { WORKERS, type Worker } from "./generators.js";
import type { KeyCost, KeyRequest } from "./measure-keys.js";

export interface RsaOptions {
  readonly bits: number;
  readonly widths: readonly number[];
  readonly keys: number;
  readonly repeat: number;
}

export interface KeyFigure {
  readonly worker: Worker;
  readonly width: number;
  readonly keys: number;
  readonly keysASecond: Spread;
  readonly busyCores: Spread;
  /**
   * Keys a second if this worker's threads were all that waits: what a core makes by this run's processor time for a key,
   * times as many cores as there are threads to use, or as the machine has.
   */
  readonly ideal: number;
}

/** libuv's own limit, and more than worker threads are good for. */
export const MOST_THREADS = 1024;

const MEASURING_PROCESS = new URL("./measure-keys.js", import.meta.url);
/** Keys at once beyond these only wait in libuv's pool. */
const LIBUV_THREADS = libuvThreads(process.env.UV_THREADPOOL_SIZE);

/** The threads of libuv's pool, from `UV_THREADPOOL_SIZE` as libuv reads it: what is no number is 0, and so 1. */
export function libuvThreads(value: string | undefined): number {
  if (value === undefined) return 4;
  const number = Number.parseInt(value, 10) || 0;
  // It is unsigned there: less than none is the most.
  return number < 0 ? MOST_THREADS : Math.min(Math.max(number, 1), MOST_THREADS);
}

export function runsOf({ widths, repeat }: RsaOptions): number {
  return WORKERS.length * widths.length * repeat;
}

/** Measures every worker at every width, in turn, each in a process of its own. */
export async function compareKeys(options: RsaOptions, progress: Progress): Promise<KeyFigure[]> {
  const { widths, repeat, bits, keys } = options;
  const costs = new Map<string, KeyCost[]>();
  for (let i = 0; i < repeat; i++) {
    for (const width of widths) {
      for (const worker of WORKERS) {
        progress.step(`${keys} keys of ${bits} bits, ${worker}, ${width} at once`);
        const request: KeyRequest = { worker, bits, width, keys };
        const cost = await askChild<KeyCost>(MEASURING_PROCESS, request);
        const name = `${worker} ${width}`;
        costs.set(name, [...(costs.get(name) ?? []), cost]);
      }
    }
  }
  return WORKERS.flatMap((worker) => widths.map((width) => figure(worker, width, costs.get(`${worker} ${width}`)!)));
}

function figure(worker: Worker, width: number, costs: readonly KeyCost[]): KeyFigure {
  const cpuMsAKey = spreadOf(costs.map((cost) => cost.cpuMsAKey)).median;
  return {
    worker,
    width,
    keys: costs.reduce((sum, { keys }) => sum + keys, 0),
    keysASecond: spreadOf(costs.map((cost) => cost.keysASecond)),
    busyCores: spreadOf(costs.map((cost) => cost.busyCores)),
    ideal: (usableCores(worker, width) * 1000) / cpuMsAKey,
  };
}

/** Cores that a worker can use at a width on this machine. */
export function usableCores(worker: Worker, width: number): number {
  if (worker === "event loop") return 1;
  const threads = worker === "libuv pool" ? Math.min(width, LIBUV_THREADS) : width;
  return Math.min(threads, availableParallelism());
}
