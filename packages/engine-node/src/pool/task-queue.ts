import type { TaskStream } from "./task-stream.js";

/** Tasks that wait for a worker: those of the oldest work first, and of the same work in the order in which they came. */
export class TaskQueue {
  readonly #streams: TaskStream[] = [];

  get size(): number {
    return this.#streams.length;
  }

  /** When the work began that waits longest. */
  get since(): number {
    return this.#streams[0]?.since ?? Number.POSITIVE_INFINITY;
  }

  add(stream: TaskStream): void {
    // Most come in order, so that the place is at the end or near it.
    let at = this.#streams.length;
    while (at > 0 && this.#streams[at - 1]!.since > stream.since) at--;
    this.#streams.splice(at, 0, stream);
  }

  take(): TaskStream | undefined {
    return this.#streams.shift();
  }

  delete(stream: TaskStream): void {
    const at = this.#streams.indexOf(stream);
    if (at >= 0) this.#streams.splice(at, 1);
  }

  /** All of them, which are then no longer in the queue. */
  clear(): TaskStream[] {
    return this.#streams.splice(0);
  }
}
