import { type Following, isDeltaError, onAbort } from "@asyncdelta/kernel-core";

/**
 * A following that ends when `closing` aborts, also while it waits, and whichever engine it reads with: in the error that
 * is the reason of `closing`. The caller's own abort comes first. `open` is called at once, with a signal that aborts with
 * either; nothing listens to the two before the first `next()`, or after the end.
 */
export function closableFollowing<T>(
  closing: AbortSignal,
  signal: AbortSignal | undefined,
  open: (linked: AbortSignal) => Following<T>,
): Following<T> {
  const linked = new AbortController();
  return new ClosableFollowing(closing, signal, linked, open(linked.signal));
}

class ClosableFollowing<T> implements Following<T> {
  readonly #closing: AbortSignal;
  readonly #signal: AbortSignal | undefined;
  readonly #linked: AbortController;
  readonly #inner: Following<T>;
  #isNew = true;
  #unlink: (() => void)[] = [];

  constructor(closing: AbortSignal, signal: AbortSignal | undefined, linked: AbortController, inner: Following<T>) {
    this.#closing = closing;
    this.#signal = signal;
    this.#linked = linked;
    this.#inner = inner;
  }

  get resumeFrom(): number | undefined {
    return this.#inner.resumeFrom;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<T>> {
    if (this.#isNew) this.#begin();
    try {
      return await this.#inner.next();
    } catch (error) {
      this.#finish();
      const isClosed = this.#closing.aborted && !this.#signal?.aborted && isDeltaError(error, "ABORTED");
      throw isClosed ? this.#closing.reason : error;
    }
  }

  async return(): Promise<IteratorResult<T>> {
    this.#finish();
    return await this.#inner.return();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  #begin(): void {
    this.#isNew = false;
    for (const from of [this.#signal, this.#closing]) {
      const stop = (): void => this.#linked.abort(from?.reason);
      if (from?.aborted) stop();
      else this.#unlink.push(onAbort(from, stop));
    }
  }

  #finish(): void {
    this.#isNew = false;
    for (const unlink of this.#unlink.splice(0)) unlink();
  }
}
