import type { Transferable } from "node:worker_threads";
import { abortedError, DeltaError } from "@asyncdelta/kernel-core";
import type { FromWorker } from "./messages.js";
import type { PoolWorker, WorkerListener } from "./pool-worker.js";
import { receiveError } from "./sent-error.js";

/** What a stream asks of its pool. */
export interface Scheduler {
  /** Calls `stream.begin` once a worker is free. */
  enqueue(stream: TaskStream): void;
  dequeue(stream: TaskStream): void;
  /** The worker can do another task. */
  free(worker: PoolWorker): void;
  /** The worker is ending and must not be given a task. */
  drop(worker: PoolWorker): void;
  /** More results lie untaken than a stream's window allows: its worker stands still. */
  stalled(): void;
  /** A consumer took a result. */
  taken(): void;
  /** Counts those for whom the process has to wait. */
  hold(change: 1 | -1): void;
  readonly graceMs: number;
}

export interface PoolTask {
  readonly kind: string;
  /** The payload and what of it is moved; asked for when a worker is there to take it. */
  readonly parcel: () => { readonly payload: unknown; readonly transfer: readonly Transferable[] };
  /** When the work began that this is part of, by `performance.now()`. */
  readonly since: number;
  readonly window: number;
  /** Names the file in errors. */
  readonly path: string | undefined;
  readonly signal: AbortSignal | undefined;
  /** Number of the traced span that asked for it. */
  readonly parent: number | undefined;
}

interface Waiter {
  resolve(result: IteratorResult<unknown, undefined>): void;
  reject(error: unknown): void;
}

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };

/**
 * The results of one task, as its consumer sees them. Nothing happens before the first `next()`; then the worker runs
 * ahead as far as the window allows. When `return()` resolves or an error has come out, no worker is at it any more.
 * Written by hand since an async generator's `return()` waits behind a pending `next()`.
 */
export class TaskStream implements AsyncIterableIterator<unknown, undefined>, WorkerListener {
  readonly #pool: Scheduler;
  readonly #task: PoolTask;
  readonly #results: { readonly value: unknown; readonly bytes: number }[] = [];
  readonly #waiters: Waiter[] = [];
  #untaken = 0;
  #isLifted = false;
  #state: "new" | "queued" | "running" | "settled" = "new";
  #worker: PoolWorker | undefined;
  /** How the stream ends, once its results are used up. */
  #outcome: { readonly error?: unknown } | undefined;
  /** Resolves when no worker has to do with the task any more. */
  #settled: (() => void) | undefined;
  #stopping: Promise<void> | undefined;

  constructor(pool: Scheduler, task: PoolTask) {
    this.#pool = pool;
    this.#task = task;
  }

