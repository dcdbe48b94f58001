import type { ByteRange } from "@asyncdelta/kernel-core";
import type { ColumnMetaData } from "hyparquet";
import { copyBytes } from "../copy-bytes.js";
import type { FilePiece } from "./decoder.js";

/** Where a column chunk is: from its dictionary page, or its first data page, on. */
export function chunkRange(meta: ColumnMetaData): ByteRange {
  const data = Number(meta.data_page_offset);
  // Some writers give 0 where there is no dictionary.
  const dictionary = Number(meta.dictionary_page_offset ?? 0n);
  const offset = dictionary > 0 ? Math.min(dictionary, data) : data;
  return { offset, length: Number(meta.total_compressed_size) };
}

/** The bytes of a range, in as many parts as there are pieces that it lies in, which follow on one another. */
export function partsOf(pieces: readonly FilePiece[], { offset, length }: ByteRange): Uint8Array[] {
  const parts: Uint8Array[] = [];
  const end = offset + length;
  let at = offset;
  for (const piece of pieces) {
    const start = at - piece.offset;
    if (start < 0 || start > piece.bytes.length) continue;
    const part = piece.bytes.subarray(start, end - piece.offset);
    if (part.length > 0) parts.push(part);
    at += part.length;
    if (at === end) return parts;
  }
  throw new Error(`the ${length} bytes at ${offset} have not been fetched`);
}

/** The same in one part, copied where it lies in several. */
export function bytesOf(pieces: readonly FilePiece[], range: ByteRange): Uint8Array {
  const [first, ...others] = partsOf(pieces, range);
  if (first === undefined) return new Uint8Array(0);
  return others.length === 0 ? first : joinParts([first, ...others]);
}

export function joinParts(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    copyBytes(joined, part, at);
    at += part.length;
  }
  return joined;
}
