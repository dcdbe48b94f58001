/** Where something takes place: a request, a piece of decoding, or an operation that is made of them. */
export type SpanKind = "operation" | "request" | "decode";

/** What happens between two moments, as the messages of the tracing channels carry it. */
export interface SpanContext {
  readonly kind: SpanKind;
  /** `snapshot`, `scan`, …; `list`, `read`, …; what is decoded. */
  readonly name: string;
  /** Numbers the span in this process. */
  readonly id: number;
  /** The span that this one is part of. */
  readonly parent: number | undefined;
  /** `performance.now()` at its start. */
  readonly startedAt: number;
  /** The object or table, without query and credentials. */
  readonly url: string | undefined;
  /** The table's version, where it is known. */
  readonly version?: number | undefined;
  /** Number of the worker thread that decodes; 0 is the main thread. */
  readonly thread?: number | undefined;
  /** Bytes that came, or went, or were decoded. Complete when the span ends. */
  bytes: number;
  /** Items that an operation has given out. */
  items: number;
  /** Why it ended early: the consumer left or the signal aborted. */
  cancelled: boolean;
  /** What it failed with. */
  error?: unknown;
}

/** A URL that may be shown: a query can hold a signature, and the part before `@` a password. */
export function shownUrl(url: string): string;
export function shownUrl(url: string | undefined): string | undefined;
export function shownUrl(url: string | undefined): string | undefined {
  return url?.replace(/([a-z][a-z0-9+.-]*:\/\/)(?:[^/@\s]*@)?([^?#]*).*$/is, "$1$2");
}
