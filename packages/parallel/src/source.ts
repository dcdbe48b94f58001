import { type AnyIterable, checkIterable } from "./options.js";
import { isObject, isThenable } from "./thenable.js";

/** Where a {@link Source} delivers. Each `pull()` is answered by exactly one call, perhaps before it returns. */
export interface Sink<T> {
  item(value: T): void;
  /** The source is exhausted. */
  end(): void;
  /** The source has failed, and gives nothing more. */
  fail(error: unknown): void;
}

/** An iterator of either kind. What it gives is checked, not believed. */
interface AnyIterator {
  next(): unknown;
  return?(): unknown;
}

/**
 * One iteration of an iterable of either kind, by the rules of `for await`: opened late, asked for one item at a time,
 * returned at most once. A synchronous source answers within `pull()`, and costs no promise.
 */
export class Source<T> {
  readonly #iterable: AnyIterable<T>;
  readonly #sink: Sink<T>;
  #iterator: AnyIterator | undefined;
  #synchronous = false;
  /** Whether the iterator has ended, failed or been returned: it is not touched again. */
  #over = false;
  /** Whether the iterable's own code is on the stack, where a generator cannot be returned. */
  #entered = false;
  /** Whether a pull has not been answered yet. */
  busy = false;
  #onAnswer: (() => void) | undefined;

  constructor(iterable: AnyIterable<T>, sink: Sink<T>) {
    this.#iterable = iterable;
    this.#sink = sink;
  }

  /** Gets the iterator. A failure goes to the sink, under `name`. */
  open(name = "source"): void {
    this.#entered = true;
    try {
      checkIterable(name, this.#iterable);
      const iterable = this.#iterable as Partial<AsyncIterable<T> & Iterable<T>>;
      this.#synchronous = (iterable[Symbol.asyncIterator] ?? undefined) === undefined;
      const iterator: unknown = this.#synchronous ? iterable[Symbol.iterator]?.() : iterable[Symbol.asyncIterator]?.();
      if (!isObject(iterator)) throw new TypeError(`${String(iterator)} is not an iterator`);
      this.#iterator = iterator as AnyIterator;
    } catch (error) {
      this.#fail(error);
    }
    this.#entered = false;
  }

  /** Asks for one item. Never called while `busy`, nor after `end` or `fail`. */
  pull(): void {
    this.busy = true;
    this.#entered = true;
    let result: unknown;
    try {
      result = (this.#iterator as AnyIterator).next();
      if (!this.#synchronous) void Promise.resolve(result).then(this.#accept, this.#fail);
    } catch (error) {
      this.#entered = false;
      this.#fail(error);
      return;
    }
    this.#entered = false;
    if (this.#synchronous) this.#accept(result);
  }

  /**
   * Returns the iterator, if it is open and not over, and resolves when neither a `next()` nor the `return()` is under
   * way. An unopened source is returned only if it is itself an iterator, since then nobody else will. Rejects as the
   * iterator's `return()` does.
   */
  async close(): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    const answered = this.busy
      ? new Promise<void>((resolve) => {
          this.#onAnswer = resolve;
        })
      : undefined;
    if (this.#entered) await undefined;
    const iterator = this.#iterator ?? (this.#iterable as Partial<AnyIterator>);
    try {
      if (typeof iterator.next === "function") await iterator.return?.();
    } finally {
      await answered;
    }
  }

  readonly #accept = (result: unknown): void => {
    let done: unknown;
    let value: T | PromiseLike<T> | undefined;
    try {
      if (!isObject(result)) throw new TypeError(`Iterator result ${String(result)} is not an object`);
      done = (result as IteratorResult<T>).done;
      if (!done) value = (result as IteratorResult<T | PromiseLike<T>>).value;
      if (this.#synchronous && isThenable(value)) {
        void Promise.resolve(value as PromiseLike<T>).then(this.#deliver, this.#reject);
        return;
      }
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#answer();
    if (!done) this.#sink.item(value as T);
    else {
      this.#over = true;
      this.#sink.end();
    }
  };

  readonly #deliver = (value: T): void => {
    this.#answer();
    this.#sink.item(value);
  };

  readonly #fail = (error: unknown): void => {
    this.#over = true;
    this.#reject(error);
  };

  /** A failure that leaves the iterator to be returned: a promise in a synchronous source has rejected. */
  readonly #reject = (error: unknown): void => {
    this.#answer();
    this.#sink.fail(error);
  };

  #answer(): void {
    this.busy = false;
    this.#onAnswer?.();
  }
}
