import type { AddFile } from "../actions/add-file.js";
import type { FileColumns } from "../columnar/file-columns.js";

/**
 * Some live files of a table, from one commit or a part of a checkpoint. However they are stored, `get` makes an object
 * only for the file that is asked for.
 */
export interface FileBatch extends Iterable<AddFile> {
  readonly length: number;
  /** The file at `index`, from 0 to `length` - 1. */
  get(index: number): AddFile;
  /** Bytes of the file at `index`. */
  size(index: number): number;
  /** The text of one of its partition values, by physical name. */
  partitionValue(index: number, name: string): string | null | undefined;
  /** Reads that one partition value of many files. */
  partitionReader(name: string): (index: number) => string | null | undefined;
  /** Its statistics as JSON text, where the log has them and they were asked for. */
  stats(index: number): string | undefined;
  /** Sum of the files' sizes in bytes. */
  readonly totalSize: number;
}

/** Files that are objects already, from a commit that was small enough to hold. */
export class ObjectFileBatch implements FileBatch {
  readonly #files: readonly AddFile[];

  constructor(files: readonly AddFile[]) {
    this.#files = files;
  }

  get length(): number {
    return this.#files.length;
  }

  get(index: number): AddFile {
    return this.#files[index]!;
  }

  size(index: number): number {
    return this.#files[index]!.size;
  }

  partitionValue(index: number, name: string): string | null | undefined {
    return this.#files[index]!.partitionValues[name];
  }

  partitionReader(name: string): (index: number) => string | null | undefined {
    return (index) => this.partitionValue(index, name);
  }

  stats(index: number): string | undefined {
    return this.#files[index]!.stats;
  }

  get totalSize(): number {
    return this.#files.reduce((sum, file) => sum + file.size, 0);
  }

  [Symbol.iterator](): Iterator<AddFile> {
    return this.#files[Symbol.iterator]();
  }
}

/** Live files that stay columnar. */
export class ColumnarFileBatch implements FileBatch {
  readonly #columns: FileColumns;
  readonly #rows: Int32Array;

  constructor(columns: FileColumns, rows: Int32Array) {
    this.#columns = columns;
    this.#rows = rows;
  }

  get length(): number {
    return this.#rows.length;
  }

  get(index: number): AddFile {
    return this.#columns.get(this.#rows[index]!);
  }

  size(index: number): number {
    return this.#columns.size(this.#rows[index]!);
  }

  partitionValue(index: number, name: string): string | null | undefined {
    return this.#columns.partitionReader(name)(this.#rows[index]!);
  }

  partitionReader(name: string): (index: number) => string | null | undefined {
    const read = this.#columns.partitionReader(name);
    return (index) => read(this.#rows[index]!);
  }

  stats(index: number): string | undefined {
    return this.#columns.stats(this.#rows[index]!);
  }

  /** The same as it lies there, for who does not need a string. */
  utf8Stats(index: number): ReturnType<FileColumns["utf8Stats"]> {
    return this.#columns.utf8Stats(this.#rows[index]!);
  }

  get totalSize(): number {
    return this.#columns.totalSize(this.#rows);
  }

  *[Symbol.iterator](): Iterator<AddFile> {
    for (const row of this.#rows) yield this.#columns.get(row);
  }
}
