import { LinkedAbort } from "./linked-abort.js";
import type { ParallelIterator } from "./parallel-iterator.js";
import { Ring } from "./ring.js";
import { type Consumer, type Delivery, DONE, type Failure, PENDING, type Stage, VALUE } from "./stage.js";

/** The delivering half of a combinator: `next()` and `return()`, the caller's signal, and a quiet close. */
export class Outlet<R> implements ParallelIterator<R>, Consumer<R> {
  readonly #stage: Stage<R>;
  readonly #outer: AbortSignal | undefined;
  /** Settles the promises of the `next()` calls that wait, in the order of the calls. */
  readonly #waiters: Ring<(delivery: Delivery<R>) => void> = new Ring();
  #state: "idle" | "open" | "closed" = "idle";
  #link: LinkedAbort | undefined;
  /** Whether the first pending `next()` has the promise of the head itself, ahead of all waiters. */
  #claimed = false;
  /** After an early close: what the claimed promise is to give. */
  #claimEnd: Promise<IteratorResult<R>> | undefined;
  /** The reason of an abort that no `next()` has been told yet. */
  #untold: Failure | undefined;
  /** After an early close: settles when nothing runs any more, with the failure of the source's `return()`. */
  #quiet: Promise<Failure | undefined> | undefined;

  constructor(stage: Stage<R>, options: { signal?: AbortSignal | undefined; eager?: boolean | undefined }) {
    this.#stage = stage;
    this.#outer = options.signal;
    if (options.eager) this.#open();
  }

  next(): Promise<IteratorResult<R>> {
    if (this.#state === "idle") this.#open();
    if (this.#state === "closed") return this.#afterClose();
    if (!this.#claimed && this.#waiters.size === 0) {
      const stage = this.#stage;
      const status = stage.status();
      if (status === VALUE) {
        const promise = stage.take();
        stage.fill();
        if (stage.status() === DONE) this.#finish();
        return promise;
      }
      if (status === PENDING) {
        const promise = stage.claim();
        if (promise !== undefined) {
          this.#claimed = true;
          return promise;
        }
      }
    }
    const promise = new Promise<IteratorResult<R>>((resolve) => {
      this.#waiters.push(resolve);
    });
    this.notify();
    return promise;
  }

  return(): Promise<IteratorResult<R>> {
    this.#untold = undefined;
    if (this.#state === "closed") return this.#quiet?.then(doneResult) ?? Promise.resolve(doneResult());
    return this.#close(undefined).then((failure) => {
      if (failure !== undefined) throw failure.error;
      return doneResult();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  get waiting(): boolean {
    return this.#waiters.size > 0 && !this.#claimed;
  }

  serve(result: IteratorResult<R>): void {
    this.#waiters.shift()(result);
  }

  notify(): void {
    const stage = this.#stage;
    while (this.#state === "open" && !this.#claimed) {
      const status = stage.status();
      if (status === DONE) this.#finish();
      if (status === PENDING || this.#waiters.size === 0) return;
      if (status === VALUE) {
        this.#waiters.shift()(stage.takeResult());
        stage.fill();
      } else this.#fail(stage.error());
    }
  }

  claimServed(): void {
    this.#claimed = false;
    // Those behind it are served a microtask later, so that the claimed promise settles before theirs.
    if (this.#waiters.size > 0) void Promise.resolve().then(() => this.notify());
    else if (this.#stage.status() === DONE) this.#finish();
  }

  claimFailed(error: unknown): Delivery<R> {
    this.#fail(error);
    return this.claimClosed();
  }

  claimClosed(): Delivery<R> {
    return this.#claimEnd as Promise<IteratorResult<R>>;
  }

  #open(): void {
    this.#state = "open";
    if (this.#outer?.aborted) {
      this.#abort();
      return;
    }
    this.#link = new LinkedAbort(this.#outer, this.#abort);
    this.#stage.open(this.#link.signal, this);
  }

  readonly #abort = (): void => {
    this.#fail(this.#outer?.reason);
  };

  /** Closes with an error, for the first `next()` that is pending, or else for the following one. */
  #fail(error: unknown): void {
    this.#untold = { error };
    void this.#close(error);
  }

  /** All has been taken: nothing runs, so nothing is aborted. */
  #finish(): void {
    this.#state = "closed";
    this.#link?.detach();
    while (this.#waiters.size > 0) this.serve(doneResult());
  }

  #close(reason: unknown): Promise<Failure | undefined> {
    this.#state = "closed";
    let settle!: (outcome: Promise<Failure | undefined>) => void;
    const quiet = new Promise<Failure | undefined>((resolve) => {
      settle = resolve;
    });
    // All this is in place before a listener of the tasks' signal runs, since that may call next() or return().
    this.#quiet = quiet;
    if (this.#claimed) this.#claimEnd = this.#ending();
    while (this.#waiters.size > 0) this.#waiters.shift()(this.#ending());
    this.#link?.abort(reason);
    settle(this.#stage.close());
    return quiet;
  }

  /** What a `next()` is told after an early close, when it is quiet: once the error, if one is untold, then the end. */
  #ending(): Promise<IteratorResult<R>> {
    const quiet = this.#quiet as Promise<unknown>;
    const untold = this.#untold;
    if (untold === undefined) return quiet.then(doneResult);
    this.#untold = undefined;
    return quiet.then(() => {
      throw untold.error;
    });
  }

  #afterClose(): Promise<IteratorResult<R>> {
    if (this.#quiet === undefined) return Promise.resolve(doneResult());
    // As roundabout as for the calls that waited when it closed, so that it does not settle before them.
    return new Promise((resolve) => resolve(this.#ending()));
  }
}

function doneResult(): IteratorReturnResult<undefined> {
  return { done: true, value: undefined };
}
