import type { Clock } from "./clock.js";
import type { JsonHandler } from "./json.js";
import type { Observer } from "./observer.js";
import type { ParquetHandler } from "./parquet.js";
import type { Storage } from "./storage.js";

/**
 * What a host provides. The kernel reads and writes, tells time and draws chance through it alone. Every method is
 * asynchronous, takes a signal, and has no synchronous twin. An engine says how much it can take (`limits`); what runs
 * at once is written where the flow is written, in the kernel.
 */
export interface Engine {
  readonly storage: Storage;
  readonly json: JsonHandler;
  readonly parquet: ParquetHandler;
  readonly clock: Clock;
  /** A number in [0, 1). */
  random(): number;
  readonly limits: EngineLimits;
  /** Sees what the kernel does; absent where nobody could look. */
  readonly observer?: Observer | undefined;
  /**
   * Frees what the engine alone holds (its sockets, say). What is under way ends in `CLOSED`, and so does what is asked of it
   * later. What the host shares between engines, such as a pool of threads, may outlive it. Safe to repeat.
   */
  close(): Promise<void>;
}

export interface EngineLimits {
  /** Requests worth having under way at once. */
  readonly requests: number;
  /** Files or row groups worth decoding at once. */
  readonly decodes: number;
}
