import type { ByteRange } from "@asyncdelta/kernel-core";
import type { ColumnMetaData } from "hyparquet";
import type { FilePiece } from "./decoder.js";

/** Where a column chunk is: from its dictionary page, or its first data page, on. */
export function chunkRange(meta: ColumnMetaData): ByteRange {
  const data = Number(meta.data_page_offset);
  // Some writers give 0 where there is no dictionary.
  const dictionary = Number(meta.dictionary_page_offset ?? 0n);
  const offset = dictionary > 0 ? Math.min(dictionary, data) : data;
  return { offset, length: Number(meta.total_compressed_size) };
}

/** The bytes of a range that lies in one of the pieces whole. */
export function bytesOf(pieces: readonly FilePiece[], { offset, length }: ByteRange): Uint8Array {
  for (const piece of pieces) {
    const start = offset - piece.offset;
    if (start >= 0 && start + length <= piece.bytes.length) return piece.bytes.subarray(start, start + length);
  }
  throw new Error(`the ${length} bytes at ${offset} have not been fetched`);
}
