import { setFlagsFromString } from "node:v8";

/** A flag of V8's, and what it is as long as nobody sets it. */
interface Flag {
  readonly set: string;
  readonly unset: string;
}

const SPARKPLUG: Flag = { set: "--always-sparkplug", unset: "--no-always-sparkplug" };
const GROWING: Flag = { set: "--heap-growing-percent=300", unset: "--heap-growing-percent=0" };

/** Code that runs for a second at most never earns what it costs to compile all that it calls along with it. */
const INLINING: Flag = {
  set: "--max-inlined-bytecode-size-cumulative=200",
  unset: "--max-inlined-bytecode-size-cumulative=920",
};

function budget(bytes: number): Flag {
  return { set: `--interrupt-budget=${bytes}`, unset: "--interrupt-budget=67584" };
}

/** `usual` is what this version has, which is not what it says of itself (`--v8-options`) where Maglev is on. */
function invocations(count: number, usual: number): Flag {
  const flag = (value: number) => `--invocation-count-for-turbofan=${value}`;
  return { set: flag(count), unset: flag(usual) };
}

/** By Node's major version. Later ones optimise late by themselves, and lose by Sparkplug's code for everything. */
const LATE: { readonly [node: string]: readonly Flag[] } = {
  "20": [SPARKPLUG, INLINING, budget(300_000)],
  "22": [SPARKPLUG, INLINING, invocations(12_000, 3000)],
};
/** The same for a program that reads once. */
const LATER: typeof LATE = {
  "20": [SPARKPLUG, INLINING, budget(1_000_000)],
  "22": [SPARKPLUG, INLINING, invocations(12_000, 3000)],
  "24": [invocations(50_000, 10_000)],
};

let flags: readonly Flag[] = [];
let starting = 0;

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
 * **Functions** are optimised after four times as many runs, with fewer others put into them, and until then run as Sparkplug's code and
 * not in the interpreter. The hot loops are WebAssembly, and what is around them runs for half a second: a third of the first scan's
 * processor time was TurboFan's, in each thread anew. JavaScript of your own that is hot for long may lose by it. `docs/decisions/013-memory.md`, `docs/decisions/025-cold-code.md`.
 */
export function tuneForReading({ once = false }: TuneOptions = {}): void {
  flags = [GROWING, ...((once ? LATER : LATE)[process.versions.node.split(".")[0]!] ?? [])];
  if (starting === 0) for (const { set } of flags) setFlagsFromString(set);
}

/**
 * Sets V8 back while a thread starts, until what this gives is called, which may be repeated. Node compiles its own modules from a cache
 * that V8 takes only with the flags with which it was made: without it, a first thread takes 55 ms to start in place of 22.
 */
export function untunedStart(): () => void {
  if (starting++ === 0) for (const { unset } of flags) setFlagsFromString(unset);
  let isOver = false;
  return () => {
    if (isOver) return;
    isOver = true;
    if (--starting === 0) for (const { set } of flags) setFlagsFromString(set);
  };
}
