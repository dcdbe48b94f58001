import { type Deferred, deferred } from "../support/deferred.js";
import type { ProbeSource } from "../support/probe-source.js";
import { quiesce } from "../support/turns.js";
import type { StartOptions, Subject } from "./subjects.js";

/** Long enough for every subject to do what it is going to do by itself: streams take several turns. */
export async function settleDown(): Promise<void> {
  for (let turn = 0; turn < 25; turn++) await quiesce();
}

/** One subject at work: a source and tasks that do as they are told, and a record of what the subject did. */
export class Lab {
  readonly source: ProbeSource<number>;
  readonly started: number[] = [];
  readonly signals: (AbortSignal | undefined)[] = [];
  running = 0;
  mostRunning = 0;
  readonly iterator: AsyncIterator<unknown>;
  readonly #tasks: Map<number, Deferred<unknown>> = new Map();

  constructor(subject: Subject, source: ProbeSource<number>, options: StartOptions) {
    this.source = source;
    const started = subject.start(
      source,
      (item, signal) => {
        this.started.push(item);
        this.signals.push(signal);
        this.running += 1;
        this.mostRunning = Math.max(this.mostRunning, this.running);
        const task = deferred<unknown>();
        this.#tasks.set(item, task);
        const stop = (): void => task.reject(signal?.reason);
        signal?.addEventListener("abort", stop);
        return task.promise.finally(() => {
          signal?.removeEventListener("abort", stop);
          this.running -= 1;
        });
      },
      options,
    );
    this.iterator = started[Symbol.asyncIterator]();
  }

  finish(...items: number[]): void {
    for (const item of items) this.#tasks.get(item)?.resolve(item);
  }

  fail(item: number, error: unknown): void {
    this.#tasks.get(item)?.reject(error);
  }

  /** Lets the tasks end that are running, and those that start then, so that nothing is left behind. */
  async tidy(): Promise<void> {
    for (let round = 0; round < 5; round++) {
      this.finish(...this.#tasks.keys());
      await settleDown();
    }
  }

  /** Begins to take results, and gives the record of what comes, which grows until the end. */
  consume(): Record {
    const record: Record = { values: [], end: "nothing more" };
    const take = async (): Promise<void> => {
      for (;;) {
        const result = await this.iterator.next();
        if (result.done) return;
        record.values.push(result.value);
      }
    };
    take().then(
      () => {
        record.end = "the end";
      },
      (error: unknown) => {
        record.end = message(error);
      },
    );
    return record;
  }
}

/** What a consumer was given so far, and how it ended. */
export interface Record {
  readonly values: unknown[];
  end: string;
}

export function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** 0, 1, 2, … */
export function numbers(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}
