import type { Trace } from "@asyncdelta/engine-node/trace";

/**
 * How an operation is run: `serial` is the kernel with every window at 1, `easy` that serial kernel under an eager
 * executor, `hard` the kernel as it is.
 */
export type Road = "serial" | "easy" | "hard";
export const ROADS: readonly Road[] = ["serial", "easy", "hard"];

export type RoadOperation = "snapshot" | "files" | "scan";
export const OPERATIONS: readonly RoadOperation[] = ["snapshot", "files", "scan"];

/** One run, as the measuring process is asked for it. */
export interface RunRequest {
  readonly road: Road;
  readonly operation: RoadOperation;
  /** URL of the table's root. */
  readonly root: string;
  /** Milliseconds that the first byte of every request takes longer; 0 for none. */
  readonly latency: number;
  /** Most worker threads, and files under way at once in the easy road. */
  readonly width: number;
  /** `check` looks at every value, `measure` at the head and at counts, `trace` records a timeline too. */
  readonly purpose: "check" | "measure" | "trace";
}

/** What a run found; roads that agree find the same. */
export interface Found {
  readonly version: number;
  /** Hash of version, protocol and metadata. */
  readonly head: string;
  readonly files: number;
  /** Sum of the files' sizes in bytes. */
  readonly size: number;
  readonly rows: number;
  /** Hash of what was found: of all of it in a check, of the head alone otherwise. */
  readonly digest: string;
}

/** What a run cost. */
export interface Cost {
  /** Wall time in milliseconds, imports left out. */
  readonly ms: number;
  readonly requests: number;
  /** Longest chain of requests each of which began after the one before it had ended. */
  readonly rounds: number;
  /** Most requests under way at once. */
  readonly inFlightMost: number;
  /** Requests under way on average over the wall time. */
  readonly inFlightMean: number;
  /** Processor time of all threads over wall time. */
  readonly busyCores: number;
  /** Most memory that the process held, in MiB, and how much of it was there before. */
  readonly peakMib: number;
  readonly baseMib: number;
  /** Bytes got. */
  readonly bytes: number;
}

export interface RunResult {
  readonly found: Found;
  readonly cost: Cost;
  readonly trace?: Trace | undefined;
}
