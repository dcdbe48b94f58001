import type { RowRanges, RowSelection } from "@asyncdelta/kernel-core";
import type { RecordBatch, Schema } from "apache-arrow";
import type { FileMetaData } from "hyparquet";

/**
 * Turns the fetched bytes of one row group into Arrow batches. There are two: one in plain JavaScript, one
 * in WebAssembly on worker threads (parquet-wasm). A decoder does no I/O and gives the types of the Parquet contract.
 */
export interface RowGroupDecoder {
  /**
   * Every row of the row group, in order, in batches of at most `batchRows`; where there is a selection, those that it wants.
   */
  decode(job: DecodeJob, options: { readonly signal?: AbortSignal | undefined }): AsyncIterable<DecodedRows>;
  /** Told, before anything is fetched, what will come. */
  prepare?(url: string, coming: ComingBytes): void;
  /** Memory to fetch a row group of so many uncompressed bytes into, where this decoder would like to choose it. */
  lend?(url: string, bytes: number): Promise<LentMemory | undefined>;
}

/** Uncompressed bytes that are about to be fetched. */
export interface ComingBytes {
  /** Of the largest row group. */
  readonly largest: number;
  readonly total: number;
  readonly selection: RowSelection | undefined;
}

/** Memory that is used again once the bytes that were read into it are done with. */
export interface LentMemory {
  /** May be called several times. */
  allocate(length: number): Uint8Array;
  /** Nobody reads or writes any of it any more. Safe to repeat; where it is not called, the collector takes it. */
  release(): void;
}

export interface DecodedRows {
  /** Position in the row group of the first row; the others follow it. */
  readonly start: number;
  readonly batch: RecordBatch;
  /** Where the selection has been applied: the rows of the batch, by their distance from `start`. */
  readonly rows?: RowRanges | undefined;
}

export interface DecodeJob {
  /** Names the file in errors. */
  readonly url: string;
  /** When the file was opened, by `performance.now()`: files are opened in the order in which their rows are wanted. */
  readonly since: number;
  /** See `ReadParquetOptions.sequence`. */
  readonly sequence?: object | undefined;
  /** Bytes of the whole file. */
  readonly fileSize: number;
  /** The footer as it is in the file: Thrift-encoded FileMetaData, without the length and magic behind it. */
  readonly footer: Uint8Array;
  /** The same, read into hyparquet's shape; of the statistics it has the null counts alone. */
  readonly metadata: FileMetaData;
  /** Index of the row group. */
  readonly rowGroup: number;
  /** Selected leaves, as Parquet `path_in_schema`s joined by nothing: name by name, helper groups included. */
  readonly leaves: readonly (readonly string[])[];
  /** The Arrow schema that the batches must have. */
  readonly schema: Schema;
  /** Fetched pieces of the file that hold the selected column chunks, by ascending offset; a chunk may go over two. */
  readonly pieces: readonly FilePiece[];
  /** The memory of the pieces, if it was lent. Who decodes gives it back when nothing refers to the pieces any more. */
  readonly memory?: LentMemory | undefined;
  readonly batchRows: number;
  /** Whether rows in which all columns are null may be left out, or also those behind the last value. */
  readonly isSparse: boolean | "values";
  /** Which rows are wanted; a decoder may as well give them all. */
  readonly selection?: RowSelection | undefined;
  /** If it is there, only its rows are decoded, and from its pages instead of {@link pieces}. */
  readonly part?: RowGroupPart | undefined;
}

/** Consecutive rows of a row group, with pages that have them. */
export interface RowGroupPart {
  readonly start: number;
  readonly end: number;
  /** Of each of the selected leaves. */
  readonly chunks: readonly PartOfChunk[];
  /** Whether the pages may have no rows behind these. */
  readonly isLast?: boolean;
}

/** Consecutive data pages of a column chunk. */
export interface PartOfChunk {
  /** The dictionary page, if there is one, and then the data pages. */
  readonly parts: readonly Uint8Array[];
  /** Values of the data pages. */
  readonly numValues: number;
  /** The row that the first data page begins with, and the one behind the last. */
  readonly firstRow: number;
  readonly endRow: number;
}

export interface FilePiece {
  readonly offset: number;
  readonly bytes: Uint8Array;
}
