import { availableParallelism } from "node:os";
import type { Transferable } from "node:worker_threads";
import { DeltaError } from "@asyncdelta/kernel-core";
import { currentSpan } from "../trace/channels.js";
import { PoolWorker } from "./pool-worker.js";
import { TaskQueue } from "./task-queue.js";
import { type Scheduler, TaskStream } from "./task-stream.js";
import type { Task, TaskKind, Tasks } from "./tasks.js";

export interface WorkerPoolOptions {
  /** Most worker threads. By default one for each processor, at most 8. */
  readonly size?: number | undefined;
  /** Milliseconds after which an idle worker is ended. */
  readonly idleMs?: number | undefined;
  /** Milliseconds that a worker has to leave a cancelled task by itself before it is ended. */
  readonly graceMs?: number | undefined;
  /** Most megabytes of JavaScript objects in a worker; Node's own limit by default. WebAssembly is not counted. */
  readonly heapMb?: number | undefined;
  /** The file that workers start from, when not the pool's own. It calls `serveTasks`. */
  readonly file?: URL | undefined;
}

export interface StreamOptions {
  readonly signal?: AbortSignal | undefined;
  /** Names the file in errors. */
  readonly path?: string | undefined;
  /** Bytes of results that may lie untaken before the worker pauses; one result may always. */
  readonly window?: number | undefined;
  /**
   * When the work began that this task is part of, by `performance.now()`; now, by default. Tasks of older work go
   * first, since somebody waits for their results before he gets to those of newer work.
   */
  readonly since?: number | undefined;
}

type Payload<K extends TaskKind> = LoadedTask<K> extends Task<infer P, unknown> ? P : never;
type Result<K extends TaskKind> = LoadedTask<K> extends Task<never, infer R> ? R : never;
type LoadedTask<K extends TaskKind> = Awaited<ReturnType<Tasks[K]>>;

/**
 * Worker threads for large work. None is started before the first task, an idle one neither keeps the process alive nor
 * lives for long, and one that dies fails only its own task (`WORKER_DIED`) and is replaced when there is more to do.
 */
export interface WorkerPool {
  /** Most tasks that run at once. */
  readonly size: number;
  /** Worker threads that live, at work or idle. */
  readonly threads: number;
  /** Tasks that run now. */
  readonly running: number;
  /**
   * Runs a task in a worker and streams its results, in order. Nothing happens before the first `next()`. `transfer` is
   * moved to the worker rather than copied. Both may be functions, which are called when a worker is free: what waits
   * then takes no memory. Fails with what the task throws, `WORKER_DIED`, `ABORTED` or `CLOSED`.
   */
  stream<K extends TaskKind>(
    kind: K,
    payload: Payload<K> | (() => Payload<K>),
    transfer: readonly Transferable[] | ((payload: Payload<K>) => readonly Transferable[]),
    options?: StreamOptions,
  ): AsyncIterableIterator<Result<K>>;
  /** Whether there is a worker, or one can be started, which it then is: no process may start any under `node --permission`. */
  hasWorker(): boolean;
  /** Starts the workers that are not there yet, for tasks of a kind that will come: while their bytes are on the way. */
  warm(kind: TaskKind): void;
  /** Ends all workers; what is under way fails with `CLOSED`. Safe to repeat. */
  close(): Promise<void>;
}

const WINDOW = 16 * 1024 * 1024;
/** After so long without any movement, somebody waits for what cannot come. */
const PATIENCE_MS = 50;

/** Makes a pool; costs nothing until its first task. */
export function workerPool(options: WorkerPoolOptions = {}): WorkerPool {
  return new ThreadPool(options) as unknown as WorkerPool;
}

class ThreadPool implements Scheduler {
  readonly size: number;
  readonly graceMs: number;
  readonly #idleMs: number;
  readonly #thread: { readonly file: URL; readonly heapMb: number | undefined };
  /** Every thread that has not exited, with what it is doing. */
  readonly #workers = new Map<PoolWorker, TaskStream | "idle" | "ending">();
  /** The last to become idle is the first to be used, so that those too many end. */
  readonly #idle: { readonly worker: PoolWorker; readonly timer: NodeJS.Timeout }[] = [];
  readonly #queue = new TaskQueue();
  /** Runs while every worker stands still and somebody waits for one. */
  #patience: NodeJS.Timeout | undefined;
  #taken = 0;
  #held = 0;
  #holder: NodeJS.Timeout | undefined;
  #closed: Promise<void> | undefined;

  constructor({ size, idleMs, graceMs, heapMb, file }: WorkerPoolOptions) {
    this.size = size ?? Math.min(availableParallelism(), 8);
    if (!Number.isInteger(this.size) || this.size < 1) {
      throw new DeltaError("INVALID_ARGUMENT", `The size of a worker pool is a whole number from 1 on, not ${size}.`);
    }
    this.#idleMs = idleMs ?? 10_000;
    this.graceMs = graceMs ?? 50;
    this.#thread = { file: file ?? new URL("./thread.js", import.meta.url), heapMb };
  }

  stream(
    kind: string,
    payload: unknown,
    transfer: readonly Transferable[] | ((payload: unknown) => readonly Transferable[]),
    options: StreamOptions = {},
  ): TaskStream {
    const { signal, path, window = WINDOW, since = performance.now() } = options;
    const parcel = () => {
      const made = typeof payload === "function" ? (payload() as unknown) : payload;
      return { payload: made, transfer: typeof transfer === "function" ? transfer(made) : transfer };
    };
    return new TaskStream(this, { kind, parcel, since, window, path, signal, parent: currentSpan() });
  }

