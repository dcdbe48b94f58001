import { closedError } from "./closed-error.js";
import type { ClosingScope } from "./closing-scope.js";

/** An iterator that a {@link ClosingScope} can end, also while its consumer is busy elsewhere. */
export class ScopedIterator<T> implements AsyncIterableIterator<T> {
  readonly #scope: ClosingScope;
  readonly #signal: AbortSignal | undefined;
  readonly #open: (signal: AbortSignal) => AsyncIterable<T>;
  #inner: AsyncIterator<T> | undefined;
  #state: "new" | "open" | "over" = "new";
  #wasCutOff = false;

  constructor(scope: ClosingScope, signal: AbortSignal | undefined, open: (signal: AbortSignal) => AsyncIterable<T>) {
    this.#scope = scope;
    this.#signal = signal;
    this.#open = open;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<T>> {
    if (this.#state === "new") this.#begin();
    if (this.#state === "over") {
      if (this.#wasCutOff) throw closedError();
      return { done: true, value: undefined };
    }
    try {
      const result = await this.#inner!.next();
      if (this.#wasCutOff) throw closedError();
      if (result.done) this.#finish();
      return result;
    } catch (error) {
      this.#finish();
      throw this.#scope.explain(error, this.#signal);
    }
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    try {
      if (this.#state === "open") await this.#inner!.return?.();
    } finally {
      this.#finish();
    }
    return { done: true, value: undefined };
  }

  /** Ends it on behalf of the scope: the next `next()` fails. */
  async end(): Promise<void> {
    this.#wasCutOff = true;
    // Its failure, if any, comes from having been aborted.
    await this.return().catch(() => {});
  }

  #begin(): void {
    const linked = this.#scope.enter(this.#signal);
    try {
      this.#inner = this.#open(linked)[Symbol.asyncIterator]();
    } catch (error) {
      // A storage of the user's may throw at the call; nothing is there that could be left later.
      this.#state = "over";
      this.#scope.leave(this.#signal);
      throw this.#scope.explain(error, this.#signal);
    }
    this.#state = "open";
    this.#scope.register(this);
  }

  #finish(): void {
    if (this.#state === "open") {
      this.#scope.unregister(this);
      this.#scope.leave(this.#signal);
    }
    this.#state = "over";
  }
}
