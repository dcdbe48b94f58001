import { LinkedAbort } from "./linked-abort.js";
import type { ParallelIterator } from "./parallel-iterator.js";
import { Ring } from "./ring.js";
import { DONE, type Failure, PENDING, type Stage, VALUE } from "./stage.js";

interface Waiter<R> {
  resolve(result: IteratorResult<R>): void;
  reject(error: unknown): void;
}

/** The delivering half of a combinator: `next()` and `return()`, the caller's signal, and a quiet close. */
export class Outlet<R> implements ParallelIterator<R> {
  readonly #stage: Stage<R>;
  readonly #outer: AbortSignal | undefined;
  readonly #waiters: Ring<Waiter<R>> = new Ring();
  #state: "idle" | "open" | "closed" = "idle";
  #link: LinkedAbort | undefined;
  /** After an early close: settles when nothing runs any more. */
  #quiet: Promise<Failure | undefined> | undefined;
  /** The reason of an abort that no `next()` has been told yet. */
  #untold: Failure | undefined;

  constructor(stage: Stage<R>, options: { signal?: AbortSignal | undefined; eager?: boolean | undefined }) {
    this.#stage = stage;
    this.#outer = options.signal;
    if (options.eager) this.#open();
  }

  next(): Promise<IteratorResult<R>> {
    if (this.#state === "idle") this.#open();
    if (this.#state === "closed") return this.#afterClose();
    const stage = this.#stage;
    if (this.#waiters.size === 0 && stage.status() === VALUE) {
      const value = stage.shift() as R;
      stage.fill();
      if (stage.status() === DONE) this.#finish();
      return Promise.resolve({ done: false, value });
    }
    const promise = new Promise<IteratorResult<R>>(this.#enqueue);
    this.#notify();
    return promise;
  }

  return(): Promise<IteratorResult<R>> {
    this.#untold = undefined;
    if (this.#state === "closed") return this.#quiet?.then(doneResult) ?? Promise.resolve(doneResult());
    const quiet = this.#close(undefined);
    this.#dismiss();
    return quiet.then((failure) => {
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

  #open(): void {
    this.#state = "open";
    if (this.#outer?.aborted) {
      this.#abort();
      return;
    }
    this.#link = new LinkedAbort(this.#outer, this.#abort);
    this.#stage.open(this.#link.signal, this.#notify);
  }

  readonly #enqueue = (resolve: Waiter<R>["resolve"], reject: Waiter<R>["reject"]): void => {
    this.#waiters.push({ resolve, reject });
  };

  /** Serves the waiting `next()` calls as far as the stage can. */
  readonly #notify = (): void => {
    const stage = this.#stage;
    let taken = false;
    while (this.#state === "open") {
      const status = stage.status();
      if (status === DONE) this.#finish();
      if (status === PENDING || status === DONE || this.#waiters.size === 0) break;
      const waiter = this.#waiters.shift();
      const outcome = stage.shift();
      if (status === VALUE) waiter.resolve({ done: false, value: outcome as R });
      else this.#failTo(waiter, outcome);
      taken = true;
    }
    if (taken && this.#state === "open") stage.fill();
  };

  /** Ends in `error`: told to the first waiting `next()` when all is quiet; the calls behind it are done. */
  #failTo(waiter: Waiter<R>, error: unknown): void {
    void this.#close(error).then(() => {
      waiter.reject(error);
      this.#dismiss();
    });
  }

  readonly #abort = (): void => {
    const reason: unknown = this.#outer?.reason;
    if (this.#waiters.size > 0) this.#failTo(this.#waiters.shift(), reason);
    else {
      this.#untold = { error: reason };
      void this.#close(reason);
    }
  };

  /** The end of the source has been reached and everything taken. */
  #finish(): void {
    this.#state = "closed";
    this.#link?.detach();
    this.#dismiss();
  }

  #close(reason: unknown): Promise<Failure | undefined> {
    this.#state = "closed";
    // The promise is there before any listener of the child signal runs: it may call return() again.
    let settle: (outcome: Promise<Failure | undefined>) => void;
    const quiet = new Promise<Failure | undefined>((resolve) => {
      settle = resolve;
    });
    this.#quiet = quiet;
    this.#link?.abort(reason);
    settle!(this.#stage.close());
    return quiet;
  }

  #afterClose(): Promise<IteratorResult<R>> {
    const untold = this.#untold;
    if (this.#quiet === undefined) return Promise.resolve(doneResult());
    if (untold === undefined) return this.#quiet.then(doneResult);
    this.#untold = undefined;
    return this.#quiet.then(() => {
      throw untold.error;
    });
  }

  #dismiss(): void {
    while (this.#waiters.size > 0) this.#waiters.shift().resolve(doneResult());
  }
}

function doneResult(): IteratorReturnResult<undefined> {
  return { done: true, value: undefined };
}
