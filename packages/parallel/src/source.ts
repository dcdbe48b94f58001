import type { AnyIterable } from "./options.js";

/** Where a {@link Source} delivers. Each `pull()` is answered by exactly one call, perhaps before it returns. */
export interface Sink<T> {
  item(value: T): void;
  /** The source is exhausted. */
  end(): void;
  /** The source has failed: `next()` threw or rejected, or gave no iterator result. */
  fail(error: unknown): void;
}

/** An iterator of either kind, seen as the union of what the two give. */
interface AnyIterator<T> {
  next(): unknown;
  return?(): unknown;
  readonly value?: T;
}

/** Whether `value` has to be awaited. May throw, as reading `then` may. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    ((typeof value === "object" && value !== null) || typeof value === "function") &&
    typeof (value as { then?: unknown }).then === "function"
  );
}

/**
 * One iteration of an iterable of either kind: opened late, pulled one `next()` at a time, returned at most once.
 * A synchronous source answers within `pull()`, and costs no promise.
 */
export class Source<T> {
  readonly #iterable: AnyIterable<T>;
  readonly #sink: Sink<T>;
  #iterator: AnyIterator<T> | undefined;
  #synchronous = false;
  /** Whether the iterator has ended, failed or been returned: it must not be touched again. */
  #over = false;
  /** Whether the iterator's `next` is on the stack, where a generator must not be returned. */
  #entered = false;
  #pulled: Promise<void> | undefined;
  /** Whether a pull has not been answered yet. */
  busy = false;

  constructor(iterable: AnyIterable<T>, sink: Sink<T>) {
    this.#iterable = iterable;
    this.#sink = sink;
  }

  /** Gets the iterator. A failure goes to the sink. */
  open(): void {
    try {
      const iterable = this.#iterable as Partial<AsyncIterable<T> & Iterable<T>>;
      const asynchronous = iterable[Symbol.asyncIterator];
      this.#synchronous = asynchronous === undefined || asynchronous === null;
      this.#iterator = (this.#synchronous ? iterable[Symbol.iterator]?.() : iterable[Symbol.asyncIterator]?.()) as
        | AnyIterator<T>
        | undefined;
      if (!isObject(this.#iterator)) throw new TypeError("The source gave no iterator");
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Asks for one item. Never called while `busy`, nor after `end` or `fail`. */
  pull(): void {
    const iterator = this.#iterator as AnyIterator<T>;
    this.busy = true;
    this.#entered = true;
    let result: unknown;
    try {
      result = iterator.next();
    } catch (error) {
      this.#entered = false;
      this.#fail(error);
      return;
    }
    this.#entered = false;
    if (this.#synchronous) this.#accept(result);
    else this.#pulled = Promise.resolve(result).then(this.#accept, this.#fail);
  }

  /**
   * Returns the iterator, if it is open, and resolves when neither a `next()` nor the `return()` is under way. An
   * unopened source is returned only if it is itself an iterator: then nobody else will. Rejects as `return()` does.
   */
  async close(): Promise<void> {
    if (!this.#over) {
      this.#over = true;
      if (this.#entered) await undefined;
      const iterator = this.#iterator ?? (this.#iterable as Partial<AnyIterator<T>>);
      try {
        if (this.#iterator !== undefined || typeof iterator.next === "function") await iterator.return?.();
      } finally {
        await this.#pulled;
      }
    }
    await this.#pulled;
  }

  readonly #accept = (result: unknown): void => {
    let value: T;
    try {
      if (!isObject(result)) throw new TypeError(`Iterator result ${String(result)} is not an object`);
      const { done } = result as IteratorResult<T>;
      if (done) {
        this.busy = false;
        this.#over = true;
        this.#sink.end();
        return;
      }
      value = (result as IteratorResult<T>).value;
      if (this.#synchronous && isThenable(value)) {
        this.#pulled = Promise.resolve(value as unknown as T).then(this.#deliver, this.#reject);
        return;
      }
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#deliver(value);
  };

  readonly #deliver = (value: T): void => {
    this.busy = false;
    this.#sink.item(value);
  };

  readonly #fail = (error: unknown): void => {
    this.#over = true;
    this.#reject(error);
  };

  /** A failure that leaves the iterator open: a promise in a synchronous source rejected. */
  readonly #reject = (error: unknown): void => {
    this.busy = false;
    this.#sink.fail(error);
  };
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
