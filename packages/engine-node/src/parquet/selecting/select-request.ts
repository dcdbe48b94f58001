import type { RowRanges, RowSelection } from "@asyncdelta/kernel-core";
import type { ColumnMetaData, SchemaElement } from "hyparquet";
import type { PartOfChunk } from "../decoder.js";
import type { DecodedBatch } from "../wasm-request.js";

/** What a worker needs to decode the wanted rows of a window: plain data, and bytes in memory that all threads share. */
export interface SelectRequest {
  /** Names the file in errors. */
  readonly url: string;
  readonly schema: readonly SchemaElement[];
  readonly leaves: readonly (readonly string[])[];
  /** For each leaf its column chunk, and the pages of it that the window needs. */
  readonly chunks: readonly (PartOfChunk & { readonly index: number; readonly meta: ColumnMetaData })[];
  /** Rows of the row group. */
  readonly start: number;
  readonly end: number;
  readonly batchRows: number;
  readonly selection: RowSelection;
}

/** The wanted rows of a batch of a window, if there are any. */
export interface SelectedBatch extends DecodedBatch {
  readonly start: number;
  readonly rows: RowRanges | undefined;
}
