import type { Transferable } from "node:worker_threads";
import { Worker } from "node:worker_threads";
import { type OpenSpan, openSpan } from "../trace/channels.js";
import { untunedStart } from "../tune-for-reading.js";
import type { FromWorker, ToWorker } from "./messages.js";

/** What a worker reports. Exactly one of `onEnd`, `onError` and `onDeath` ends a task. */
export interface WorkerListener {
  onResult(value: unknown, bytes: number): void;
  onEnd(): void;
  onError(error: Extract<FromWorker, { type: "error" }>): void;
}

export interface WorkerTask {
  readonly kind: string;
  readonly payload: unknown;
  readonly transfer: readonly Transferable[];
  readonly window: number;
  /** The file that it is about. */
  readonly path?: string | undefined;
  /** Number of the traced span that it is part of. */
  readonly parent?: number | undefined;
}

/** One worker thread, seen from the main thread. It does not keep the process alive. */
export class PoolWorker {
  readonly #worker: Worker;
  readonly #exited: Promise<void>;
  #listener: WorkerListener | undefined;
  #task = 0;
  #failure: unknown;
  #span: OpenSpan | undefined;
  #isEnding = false;

  /** `onExit` is called once, when the thread has ended for whatever reason, with the error that ended it if any. */
  constructor(
    { file, heapMb }: { readonly file: URL; readonly heapMb: number | undefined },
    onExit: (worker: PoolWorker, failure: unknown) => void,
  ) {
    const hasStarted = untunedStart();
    try {
      // Flags of the process (`--input-type`, `--import` of a test runner) are not the worker's.
      this.#worker = new Worker(file, {
        execArgv: [],
        name: "asyncdelta",
        ...(heapMb !== undefined && { resourceLimits: { maxOldGenerationSizeMb: heapMb } }),
      });
    } catch (error) {
      hasStarted();
      throw error;
    }
    this.#worker.once("online", hasStarted);
    this.#worker.on("message", (message: FromWorker) => this.#hear(message));
    this.#worker.on("messageerror", (error) => {
      this.#failure ??= error;
      void this.terminate();
    });
    this.#worker.on("error", (error) => {
      this.#failure ??= error;
      this.#isEnding = true;
    });
    this.#exited = new Promise((resolve) => {
      this.#worker.once("exit", (code) => {
        hasStarted();
        this.#failure ??= new Error(`The worker thread exited with status ${code}.`);
        this.#span?.fail(this.#failure);
        onExit(this, this.#failure);
        resolve();
      });
    });
    // Last, since a listener for messages makes the process wait. The pool holds it when somebody waits.
    this.#worker.unref();
  }

  /** Starts a task. Throws what `postMessage` throws when the payload cannot be cloned or transferred. */
  start({ kind, payload, transfer, window, path, parent }: WorkerTask, listener: WorkerListener): void {
    const message: ToWorker = { type: "start", task: this.#task + 1, kind, payload, window };
    const thread = this.#worker.threadId;
    this.#worker.postMessage(message, transfer);
    this.#span = openSpan("decode", { kind: "decode", name: kind, url: path, parent, thread });
    this.#task++;
    this.#listener = listener;
  }

  /** Whether the thread is about to end. It may still be heard to have done its task, but must not be given another. */
  get isEnding(): boolean {
    return this.#isEnding;
  }

  /** Lets it load the implementation of a kind of task. */
  load(kind: string): void {
    this.#post({ type: "load", task: 0, kind });
  }

  taken(bytes: number): void {
    if (this.#listener !== undefined) this.#post({ type: "taken", task: this.#task, bytes });
  }

  stop(): void {
    if (this.#listener !== undefined) this.#post({ type: "stop", task: this.#task });
  }

  /** Ends the thread, also in the midst of work; resolves when it has ended. */
  terminate(): Promise<void> {
    this.#isEnding = true;
    void this.#worker.terminate();
    return this.#exited;
  }

  #post(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  #hear(message: FromWorker): void {
    const listener = this.#listener;
    if (listener === undefined || message.task !== this.#task) return;
    if (message.type === "result") {
      if (this.#span !== undefined) {
        this.#span.context.items++;
        this.#span.context.bytes += message.bytes;
      }
      listener.onResult(message.value, message.bytes);
      return;
    }
    this.#listener = undefined;
    if (message.type === "end") {
      this.#span?.end();
      listener.onEnd();
    } else {
      this.#span?.fail(message.error);
      listener.onError(message);
    }
  }
}
