import { createRequire } from "node:module";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { nodeEngine, preload, resolveTableUrl } from "@asyncdelta/engine-node";
import { peakMemory, resetPeakMemory } from "../memory/peak-memory.js";
import { runCommand } from "../program/run-command.js";
import { runOperation } from "./operations.js";
import { type AnchorOptions, parseOptions, USAGE } from "./options.js";

/** Milliseconds between two looks at the event loop. */
const RESOLUTION = 10;

/**
 * Measures this library as the peers of `run_all.py` are measured: a line of JSON for each iteration, each with a new
 * engine. Times are in milliseconds, taken inside the program, imports left out; the first iteration has cold code in it.
 */
export async function main(args: readonly string[]): Promise<void> {
  await runCommand(USAGE, args, parseOptions, async (options) => {
    // The peers' programs are loaded as a whole before their clocks start.
    await preload(options.table);
    for (let iteration = 0; iteration < options.repeat; iteration++) {
      console.log(JSON.stringify(await measure(options, iteration)));
    }
  });
}

async function measure(options: AnchorOptions, iteration: number): Promise<object> {
  const root = resolveTableUrl(options.table);
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION });
  resetPeakMemory();
  delay.enable();
  const start = performance.now();
  const engine = nodeEngine();
  const { snapshotAt, ...found } = await runOperation(engine, root, options);
  const end = performance.now();
  delay.disable();
  const peak = peakMemory();
  await engine.close();
  return {
    anchor: "asyncdelta",
    anchor_version: version,
    node: process.versions.node,
    op: options.operation,
    url: options.table,
    iter: iteration,
    ...found,
    ms: millis(end - start),
    snapshot_ms: millis(snapshotAt - start),
    rest_ms: millis(end - snapshotAt),
    peak_rss_mb: peak,
    loop_delay_p99_ms: lateness(delay.percentile(99)),
    loop_delay_max_ms: lateness(delay.max),
  };
}

const { version } = createRequire(import.meta.url)("asyncdelta/package.json") as { version: string };

function millis(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** How much later than it should the event loop looked, from the nanoseconds between two looks. */
function lateness(nanoseconds: number): number {
  return Math.max(0, millis(nanoseconds / 1e6 - RESOLUTION));
}
