import type { FileBatch, Snapshot } from "@asyncdelta/kernel-core";
import type { RecordBatch } from "apache-arrow";
import type { Found } from "./road.js";
import { RowDigest } from "./row-digest.js";
import { textHash } from "./text-hash.js";

/** Adds up what a run finds. With `whole` every file's path and every value counts, else the numbers alone. */
export class Tally {
  readonly #whole: boolean;
  readonly #rows: RowDigest | undefined;
  #files = 0;
  #size = 0;
  #rowCount = 0;
  /** Does not depend on the order: the order of files means nothing. */
  #paths = 0;

  constructor(whole: boolean) {
    this.#whole = whole;
    this.#rows = whole ? new RowDigest() : undefined;
  }

  addFiles(batch: FileBatch): void {
    this.#files += batch.length;
    this.#size += batch.totalSize;
    if (!this.#whole) return;
    for (const { path, size, modificationTime } of batch) {
      this.#paths = (this.#paths + textHash(`${path}\n${size}\n${modificationTime}`)) >>> 0;
    }
  }

  addRows(batch: RecordBatch): void {
    this.#rowCount += batch.numRows;
    this.#rows?.add(batch);
  }

  found({ version, metadata, protocol }: Snapshot): Found {
    const head = textHash(JSON.stringify([version, metadata, protocol]));
    const digest = [head, this.#paths, ...(this.#rows?.values() ?? [])].map((part) => part.toString(16)).join("-");
    return { version, files: this.#files, size: this.#size, rows: this.#rowCount, digest };
  }
}
