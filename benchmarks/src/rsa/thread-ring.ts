import { once } from "node:events";
import { Worker } from "node:worker_threads";

interface Waiter {
  resolve(bytes: number): void;
  reject(error: unknown): void;
}

/** Worker threads that each make one key at a time. Ask for no more at once than there are threads. */
export class ThreadRing {
  readonly #free: Worker[];
  readonly #waiting = new Map<Worker, Waiter>();

  private constructor(threads: readonly Worker[]) {
    this.#free = [...threads];
    for (const thread of threads) {
      thread.on("message", (bytes: number) => {
        const waiter = this.#waiting.get(thread);
        this.#waiting.delete(thread);
        this.#free.push(thread);
        waiter?.resolve(bytes);
      });
      thread.on("error", (error) => this.#waiting.get(thread)?.reject(error));
    }
  }

  /** Starts the threads and waits until all are ready, so that their start is not measured. */
  static async start(size: number, bits: number): Promise<ThreadRing> {
    const file = new URL("./key-thread.js", import.meta.url);
    const threads = Array.from({ length: size }, () => new Worker(file, { workerData: bits }));
    await Promise.all(threads.map((thread) => once(thread, "message")));
    return new ThreadRing(threads);
  }

  /** Bytes of a new private key. */
  generate(): Promise<number> {
    const thread = this.#free.pop();
    if (thread === undefined) throw new RangeError("Every thread is at work.");
    return new Promise((resolve, reject) => {
      this.#waiting.set(thread, { resolve, reject });
      thread.postMessage("key");
    });
  }

  async close(): Promise<void> {
    const threads = [...this.#free, ...this.#waiting.keys()];
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}
