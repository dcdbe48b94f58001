import type { RowRanges } from "@asyncdelta/kernel-core";
import type { SelectedColumns } from "./wasm-filter.js";

/** What a worker needs to decode a window: plain data, and the compiled parquet-wasm that all workers share. */
export interface DecodeRequest {
  /** A `WebAssembly.Module`, for which neither the language's nor Node's types have a name. */
  readonly module: object;
  /** Names the file in errors. */
  readonly url: string;
  /** A file of the window's pages only; see `planFile`. Its memory is the sender's again once there is a result. */
  readonly file: FileParts;
  readonly checksums: readonly Checksum[];
  readonly layouts: readonly Layout[];
  /** Rows to skip, and rows to decode. */
  readonly skip: number;
  readonly numRows: number;
  /** Whether these are all rows of the file. */
  readonly isWhole: boolean;
  readonly batchRows: number;
  /** Which rows are wanted; absent means all. */
  readonly selected?: SelectedColumns | undefined;
}

/** A file that lies in several places of shared memory. */
export interface FileParts {
  /** Bytes in all. */
  readonly length: number;
  readonly buffers: readonly SharedArrayBuffer[];
  /** In the file's order. */
  readonly places: readonly { readonly buffer: number; readonly offset: number; readonly length: number }[];
}

/** The CRC-32 that bytes of the file must have. */
export interface Checksum {
  readonly start: number;
  readonly end: number;
  readonly crc: number;
}

/**
 * How a column's buffers are to be laid out: its Arrow type, without what does not change the buffers. `timestamp` is
 * in microseconds, whatever unit the file has.
 */
export type Layout =
  | { readonly kind: "bool" | "text" | "bytes" }
  | { readonly kind: "fixed"; readonly width: number }
  | { readonly kind: "timestamp"; readonly unit: TimestampUnit }
  | { readonly kind: "struct"; readonly children: readonly Layout[] }
  | { readonly kind: "list"; readonly child: Layout };

export type TimestampUnit = "MILLIS" | "MICROS" | "NANOS" | "INT96";

/** One batch: every buffer of its columns, one after the other. */
export interface DecodedBatch {
  /** Where rows were left out: the row of the row group that the batch began with, and those that are left by their distance from it. */
  readonly start?: number;
  readonly rows?: RowRanges | undefined;
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
