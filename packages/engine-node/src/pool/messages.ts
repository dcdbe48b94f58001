import type { Transferable } from "node:worker_threads";
import type { DeltaErrorCode } from "@asyncdelta/kernel-core";

/** What the pool tells a worker. A worker has one task at a time; `task` numbers it, so that late words are ignored. */
export type ToWorker =
  /** Begin. Pause while `window` or more bytes of results are not yet taken. */
  | {
      readonly type: "start";
      readonly task: number;
      readonly kind: string;
      readonly payload: unknown;
      readonly window: number;
    }
  /** A task of this kind will come. */
  | { readonly type: "load"; readonly task: 0; readonly kind: string }
  /** The consumer took results of this many bytes. */
  | { readonly type: "taken"; readonly task: number; readonly bytes: number }
  /** Nobody wants the rest. Answered by `end` or `error`. */
  | { readonly type: "stop"; readonly task: number };

/** What a worker tells the pool. */
export type FromWorker =
  | { readonly type: "result"; readonly task: number; readonly value: unknown; readonly bytes: number }
  /** The task is over and the worker is free. */
  | { readonly type: "end"; readonly task: number }
  /** The task failed; with `unfit`, the worker ends itself and must not be given another. */
  | { readonly type: "error"; readonly task: number; readonly error: SentError; readonly unfit: boolean };

/** An error in a form that `structuredClone` keeps whole: it drops the properties of subclasses of `Error`. */
export interface SentError {
  readonly code?: DeltaErrorCode;
  readonly message: string;
  readonly facts: { readonly [fact: string]: unknown };
  readonly cause: unknown;
}

/** One result of a task, with what of it is moved rather than copied. */
export interface TaskResult<R = unknown> {
  readonly value: R;
  readonly transfer: readonly Transferable[];
  /** Bytes that the consumer holds until it takes the result: what the window counts. */
  readonly bytes: number;
}
