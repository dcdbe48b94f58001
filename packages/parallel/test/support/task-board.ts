import type { TaskContext } from "../../src/options.js";
import { type Deferred, deferred } from "./deferred.js";

/** Tasks that end when they are told to, and the record of what ran. */
export class TaskBoard<T, R = T> {
  readonly started: T[] = [];
  readonly contexts: TaskContext[] = [];
  running = 0;
  mostRunning = 0;
  /** Whether a task rejects with the reason when its signal aborts. */
  heedsSignal = true;
  readonly #tasks: Deferred<R>[] = [];

  readonly task = (item: T, context: TaskContext): Promise<R> => {
    const task = deferred<R>();
    this.#tasks[context.index] = task;
    this.started.push(item);
    this.contexts.push(context);
    this.running += 1;
    this.mostRunning = Math.max(this.mostRunning, this.running);
    const { signal } = context;
    const stop = (): void => task.reject(signal.reason);
    if (this.heedsSignal) signal.addEventListener("abort", stop);
    return task.promise.finally(() => {
      signal.removeEventListener("abort", stop);
      this.running -= 1;
    });
  };

  finish(index: number, value: R): void {
    this.#at(index).resolve(value);
  }

  fail(index: number, error: unknown): void {
    this.#at(index).reject(error);
  }

  #at(index: number): Deferred<R> {
    const task = this.#tasks[index];
    if (task === undefined) throw new Error(`Task ${index} has not started`);
    return task;
  }
}
