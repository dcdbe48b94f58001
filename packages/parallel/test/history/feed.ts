import { insist } from "./insist.js";
import type { Outcome } from "./plan.js";

export interface FeedOptions<T> {
  readonly items: readonly T[];
  readonly end: Outcome;
  readonly asynchronous: boolean;
  /** What `return()` fails with, if it does. */
  readonly returnError?: { readonly thrown: unknown } | undefined;
  /** Answers a pull of an asynchronous feed in the manner that its end says. */
  later<A>(manner: Outcome["manner"], answer: () => A): Promise<A>;
  /** Checks that this may be pulled now. */
  onPull(): void;
  onFail(): void;
}

/** One iteration over planned items, which insists on the protocol and remembers what was done to it. */
export class Feed<T> {
  given = 0;
  pulling = 0;
  returned = 0;
  opened = 0;
  over = false;
  readonly #options: FeedOptions<T>;

  constructor(options: FeedOptions<T>) {
    this.#options = options;
  }

  get iterable(): AsyncIterable<T> & Iterable<T> {
    const open = (): unknown => {
      this.opened += 1;
      insist(this.opened === 1, "an iterable is opened once");
      return { next: () => this.#next(), return: () => this.#return() };
    };
    return { [this.#options.asynchronous ? Symbol.asyncIterator : Symbol.iterator]: open } as never;
  }

  #next(): unknown {
    insist(this.pulling === 0, "one pull at a time");
    insist(!this.over && this.returned === 0, "nothing is pulled from an iterator that is over");
    this.#options.onPull();
    if (!this.#options.asynchronous) return this.#answer();
    this.pulling += 1;
    return this.#options.later(this.#options.end.manner, () => {
      this.pulling -= 1;
      return this.#answer();
    });
  }

  #answer(): IteratorResult<T> {
    const { items, end } = this.#options;
    if (this.given < items.length) return { done: false, value: items[this.given++] as T };
    this.over = true;
    if (end.error === undefined) return { done: true, value: undefined };
    this.#options.onFail();
    throw end.error.thrown;
  }

  #return(): unknown {
    this.returned += 1;
    insist(this.returned === 1, "an iterator is returned once");
    const { asynchronous, returnError } = this.#options;
    if (returnError === undefined) return asynchronous ? Promise.resolve({ done: true }) : { done: true };
    if (asynchronous) return Promise.reject(returnError.thrown);
    throw returnError.thrown;
  }
}
