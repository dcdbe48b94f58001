import { type Deferred, deferred } from "./deferred.js";

/** An asynchronous source that counts what is done to it, and gives items when it is told to. */
export class ProbeSource<T> implements AsyncIterable<T> {
  opened = 0;
  pulls = 0;
  pending = 0;
  mostPending = 0;
  returned = 0;
  /** What `return()` does beside being counted. */
  onReturn: () => unknown = () => {};
  readonly #answers: Deferred<IteratorResult<T>>[] = [];
  readonly #ready: IteratorResult<T>[] = [];

  /** A source whose first items, and perhaps its end, are ready from the start. */
  constructor(items: Iterable<T> = [], ends = false) {
    for (const value of items) this.#ready.push({ done: false, value });
    if (ends) this.#ready.push({ done: true, value: undefined });
  }

  give(value: T): void {
    this.#answer((answer) => answer.resolve({ done: false, value }));
  }

  end(): void {
    this.#answer((answer) => answer.resolve({ done: true, value: undefined }));
  }

  fail(error: unknown): void {
    this.#answer((answer) => answer.reject(error));
  }

  [Symbol.asyncIterator](): AsyncIterator<T> {
    this.opened += 1;
    return {
      next: async () => {
        this.pulls += 1;
        this.pending += 1;
        this.mostPending = Math.max(this.mostPending, this.pending);
        try {
          const ready = this.#ready.shift();
          if (ready !== undefined) return ready;
          const answer = deferred<IteratorResult<T>>();
          this.#answers.push(answer);
          return await answer.promise;
        } finally {
          this.pending -= 1;
        }
      },
      return: async () => {
        this.returned += 1;
        for (const answer of this.#answers.splice(0)) answer.resolve({ done: true, value: undefined });
        await this.onReturn();
        return { done: true, value: undefined };
      },
    };
  }

  #answer(settle: (answer: Deferred<IteratorResult<T>>) => void): void {
    const answer = this.#answers.shift();
    if (answer === undefined) throw new Error("Nobody has asked the source");
    settle(answer);
  }
}
