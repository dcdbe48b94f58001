import type { FileBatch, Snapshot } from "@asyncdelta/kernel-core";
import type { RecordBatch } from "apache-arrow";
import { plainText } from "./plain-text.js";
import type { Found } from "./road.js";
import { RowDigest } from "./row-digest.js";
import { textHash } from "./text-hash.js";

/** Adds up what a run finds. With `whole` every field of a file and every value of a row counts, else the numbers alone. */
export class Tally {
  readonly #whole: boolean;
  readonly #rows: RowDigest | undefined;
  #files = 0;
  #size = 0;
  #rowCount = 0;
  /** Does not depend on the order: the order of files means nothing. */
  #fileHash = 0;

  constructor(whole: boolean) {
    this.#whole = whole;
    this.#rows = whole ? new RowDigest() : undefined;
  }

  addFiles(batch: FileBatch): void {
    this.#files += batch.length;
    this.#size += batch.totalSize;
    if (!this.#whole) return;
    for (const file of batch) this.#fileHash = (this.#fileHash + textHash(plainText(file))) >>> 0;
  }

  addRows(batch: RecordBatch): void {
    this.#rowCount += batch.numRows;
    this.#rows?.add(batch);
  }

  found({ version, metadata, protocol }: Snapshot): Found {
    const head = textHash(plainText([version, metadata, protocol])).toString(16);
    const values = [this.#fileHash, ...(this.#rows?.values() ?? [])];
    const digest = [head, ...values.map((part) => part.toString(16))].join("-");
    return { version, head, files: this.#files, size: this.#size, rows: this.#rowCount, digest };
  }
}
