import { nodeEngine, preload } from "@asyncdelta/engine-node";
import { recordTrace } from "@asyncdelta/engine-node/trace";
import type { Engine, Snapshot } from "@asyncdelta/kernel-core";
import { peakMemory, resetPeakMemory } from "../memory/peak-memory.js";
import { runEagerly } from "./easy-road.js";
import type { Cost, RunRequest, RunResult } from "./road.js";
import { hardEngine, type RoadStorage, roadStorage, serialEngine } from "./road-engine.js";
import { runPlainly } from "./serial-road.js";
import { Tally } from "./tally.js";

/** Runs one road once in this process and says what it found and what it cost. */
export async function runRoad(request: RunRequest): Promise<RunResult> {
  // What is loaded when it is first needed would else be counted as the work of whoever needs it.
  await Promise.all([preload(request.root), import("it-parallel")]);
  const host = nodeEngine();
  const place = roadStorage(host, request.root, request.latency);
  const tally = new Tally(request.purpose === "check");
  resetPeakMemory();
  const baseMib = peakMemory();
  const recorder = request.purpose === "trace" ? recordTrace(titleOf(request)) : undefined;
  const cpu = process.cpuUsage();
  const start = performance.now();
  const snapshot = await drive(request, place, tally);
  const ms = performance.now() - start;
  const used = process.cpuUsage(cpu);
  const trace = recorder?.stop();
  await host.close();
  const cost = costOf(place, ms, (used.user + used.system) / 1000, baseMib);
  return { found: tally.found(snapshot), cost, trace };
}

async function drive(request: RunRequest, { storage }: RoadStorage, tally: Tally): Promise<Snapshot> {
  const { road, root, operation, width } = request;
  const engines: Engine[] = [];
  const kept = (engine: Engine): Engine => {
    engines.push(engine);
    return engine;
  };
  try {
    if (road === "hard") return await runPlainly(kept(hardEngine(storage, width)), root, operation, tally);
    const planner = kept(serialEngine(storage, 1));
    if (road === "serial") return await runPlainly(planner, root, operation, tally);
    const readers = Array.from({ length: width }, () => kept(serialEngine(storage, width)));
    return await runEagerly({ planner, readers }, root, operation, tally);
  } finally {
    await Promise.all(engines.map((engine) => engine.close()));
  }
}

function costOf({ record, flight }: RoadStorage, ms: number, cpuMs: number, baseMib: number): Cost {
  return {
    ms,
    requests: record.requests.length,
    rounds: record.rounds,
    inFlightMost: flight.most,
    inFlightMean: flight.area() / ms,
    busyCores: cpuMs / ms,
    peakMib: peakMemory(),
    baseMib,
    bytes: record.bytesRead,
  };
}

function titleOf({ road, operation, latency }: RunRequest): string {
  return `${road}: ${operation}${latency > 0 ? ` with ${latency} ms to the first byte` : ""}`;
}
