import type { Data } from "apache-arrow";
import type { AddFile } from "../actions/add-file.js";
import type { ActionSource } from "../actions/field.js";
import { type FileKeys, isPlainPath } from "../actions/file-key.js";
import { parseAddFile } from "../actions/parse-file-action.js";
import type { JsonObject, JsonValue } from "../engine/json.js";
import { DeltaError } from "../errors.js";
import { type ColumnReader, columnReader, structChildren } from "./column-reader.js";
import { mapValueReader } from "./map-value-reader.js";
import { partitionText } from "./partition-text.js";
import { statsText } from "./stats-text.js";
import { utf8At } from "./utf8-reader.js";
import { validRows } from "./valid-rows.js";

/** The `add` or `remove` column of a batch of a checkpoint or large commit: file actions that stay columnar. */
export class FileColumns {
  readonly #data: Data;
  readonly #children: Map<string, Data>;
  readonly #at: ActionSource;
  readonly #path: Data;
  readonly #deletionVector: ColumnReader | undefined;
  readonly #partitions = new Map<string, (row: number) => string | null | undefined>();
  #readPath: ColumnReader | undefined;
  #fields: ReadonlyMap<string, ColumnReader> | undefined;

  constructor(struct: Data, at: ActionSource) {
    this.#data = struct;
    this.#children = structChildren(struct);
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

  /** The path of a row, as in the log. */
  path(row: number): string {
    this.#readPath ??= columnReader(this.#path);
    return String(this.#readPath(row));
  }

  get(row: number): AddFile {
    this.#fields ??= this.#readers();
    // An empty map has no leaf value, and so may not have been asked for.
    const json: Record<string, JsonValue> = { partitionValues: {} };
    for (const [name, read] of this.#fields) {
      const value = read(row);
      if (value !== null) json[name] = value;
    }
    return parseAddFile(json, this.#at);
  }

  #readers(): ReadonlyMap<string, ColumnReader> {
    const readers = new Map<string, ColumnReader>();
    for (const [name, data] of this.#children) {
      if (name.endsWith("_parsed")) continue;
      if (data.nullCount < data.length) readers.set(name, columnReader(data));
    }
    const statsParsed = this.#children.get("stats_parsed");
    if (statsParsed !== undefined) readers.set("stats", either(readers.get("stats"), statsText(statsParsed)));
    const valuesParsed = this.#children.get("partitionValues_parsed");
    if (valuesParsed !== undefined) {
      readers.set("partitionValues", either(readers.get("partitionValues"), partitionText(valuesParsed)));
    }
    return readers;
  }

  /** Bytes of a row's file; 0 where the column is not there, which `get` refuses. */
  size(row: number): number {
    const sizes: BigInt64Array | undefined = this.#children.get("size")?.values;
    return sizes === undefined ? 0 : Number(sizes[row]!);
  }

  /** The text of one partition value of a row, by physical name. */
  partitionValue(row: number, name: string): string | null | undefined {
    let read = this.#partitions.get(name);
    if (read === undefined) {
      read = this.#partitionReader(name);
      this.#partitions.set(name, read);
    }
    return read(row);
  }

  #partitionReader(name: string): (row: number) => string | null | undefined {
    const values = this.#children.get("partitionValues");
    if (values !== undefined && !this.#children.has("partitionValues_parsed")) return mapValueReader(values, name);
    const read = this.#field("partitionValues");
    return (row) => (read?.(row) as Record<string, string | null> | null | undefined)?.[name];
  }

  /** The statistics of a row as JSON text. */
  stats(row: number): string | undefined {
    const text = this.#children.get("stats");
    // One by one: of these texts, the longest part of a log, only few may be asked for.
    if (text?.getValid(row)) return utf8At(text, row);
    return (this.#field("stats")?.(row) as string | null | undefined) ?? undefined;
  }

  /** How a field of the action is read. */
  #field(name: string): ColumnReader | undefined {
    this.#fields ??= this.#readers();
    return this.#fields.get(name);
  }

  /** Sum of the sizes of `rows`. */
  totalSize(rows: Int32Array): number {
    const sizes: BigInt64Array | undefined = this.#children.get("size")?.values;
    let sum = 0n;
    if (sizes !== undefined) for (const row of rows) sum += sizes[row]!;
    return Number(sum);
  }
}

function either(first: ColumnReader | undefined, second: ColumnReader): ColumnReader {
  return first === undefined ? second : (row) => first(row) ?? second(row);
}
