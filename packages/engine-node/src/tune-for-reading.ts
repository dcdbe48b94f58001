import { setFlagsFromString } from "node:v8";

/** By Node's major version. Later ones optimise late by themselves, and lose by Sparkplug's code for everything. */
const LATE: { readonly [node: string]: readonly string[] } = {
  "20": ["--always-sparkplug", "--interrupt-budget=200000"],
  "22": ["--always-sparkplug", "--invocation-count-for-turbofan=12000"],
};
/** The same for a program that reads once. */
const LATER: typeof LATE = {
  "20": ["--always-sparkplug", "--interrupt-budget=1000000"],
  "22": ["--always-sparkplug", "--invocation-count-for-turbofan=12000"],
  "24": ["--invocation-count-for-turbofan=50000"],
};

export interface TuneOptions {
  /**
   * Whether the program reads a table once and ends, and so runs little code for long: less of it is optimised then, which is 5 %
   * of a first reading. Default: false.
   */
  readonly once?: boolean | undefined;
}

/**
 * Tells V8 that reading tables is the main work of this program, as it is of the command `asyncdelta`. It holds for the whole
 * process, which is why no engine does it; what is loaded afterwards, also by `preload`, profits most.
 *
 * **The heap** may grow to four times of what is alive in it before all of it is collected. Arrow's buffers lie outside of the
 * heap, and yet V8 counts them: where little else is alive, 12 MB say, it collects the whole heap for every 24 MB that arrive.
 * That is a fifth of the work of a large scan, in pauses of 5 to 10 ms, for memory that the far cheaper collections of young
 * objects free as well once there is room for them to come first. Peak memory was the same on all tables of the benchmark.
 *
 * **Functions** are optimised after three times as many runs, and until then run as Sparkplug's code and not in the
 * interpreter. The hot loops are WebAssembly, and what is around them runs for half a second: a third of the first scan's
 * processor time was TurboFan's, in each thread anew. `docs/decisions/013-memory.md`, `docs/decisions/025-cold-code.md`.
 */
export function tuneForReading({ once = false }: TuneOptions = {}): void {
  setFlagsFromString("--heap-growing-percent=300");
  for (const flag of (once ? LATER : LATE)[process.versions.node.split(".")[0]!] ?? []) setFlagsFromString(flag);
}
