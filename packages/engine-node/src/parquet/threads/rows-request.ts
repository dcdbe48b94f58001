import type { RowRanges, RowSelection } from "@asyncdelta/kernel-core";
import type { ColumnMetaData, SchemaElement } from "hyparquet";
import type { ColumnField } from "../../arrow/column-type.js";
import type { PartOfChunk } from "../decoder.js";
import type { DecodedBatch } from "../wasm-request.js";

/** What a worker needs to decode a window by our own decoder: plain data, and bytes in memory that all threads share. */
export interface RowsRequest {
  /** Names the file in errors. */
  readonly url: string;
  readonly schema: readonly SchemaElement[];
  readonly leaves: readonly (readonly string[])[];
  /** The columns that these leaves make. */
  readonly fields: readonly ColumnField[];
  /** For each leaf its column chunk, and the pages of it that the window needs. */
  readonly chunks: readonly (PartOfChunk & { readonly index: number; readonly meta: ColumnMetaData })[];
  /** Rows of the row group. */
  readonly start: number;
  readonly end: number;
  /** Whether those are the last. */
  readonly isLast: boolean;
  readonly batchRows: number;
  /** Which of them are wanted; absent means all. */
  readonly selection?: RowSelection | undefined;
}

/** A batch of a window; where there is a selection, its wanted rows. */
export interface RowsBatch extends DecodedBatch {
  readonly start: number;
  readonly rows?: RowRanges | undefined;
}