  get since(): number {
    return this.#task.since;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<unknown, undefined>> {
    if (this.#state === "new") this.#open();
    const { signal } = this.#task;
    if (this.#results.length > 0 && signal?.aborted) void this.#stop({ error: abortedError(signal) });
    const result = this.#results.shift();
    if (result !== undefined) {
      this.#take(result.bytes);
      return Promise.resolve({ done: false, value: result.value });
    }
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
      if (this.#waiters.length === 1) this.#pool.hold(1);
      if (this.#state === "settled") this.#deliver();
    });
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    await this.#stop({});
    return DONE;
  }

  /** Fails the stream at once, whatever it is doing; resolves when no worker is at it any more. */
  fail(error: unknown): Promise<void> {
    return this.#stop({ error });
  }

  /** Gives the task to a worker. */
  begin(worker: PoolWorker): void {
    this.#worker = worker;
    this.#state = "running";
    try {
      const { kind, window, parcel, path, parent } = this.#task;
      worker.start({ kind, window, path, parent, ...parcel() }, this);
    } catch (error) {
      this.#settle({ error });
      this.#pool.free(worker);
    }
  }

  /** Lets the worker go on to its end without regard to the window. */
  lift(): void {
    this.#isLifted = true;
    this.#worker?.taken(Number.POSITIVE_INFINITY);
  }

  get stalled(): boolean {
    return this.#state === "running" && !this.#isLifted && this.#untaken >= this.#task.window;
  }

  onResult(value: unknown, bytes: number): void {
    if (this.#stopping !== undefined) return;
    const waiter = this.#waiters.shift();
    if (waiter !== undefined) {
      if (this.#waiters.length === 0) this.#pool.hold(-1);
      this.#worker?.taken(bytes);
      waiter.resolve({ done: false, value });
      return;
    }
    this.#results.push({ value, bytes });
    this.#untaken += bytes;
    if (this.stalled) this.#pool.stalled();
  }

  onEnd(): void {
    const worker = this.#worker!;
    this.#settle({});
    this.#pool.free(worker);
  }

  onError({ error, unfit }: Extract<FromWorker, { type: "error" }>): void {
    const worker = this.#worker!;
    this.#settle({ error: receiveError(error) });
    if (unfit) this.#pool.drop(worker);
    else this.#pool.free(worker);
  }

  onDeath(cause: unknown): void {
    const advice = "It may have run out of memory: try smaller batches or fewer workers.";
    this.#lose(`A worker thread died while it worked on this task. ${advice}`, cause);
  }

  /** There is no worker, and none could be started. */
  onNoWorker(cause: unknown): void {
    const isDenied = (cause as { code?: unknown } | null)?.code === "ERR_ACCESS_DENIED";
    const remedy = isDenied ? "Run node with --allow-worker" : "Try fewer workers";
    const advice = `${remedy}, or leave the option "parquet" at "auto", which does without.`;
    const why = String(cause).replace(/\.$/, "");
    this.#lose(`No worker thread could be started for this task: ${why}. ${advice}`, cause);
  }

  #lose(message: string, cause: unknown): void {
    const { path } = this.#task;
    this.#settle({ error: new DeltaError("WORKER_DIED", message, { cause, ...(path !== undefined && { path }) }) });
  }

  #open(): void {
    const { signal } = this.#task;
    if (signal?.aborted) {
      this.#settle({ error: abortedError(signal) });
      return;
    }
    signal?.addEventListener("abort", this.#onAbort, { once: true });
    this.#state = "queued";
    this.#pool.enqueue(this);
  }

  readonly #onAbort = (): void => {
    void this.#stop({ error: abortedError(this.#task.signal!) });
  };

  #take(bytes: number): void {
    this.#untaken -= bytes;
    this.#worker?.taken(bytes);
    this.#pool.taken();
  }

  /** Ends the task early. The outcome comes out when the worker is off it. */
  #stop(outcome: { readonly error?: unknown }): Promise<void> {
    if (this.#stopping !== undefined) return this.#stopping;
    this.#results.length = 0;
    this.#outcome = outcome;
    if (this.#state !== "running") {
      if (this.#state === "queued") this.#pool.dequeue(this);
      if (this.#state !== "settled") this.#settle(outcome);
      return Promise.resolve();
    }
    const worker = this.#worker!;
    this.#pool.hold(1);
    this.#stopping = new Promise<void>((resolve) => {
      // Between two results the worker sees the word; in the midst of a long computation only its end helps.
      const grace = setTimeout(() => void worker.terminate(), this.#pool.graceMs);
      this.#settled = () => {
        clearTimeout(grace);
        this.#pool.hold(-1);
        resolve();
      };
    });
    worker.stop();
    return this.#stopping;
  }

  #settle(outcome: { readonly error?: unknown }): void {
    this.#state = "settled";
    this.#worker = undefined;
    this.#outcome ??= outcome;
    this.#task.signal?.removeEventListener("abort", this.#onAbort);
    this.#settled?.();
    this.#deliver();
  }

  /** Tells those who still wait how it ended: the first of them the error, the others that there is no more. */
  #deliver(): void {
    if (this.#waiters.length === 0) return;
    this.#pool.hold(-1);
    for (const waiter of this.#waiters.splice(0)) {
      const outcome = this.#outcome!;
      this.#outcome = {};
      if ("error" in outcome) waiter.reject(outcome.error);
      else waiter.resolve(DONE);
    }
  }
}
