import type { Data } from "apache-arrow";
import type { AddFile } from "../actions/add-file.js";
import type { ActionSource } from "../actions/field.js";
import { arePlainPaths, type FileKeys, isPlainPath } from "../actions/file-key.js";
import { parseAddFile } from "../actions/parse-file-action.js";
import type { JsonObject, JsonValue } from "../engine/json.js";
import { DeltaError } from "../errors.js";
import type { Utf8Text } from "../skipping/stats-scanner.js";
import { type ColumnReader, columnReader, structChildren } from "./column-reader.js";
import { FileValues } from "./file-values.js";
import type { KeyFilter } from "./key-filter.js";
import type { KnownTexts } from "./known-texts.js";
import { asciiText, textAt } from "./utf8-reader.js";
import { validRows } from "./valid-rows.js";

/** The `add` or `remove` column of a batch of a checkpoint or large commit: file actions that stay columnar. */
export class FileColumns {
  readonly #data: Data;
  readonly #children: Map<string, Data>;
  readonly #at: ActionSource;
  readonly #path: Data;
  readonly #deletionVector: ColumnReader | undefined;
  readonly #values: FileValues;
  #readPath: ColumnReader | undefined;

  /** `texts` are those that other batches of the same file may have had. */
  constructor(struct: Data, at: ActionSource, texts?: KnownTexts) {
    this.#data = struct;
    this.#children = structChildren(struct);
    this.#values = new FileValues(this.#children, texts);
    this.#at = at;
    const path = this.#children.get("path");
    if (path === undefined) {
      throw new DeltaError("CHECKPOINT_CORRUPT", `${at.path} has file actions without a path column.`, at);
    }
    this.#path = path;
    const dv = this.#children.get("deletionVector");
    this.#deletionVector = dv === undefined || dv.nullCount === dv.length ? undefined : columnReader(dv);
  }

  /** Rows that hold an action: the struct is not null. */
  rows(): Int32Array {
    return validRows(this.#data);
  }

  /** Calls `use` with the key of the row's file, as bytes from `start` to `end`. */
  withKey<T>(row: number, keys: FileKeys, use: (bytes: Uint8Array, start: number, end: number) => T): T {
    const [start, end] = [this.#path.valueOffsets[row]!, this.#path.valueOffsets[row + 1]!];
    const bytes: Uint8Array = this.#path.values;
    const dv = this.#deletionVector?.(row) as JsonObject | null | undefined;
    if (!dv && isPlainPath(bytes, start, end)) return use(bytes, start, end);
    this.#readPath ??= columnReader(this.#path);
    keys.fromText(String(this.#readPath(row)), dv ? this.get(row).deletionVector : undefined);
    return use(keys.bytes, 0, keys.length);
  }

  /**
   * Reads the keys of rows' files as text. Of paths that are their own keys, as nearly all are, hardly anything is done here:
   * they are looked at together, and cut, by what the platform has compiled.
   */
  textKeys(keys: FileKeys): (row: number) => string {
    const offsets: Int32Array = this.#path.valueOffsets;
    const origin = offsets[0]!;
    const text = asciiText(this.#path);
    const arePlain = text !== undefined && arePlainPaths(text, offsets, this.#path.length);
    return (row) => {
      const vector = this.#deletionVector?.(row) ? this.get(row).deletionVector : undefined;
      if (arePlain && vector === undefined) return text.slice(offsets[row]! - origin, offsets[row + 1]! - origin);
      return keys.text(this.path(row), vector);
    };
  }

  /**
   * Those of `rows` whose files have one of some keys, as places in `rows`: `filter` is of these, and `has` knows them. Nothing where
   * that is no less work than to look at the key of each.
   */
  rowsWith(filter: KeyFilter, has: (key: string) => boolean, rows: Int32Array): Int32Array | undefined {
    if (this.#deletionVector !== undefined) return undefined;
    const places = filter.find(this.#path, rows);
    if (places === undefined || places.length > rows.length / 8) return undefined;
    return places.filter((place) => has(textAt(this.#path, rows[place]!)));
  }

  /** The path of a row, as in the log. */
  path(row: number): string {
    this.#readPath ??= columnReader(this.#path);
    return String(this.#readPath(row));
  }

  get(row: number): AddFile {
    // An empty map has no leaf value, and so may not have been asked for.
    const json: Record<string, JsonValue> = { partitionValues: {} };
    for (const [name, read] of this.#values.fields) {
      const value = read(row);
      if (value !== null) json[name] = value;
    }
    return parseAddFile(json, this.#at);
  }

  /** Bytes of a row's file; 0 where the column is not there, which `get` refuses. */
  size(row: number): number {
    const sizes: BigInt64Array | undefined = this.#children.get("size")?.values;
    return sizes === undefined ? 0 : Number(sizes[row]!);
  }

  /** Reads the text of one partition value of rows, by its physical name. */
  partitionReader(name: string): (row: number) => string | null | undefined {
    return this.#values.partitionReader(name);
  }

  /** The statistics of a row as they lie there. */
  utf8Stats(row: number): string | Utf8Text | undefined {
    return this.#values.utf8Stats(row);
  }

  /** The statistics of a row as JSON text. */
  stats(row: number): string | undefined {
    return this.#values.stats(row);
  }

  /** Sum of the sizes of `rows`. */
  totalSize(rows: Int32Array): number {
    const sizes: BigInt64Array | undefined = this.#children.get("size")?.values;
    if (sizes === undefined) return 0;
    // Halves of numbers are exact in a double for two million rows, and no number becomes an object.
    const halves = new Int32Array(sizes.buffer, sizes.byteOffset, sizes.length * 2);
    let [lower, upper] = [0, 0];
    // By index: to iterate is several times slower until it is optimised.
    for (let i = 0; i < rows.length; i++) {
      const at = 2 * rows[i]!;
      lower += halves[at]! >>> 0;
      upper += halves[at + 1]!;
    }
    return upper * 2 ** 32 + lower;
  }
}
