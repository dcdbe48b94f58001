/** Whatever `for await` accepts. As there, promises in a synchronous iterable are awaited. */
export type AnyIterable<T> = AsyncIterable<T> | Iterable<T | PromiseLike<T>>;

/** How far a combinator may run ahead, and what stops it. */
export interface ParallelOptions {
  /** Most tasks running at once: a positive integer. There is no default: only the caller knows the resource. */
  readonly concurrency: number;
  /**
   * Most items started and not yet taken by the consumer: an integer of at least `concurrency`, which is the default.
   * Raise it where one slow item at the head must not idle the rest.
   */
  readonly readahead?: number | undefined;
  /** Aborting it ends the run: the pending `next()`, or else the following one, rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Whether to start at the call, as a JoinSet does, and not at the first `next()`. Default: false. */
  readonly eager?: boolean | undefined;
}

/** What a task is given beside its item. */
export interface TaskContext {
  /** The item's position in the source, from 0. */
  readonly index: number;
  /**
   * Aborts when the run ends early: by `return()` (with the platform's AbortError), by the first error (with that
   * error), or by the caller's signal (with its reason). It does not outlive the run: once the consumer has been told
   * the end, the caller's signal does not reach it any more.
   */
  readonly signal: AbortSignal;
}

/** Checks a count, with `RangeError`. `bound` says where `least` comes from. */
export function checkCount(name: string, value: number, least = 1, bound = ""): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  const hint = value === Number.POSITIVE_INFINITY ? ": a window without a bound has no backpressure" : "";
  throw new RangeError(`${name} must be an integer of at least ${least}${bound}, not ${String(value)}${hint}`);
}

/** Checks the counts that all windows share, with `RangeError`, and fills in the default. */
export function checkWindow(options: ParallelOptions): { concurrency: number; readahead: number } {
  const concurrency = options?.concurrency;
  checkCount("concurrency", concurrency);
  const readahead = options.readahead ?? concurrency;
  checkCount("readahead", readahead, concurrency, " (the concurrency)");
  return { concurrency, readahead };
}

/** Checks that something can be iterated, with `TypeError`. */
export function checkIterable(name: string, value: unknown): void {
  const iterable = value as Partial<AsyncIterable<unknown> & Iterable<unknown>> | null | undefined;
  if (typeof (iterable?.[Symbol.asyncIterator] ?? iterable?.[Symbol.iterator]) === "function") return;
  throw new TypeError(`${name} must be an AsyncIterable or an Iterable, not ${kind(value)}`);
}

/** Checks a signal, with `TypeError`. Any object with the methods will do: it may come from another realm. */
export function checkSignal(signal: AbortSignal | undefined): void {
  if (signal === undefined || typeof signal?.addEventListener === "function") return;
  throw new TypeError(`signal must be an AbortSignal, not ${kind(signal)}`);
}

/** Checks that a task can be called, with `TypeError`. */
export function checkTask(task: unknown): void {
  if (typeof task !== "function") throw new TypeError(`task must be a function, not ${kind(task)}`);
}

function kind(value: unknown): string {
  return value === null ? "null" : typeof value;
}
