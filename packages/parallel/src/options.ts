/** Whatever `for await` accepts. As there, promises in a synchronous iterable are awaited. */
export type AnyIterable<T> = AsyncIterable<T> | Iterable<T | PromiseLike<T>>;

/** How far a combinator may run ahead, and what stops it. */
export interface ParallelOptions {
  /** Most tasks running at once: a positive integer. There is no default: only the caller knows the resource. */
  readonly concurrency: number;
  /**
   * Most items started and not yet taken by the consumer: an integer, at least `concurrency`, which is its
   * default. Raise it where one slow item at the head must not idle the rest.
   */
  readonly readahead?: number | undefined;
  /** Aborting it rejects the pending (or the following) `next()` with its reason, once everything is quiet. */
  readonly signal?: AbortSignal | undefined;
  /** Start at the call, as a JoinSet does, and not at the first `next()`. Default: false. */
  readonly eager?: boolean | undefined;
}

/** What a task is given beside its item. */
export interface TaskContext {
  /** The item's position in the source, from 0. */
  readonly index: number;
  /** Aborts when the run is stopped early: by `return()`, by the first error, or by the caller's signal. */
  readonly signal: AbortSignal;
}

/** Checks a count: `RangeError` unless it is an integer of at least `least`. */
export function checkCount(name: string, value: number, least = 1): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new RangeError(`${name} must be an integer of at least ${least}, not ${String(value)}`);
}

/** Checks the part of the options that all combinators share, and fills in the default of `readahead`. */
export function checkWindow(options: ParallelOptions): { concurrency: number; readahead: number } {
  const concurrency = options?.concurrency;
  checkCount("concurrency", concurrency);
  const readahead = options.readahead ?? concurrency;
  checkCount("readahead", readahead, concurrency);
  return { concurrency, readahead };
}

/** Checks that a source can be iterated and a task called: `TypeError` otherwise. */
export function checkSource(source: unknown): void {
  const iterable = source as Partial<AsyncIterable<unknown> & Iterable<unknown>> | null | undefined;
  if (iterable?.[Symbol.asyncIterator] ?? iterable?.[Symbol.iterator]) return;
  throw new TypeError("source must be an AsyncIterable or an Iterable");
}

/** Checks that a task can be called: `TypeError` otherwise. */
export function checkTask(task: unknown): void {
  if (typeof task !== "function") throw new TypeError("task must be a function");
}
