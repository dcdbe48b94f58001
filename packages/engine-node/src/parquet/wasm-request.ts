import type { FilePiece } from "./decoder.js";

/** What a worker needs to decode one row group: plain data, and the compiled parquet-wasm that all workers share. */
export interface DecodeRequest {
  /** A `WebAssembly.Module`, for which neither the language's nor Node's types have a name. */
  readonly module: object;
  /** Names the file in errors. */
  readonly url: string;
  readonly fileSize: number;
  /** A footer of this row group and the selected leaves only; see `decodePlan`. */
  readonly footer: Uint8Array;
  readonly layouts: readonly Layout[];
  readonly pieces: readonly FilePiece[];
  readonly numRows: number;
  readonly batchRows: number;
  /** Rows that are decoded in one go; see `windowRows`. */
  readonly windowRows: number;
}

/**
 * How a column's buffers are to be laid out: its Arrow type, without what does not change the buffers. `timestamp` is
 * in microseconds, whatever unit the file has.
 */
export type Layout =
  | { readonly kind: "bool" | "bytes" }
  | { readonly kind: "fixed"; readonly width: number }
  | { readonly kind: "timestamp"; readonly unit: TimestampUnit }
  | { readonly kind: "struct"; readonly children: readonly Layout[] }
  | { readonly kind: "list"; readonly child: Layout };

export type TimestampUnit = "MILLIS" | "MICROS" | "NANOS" | "INT96";

/** One batch: every buffer of its columns, one after the other. */
export interface DecodedBatch {
  readonly numRows: number;
  readonly buffer: ArrayBuffer;
  /** {@link NODE_FACTS} numbers for each node of the columns, parents before children. */
  readonly nodes: readonly number[];
}

/**
 * Of each node: length, null count, and where in the buffer its validity bitmap, offsets and values start (-1 for those
 * that it lacks), and how many bytes the values have.
 */
export const NODE_FACTS = 6;
