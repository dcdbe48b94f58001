/**
 * The items of batches, one after another. An item that is already there costs one resolved promise; a batch is asked
 * for when the one before is used up. `return()` returns the source at once, also while a `next()` waits.
 */
export function flatten<T>(batches: AsyncIterable<Iterable<T>>): AsyncIterableIterator<T> {
  return new Flattened(batches[Symbol.asyncIterator]());
}

const DONE = { done: true, value: undefined } as const;

class Flattened<T> implements AsyncIterableIterator<T> {
  readonly #source: AsyncIterator<Iterable<T>>;
  #batch: Iterator<T> | undefined;
  #closed = false;
  /** Settles after the last `next()` that had to wait; it never rejects. */
  #queue: Promise<void> | undefined;

  constructor(source: AsyncIterator<Iterable<T>>) {
    this.#source = source;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<T>> {
    if (this.#queue === undefined && this.#batch !== undefined) {
      let item: IteratorResult<T>;
      try {
        item = this.#batch.next();
      } catch (error) {
        return this.#fail(error);
      }
      if (!item.done) return Promise.resolve(item);
    }
    const result = this.#queue === undefined ? this.#fetch() : this.#queue.then(() => this.#fetch());
    const settled = (): void => {
      if (this.#queue === queue) this.#queue = undefined;
    };
    const queue: Promise<void> = result.then(settled, settled);
    this.#queue = queue;
    return result;
  }

  async return(): Promise<IteratorResult<T>> {
    if (!this.#closed) {
      this.#closed = true;
      this.#batch = undefined;
      await this.#source.return?.();
    }
    return DONE;
  }

  async #fetch(): Promise<IteratorResult<T>> {
    for (;;) {
      let item: IteratorResult<T> | undefined;
      try {
        item = this.#batch?.next();
      } catch (error) {
        return this.#fail(error);
      }
      if (item && !item.done) return item;
      this.#batch = undefined;
      if (this.#closed) return DONE;
      try {
        const next = await this.#source.next();
        if (next.done) this.#closed = true;
        else if (!this.#closed) this.#batch = next.value[Symbol.iterator]();
      } catch (error) {
        this.#closed = true;
        throw error;
      }
    }
  }

  /** What makes the items failed, not the source: the source is returned. */
  async #fail(error: unknown): Promise<never> {
    try {
      await this.return();
    } catch {
      // The first error is the one to know.
    }
    throw error;
  }
}
