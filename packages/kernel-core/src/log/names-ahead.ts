import type { Storage } from "../engine/storage.js";
import { failureOf } from "./failure-of.js";

/** The names of a log's directory, read before it is known which of them are wanted; nothing where a storage has no names to give. */
export class NamesAhead {
  #names: Promise<readonly string[]> | undefined;
  readonly #settled: Promise<unknown> | undefined;

  constructor(storage: Storage, logRoot: string, signal: AbortSignal) {
    if (storage.listingOf?.(logRoot) === "names") this.#names = storage.names?.(logRoot, { signal });
    this.#settled = this.#names?.catch(() => {});
  }

  /** Gives them once: who asks again has found that they are too old. */
  take(): Promise<readonly string[]> | undefined {
    const names = this.#names;
    this.#names = undefined;
    return names;
  }

  /** Rejects when they cannot be had; settles in no other way. */
  failure(): Promise<never> {
    return failureOf(this.#names);
  }

  /** Waits until nothing of it goes on. */
  async close(): Promise<void> {
    await this.#settled;
  }
}
