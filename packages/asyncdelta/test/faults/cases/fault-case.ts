import type { DeltaErrorCode } from "asyncdelta";
import type { FaultPlan } from "../../../../engine-node/test/faults/fault-server.js";
import type { FileKind } from "../../../../engine-node/test/faults/wire-log.js";
import type { Lake } from "../lake.js";
import type { StoreOptions } from "../store-over.js";

/** What may go wrong, and how a reading of a whole table must end all the same. */
export interface FaultCase {
  readonly name: string;
  /** Default: `trips`, a checkpoint and two commits, 16 small files, each read in one request. */
  readonly table?: "trips" | "big";
  /** Made anew for each run, since it may remember. */
  plan(lake: Lake): FaultPlan;
  readonly store?: StoreOptions;
  /** `rows`: all of the latest version. A number: those of this version. Else the error. */
  readonly end: "rows" | number | DeltaErrorCode | readonly DeltaErrorCode[];
  /** Requests beyond those of a reading without faults: so many, between two bounds, or each of them (of a kind) once more. */
  readonly more: number | readonly [least: number, most: number] | "each" | readonly FileKind[];
  /** What the error's message must say. */
  readonly says?: RegExp;
  /** What else must hold, once it has ended. */
  check?(run: { readonly lake: Lake; readonly waits: readonly number[]; readonly renewals: number }): void;
}

/** Where an error ends a reading at once, requests that would have followed are not made: any fewer is right. */
export const ENDED = -1000;
