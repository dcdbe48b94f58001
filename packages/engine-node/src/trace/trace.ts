import type { SpanKind } from "./span.js";

/** What a recorder has seen. Plain data: it can be stored and drawn later. Times are milliseconds since its start. */
export interface Trace {
  /** Says what was traced. */
  readonly title: string;
  /** When the recording began, ISO 8601. */
  readonly startedAt: string;
  /** Length of the recording. */
  readonly duration: number;
  readonly spans: readonly TraceSpan[];
  /** How busy the main thread was, slice by slice. */
  readonly mainThread: readonly BusySlice[];
  /** Processor time of all threads during the recording, in milliseconds. */
  readonly cpu: number;
}

export interface TraceSpan {
  readonly id: number;
  readonly parent?: number | undefined;
  readonly kind: SpanKind | "socket";
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly url?: string | undefined;
  readonly bytes?: number | undefined;
  readonly items?: number | undefined;
  /** Number of the worker thread, or of the socket; 0 is the main thread. */
  readonly lane?: number | undefined;
  /** `absent` is a request for an object that is not there, which may be just what was asked. */
  readonly outcome: "ok" | "absent" | "cancelled" | "failed" | "unfinished";
}

/** A slice of the main thread's time. */
export interface BusySlice {
  readonly start: number;
  readonly end: number;
  /** From 0, waiting, to 1, at work all the time. */
  readonly busy: number;
}
