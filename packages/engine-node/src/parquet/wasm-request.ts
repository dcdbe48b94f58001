import type { FilePiece } from "./decoder.js";

/** What a worker needs to decode one row group: a `DecodeJob` without its class instances. */
export interface DecodeRequest {
  /** Names the file in errors. */
  readonly url: string;
  readonly fileSize: number;
  /** Thrift-encoded FileMetaData, already restricted to the wanted row group. */
  readonly footer: Uint8Array;
  readonly pieces: readonly FilePiece[];
  /** Dotted paths of the wanted leaves. */
  readonly columns: readonly string[];
  readonly numRows: number;
  readonly batchRows: number;
}

/** One batch as raw Arrow buffers. */
export interface DecodedBatch {
  readonly numRows: number;
}
