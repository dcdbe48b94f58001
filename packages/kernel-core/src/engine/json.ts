import type { RecordBatch, Schema } from "apache-arrow";
import type { RowSelection } from "../selection/selection.js";
import type { ByteRange, StorageOptions } from "./storage.js";

/** A JSON value whose integers beyond 2^53 are `bigint`, so that no digit of a long is lost. */
export type JsonValue = null | boolean | number | bigint | string | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/**
 * # The JSON contract
 *
 * Newline-delimited JSON, one object a line, UTF-8; blank lines are skipped; a line that is not one whole JSON object
 * fails with `LOG_CORRUPT`, whose message gives the line number. Integers outside ±2^53 come as `bigint`
 * (as int64 in Arrow, where one outside 64 bits fails); decimals keep what a double can hold.
 * Large input is worked on in slices or in a worker, so that the event loop's delay stays small.
 */
export interface JsonHandler {
  /** Parses lines that are already in memory. `path` names the file in errors. */
  parseLines(bytes: Uint8Array, options: ParseLinesOptions): Promise<readonly JsonObject[]>;
  /**
   * Streams a file of lines as Arrow batches in the given schema: a field that a line lacks is null, a field that the
   * schema lacks is ignored. A line whose only top-level key is not in the schema may be skipped unparsed and
   * unreported; every other line is one row, in file order. Supported types: Bool, Int32, Int64, Float64, Utf8, Struct,
   * List and Map with Utf8 keys.
   */
  readBatches(url: string, options: ReadBatchesOptions): AsyncIterable<RecordBatch>;
}

export interface ParseLinesOptions extends StorageOptions {
  readonly path: string;
  /** Number of the first line, for errors. Default: 1. */
  readonly line?: number | undefined;
}

export interface ReadBatchesOptions extends StorageOptions {
  readonly schema: Schema;
  /** Only this part of the file; it may start and end inside a line. */
  readonly range?: ByteRange | undefined;
  /** Bytes already in memory that come just before `range`. */
  readonly prefix?: Uint8Array | undefined;
  /** Number of the first line, for errors, where it is known. Absent means that lines are counted from where reading begins. */
  readonly line?: number | undefined;
  /** Most rows of a batch. */
  readonly batchRows?: number | undefined;
  /**
   * Which rows are wanted, as plain data; see `openSelection`. Every line stays a row, but of those that the first step of the
   * selection does not want, texts that the later steps look at may come as nulls. The handler may as well not look at it.
   */
  readonly selection?: RowSelection | undefined;
}
