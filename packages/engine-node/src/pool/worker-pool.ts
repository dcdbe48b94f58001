import { availableParallelism } from "node:os";
import type { Transferable } from "node:worker_threads";
import { DeltaError } from "@asyncdelta/kernel-core";
import { PoolWorker } from "./pool-worker.js";
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
  /**
   * Runs a task in a worker and streams its results, in order. Starts at the first `next()`, when `transfer` is moved
   * to the worker. Fails with what the task throws, `WORKER_DIED`, `ABORTED` or `CLOSED`.
   */
  stream<K extends TaskKind>(
    kind: K,
    payload: Payload<K>,
    transfer: readonly Transferable[],
    options?: StreamOptions,
  ): AsyncIterableIterator<Result<K>>;
  /** Ends all workers; what is under way fails with `CLOSED`. Safe to repeat. */
  close(): Promise<void>;
}

const WINDOW = 16 * 1024 * 1024;

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
  readonly #queue = new Set<TaskStream>();
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
    this.#thread = { file: file ?? new URL("./worker.js", import.meta.url), heapMb };
  }

  stream(kind: string, payload: unknown, transfer: readonly Transferable[], options: StreamOptions = {}): TaskStream {
    const { signal, path, window = WINDOW } = options;
    return new TaskStream(this, { kind, payload, transfer, window, path, signal });
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    for (const stream of this.#queue) void stream.fail(closedError());
    for (const { timer } of this.#idle.splice(0)) clearTimeout(timer);
    const ends = [...this.#workers].map(([worker, state]) => {
      if (typeof state !== "string") void state.fail(closedError());
      return worker.terminate();
    });
    await Promise.all(ends);
  }

  enqueue(stream: TaskStream): void {
    if (this.#closed !== undefined) {
      void stream.fail(closedError());
      return;
    }
    this.#queue.add(stream);
    this.#assign();
    if (this.#queue.size > 0) this.#liftOne();
  }

  dequeue(stream: TaskStream): void {
    this.#queue.delete(stream);
  }

  free(worker: PoolWorker): void {
    if (this.#closed !== undefined || this.#workers.get(worker) === "ending") return;
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
   * A stalled task keeps its worker from those that wait for one. Whoever reads two streams in turn may wait for the
   * second before it takes more of the first, so the first has to make room: its task goes on to its end.
   */
  stalled(stream: TaskStream): void {
    if (this.#queue.size > 0) stream.lift();
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
    for (const stream of this.#queue) {
      const worker = this.#takeWorker();
      if (worker === undefined) return;
      this.#queue.delete(stream);
      this.#workers.set(worker, stream);
      stream.begin(worker);
    }
  }

  #takeWorker(): PoolWorker | undefined {
    const idle = this.#idle.pop();
    if (idle !== undefined) {
      clearTimeout(idle.timer);
      return idle.worker;
    }
    let living = 0;
    for (const state of this.#workers.values()) if (state !== "ending") living++;
    return living < this.size
      ? new PoolWorker(this.#thread, (worker, failure) => this.#onExit(worker, failure))
      : undefined;
  }

  #liftOne(): void {
    for (const state of this.#workers.values()) {
      if (typeof state !== "string" && state.stalled) {
        state.lift();
        return;
      }
    }
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
