import { onAbort } from "@asyncdelta/kernel-core";

/**
 * An iteration that stops at once when it is left, also while its next item is awaited: a stream that reads one ahead
 * leaves it so, and a generator alone would finish that item first. `open` is called by the first `next()`, with a signal
 * that aborts as the caller's does, and when the iteration is left.
 */
export function stoppable<T>(
  signal: AbortSignal | undefined,
  open: (own: AbortSignal) => AsyncIterable<T>,
): AsyncIterableIterator<T> {
  return new Stoppable(signal, open);
}

class Stoppable<T> implements AsyncIterableIterator<T> {
  readonly #outer: AbortSignal | undefined;
  readonly #open: (own: AbortSignal) => AsyncIterable<T>;
  readonly #own = new AbortController();
  #stopWaiting: (() => void) | undefined;
  #inner: AsyncIterator<T> | undefined;
  #isOver = false;

  constructor(outer: AbortSignal | undefined, open: (own: AbortSignal) => AsyncIterable<T>) {
    this.#outer = outer;
    this.#open = open;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<T>> {
    if (this.#isOver) return { done: true, value: undefined };
    try {
      this.#inner ??= this.#begin();
      const result = await this.#inner.next();
      if (result.done) this.#finish();
      return result;
    } catch (error) {
      // Left while it was awaited: nobody is to hear of that.
      if (this.#isOver) return { done: true, value: undefined };
      this.#finish();
      throw error;
    }
  }

  async return(): Promise<IteratorResult<T>> {
    const wasOver = this.#isOver;
    this.#finish();
    if (!wasOver && this.#inner !== undefined) {
      this.#own.abort();
      // After the `next()` that is awaited, if one is, which now ends in an error of its own.
      await this.#inner.return?.().catch(() => {});
    }
    return { done: true, value: undefined };
  }

  #begin(): AsyncIterator<T> {
    const stop = (): void => this.#own.abort(this.#outer?.reason);
    if (this.#outer?.aborted) stop();
    this.#stopWaiting = onAbort(this.#outer, stop);
    return this.#open(this.#own.signal)[Symbol.asyncIterator]();
  }

  #finish(): void {
    this.#isOver = true;
    this.#stopWaiting?.();
  }
}
