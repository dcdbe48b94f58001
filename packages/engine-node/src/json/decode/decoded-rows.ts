import type { ColumnBuffers } from "./column-buffers.js";
import type { JsonShape } from "./json-shape.js";

/** Rows of some lines, as columns. */
export interface DecodedRows {
  readonly numRows: number;
  readonly columns: readonly ColumnBuffers[];
}

/** A line that cannot be understood; 1 is the first of these bytes. */
export interface BadLine {
  readonly line: number;
  readonly reason: string;
}

/** How the decoding of some bytes ended: how many lines they had, or which of them is bad. */
export type LinesEnd = { readonly lines: number } | BadLine;

/** Of rows whose deferred columns have not been read: ranges of those that they are wanted of; `undefined` for all. */
export type RowChoice = (rows: DecodedRows) => Int32Array | undefined;

export interface DecoderOptions {
  readonly shapes: readonly JsonShape[];
  /** Most rows of a batch. */
  readonly batchRows: number;
  /** Asked where there are deferred columns: they are null in rows of which they are not wanted. */
  readonly choose: RowChoice;
}
