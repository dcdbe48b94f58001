import type { JsonHandler, Storage } from "@asyncdelta/kernel-core";
import type { WorkerPool } from "../pool/worker-pool.js";
import { parseLines } from "./parse-lines.js";

export interface JsonHandlerOptions {
  /** Where the files are. */
  readonly storage: Storage;
  /** Gives the pool for large input; absent means that all is done on this thread. */
  readonly workers?: (() => Promise<WorkerPool>) | undefined;
  /** From how many bytes on input is large. */
  readonly largeBytes: number;
}

export function loadReadBatches(): Promise<typeof import("./read-batches.js")> {
  return import("./read-batches.js");
}

/**
 * The JSON handler of an engine. apache-arrow is only loaded when the first file is read as batches. An object that has
 * a key twice: `parseLines` keeps the last, as `JSON.parse` does; `readBatches` fails where the key has a column.
 */
export function jsonHandler(options: JsonHandlerOptions): JsonHandler {
  return {
    parseLines,
    async *readBatches(url, readOptions) {
      const { readBatches } = await loadReadBatches();
      yield* readBatches(url, readOptions, options);
    },
  };
}