  get threads(): number {
    return this.#workers.size;
  }

  get running(): number {
    return this.#streams().length;
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    clearTimeout(this.#patience);
    for (const stream of this.#queue.clear()) void stream.fail(closedError());
    for (const { timer } of this.#idle.splice(0)) clearTimeout(timer);
    const ends = [...this.#workers].map(([worker, state]) => {
      if (typeof state !== "string") void state.fail(closedError());
      return worker.terminate();
    });
    await Promise.all(ends);
  }

  hasWorker(): boolean {
    // What asks a closed pool is told so.
    if (this.#closed !== undefined || this.#living() > 0) return true;
    try {
      this.free(this.#newWorker());
      return true;
    } catch {
      return false;
    }
  }

  warm(kind: TaskKind): void {
    if (this.#closed !== undefined) return;
    while (this.#living() < this.size) {
      const worker = this.#newWorker();
      worker.load(kind);
      this.free(worker);
    }
  }

  enqueue(stream: TaskStream): void {
    if (this.#closed !== undefined) {
      void stream.fail(closedError());
      return;
    }
    this.#queue.add(stream);
    this.#assign();
    this.stalled();
  }

  dequeue(stream: TaskStream): void {
    this.#queue.delete(stream);
  }

  free(worker: PoolWorker): void {
    if (this.#closed !== undefined || this.#workers.get(worker) === "ending") return;
    if (worker.isEnding) {
      this.drop(worker);
      return;
    }
    this.#workers.set(worker, "idle");
    const timer = setTimeout(() => this.#retire(worker), this.#idleMs).unref();
    this.#idle.push({ worker, timer });
    this.#assign();
  }

  drop(worker: PoolWorker): void {
    if (this.#workers.has(worker)) this.#workers.set(worker, "ending");
    this.#assign();
  }

  /**
   * A stalled task keeps its worker from those that wait for one. Mostly its consumer is just slow. But whoever reads two
   * streams in turn may wait for the second before he takes more of the first, which then has to make room: when all
   * workers stand still for a while, and nothing is taken, the task of one goes on to its end.
   */
  stalled(): void {
    this.#makeWay();
    if (this.#patience !== undefined || !this.#isStuck()) return;
    const taken = this.#taken;
    const isUnchanged = () => this.#taken === taken && this.#isStuck();
    this.#patience = setTimeout(() => {
      this.#patience = undefined;
      if (isUnchanged()) this.#liftOldest();
      this.stalled();
    }, PATIENCE_MS).unref();
  }

  taken(): void {
    this.#taken++;
  }

  hold(change: 1 | -1): void {
    this.#held += change;
    if (this.#held > 0) this.#holder ??= setInterval(() => {}, 0x7fffffff);
    else if (this.#holder !== undefined) {
      clearInterval(this.#holder);
      this.#holder = undefined;
    }
  }

  #assign(): void {
    while (this.#queue.size > 0) {
      let worker: PoolWorker | undefined;
      try {
        worker = this.#takeWorker();
      } catch (error) {
        // Those that are at work come to it.
        if (this.#living() > 0) return;
        this.#queue.take()!.onNoWorker(error);
        continue;
      }
      if (worker === undefined) return;
      const stream = this.#queue.take()!;
      this.#workers.set(worker, stream);
      stream.begin(worker);
    }
  }

  #takeWorker(): PoolWorker | undefined {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      clearTimeout(idle.timer);
      if (!idle.worker.isEnding) return idle.worker;
      this.#workers.set(idle.worker, "ending");
    }
    return this.#living() < this.size ? this.#newWorker() : undefined;
  }

  #living(): number {
    let living = 0;
    for (const state of this.#workers.values()) if (state !== "ending") living++;
    return living;
  }

  #newWorker(): PoolWorker {
    return new PoolWorker(this.#thread, (worker, failure) => this.#onExit(worker, failure));
  }

  #streams(): TaskStream[] {
    return [...this.#workers.values()].filter((state) => typeof state !== "string");
  }

  /** Whether somebody waits for a worker and none moves. */
  #isStuck(): boolean {
    const streams = this.#streams();
    return this.#queue.size > 0 && streams.length >= this.size && streams.every((stream) => stream.stalled);
  }

  /** Results of newer work are not taken before those of older work, for which no worker is free. */
  #makeWay(): void {
    for (const stream of this.#streams()) if (stream.stalled && stream.since > this.#queue.since) stream.lift();
  }

  #liftOldest(): void {
    const [first, ...others] = this.#streams();
    others.reduce((oldest, stream) => (stream.since < oldest.since ? stream : oldest), first!).lift();
  }

  #retire(worker: PoolWorker): void {
    const index = this.#idle.findIndex((idle) => idle.worker === worker);
    if (index >= 0) this.#idle.splice(index, 1);
    this.#workers.set(worker, "ending");
    void worker.terminate();
  }

  #onExit(worker: PoolWorker, failure: unknown): void {
    const state = this.#workers.get(worker);
    this.#workers.delete(worker);
    const index = this.#idle.findIndex((idle) => idle.worker === worker);
    if (index >= 0) clearTimeout(this.#idle.splice(index, 1)[0]!.timer);
    if (state !== undefined && typeof state !== "string") state.onDeath(failure);
    if (this.#closed === undefined) this.#assign();
  }
}

function closedError(): DeltaError {
  return new DeltaError("CLOSED", "The worker pool has been closed. Make a new engine to read on.");
}
