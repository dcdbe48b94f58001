import type { ByteRange, ReadRangesOptions, Storage } from "@asyncdelta/kernel-core";
import type { FilePiece } from "./decoder.js";
import type { FileTail } from "./file-tail.js";

/**
 * Fetches the planned ranges of a file, one request of the storage for all of them; what the tail holds already is
 * taken from it and not asked for.
 */
export async function fetchPieces(
  storage: Storage,
  url: string,
  ranges: readonly ByteRange[],
  tail: FileTail,
  options: Pick<ReadRangesOptions, "allocate" | "signal">,
): Promise<FilePiece[]> {
  const missing = ranges
    .map(({ offset, length }) => ({ offset, length: Math.min(length, tail.start - offset) }))
    .filter(({ length }) => length > 0);
  const fetched = missing.length > 0 ? await storage.readRanges(url, missing, { ifMatch: tail.etag, ...options }) : [];
  let next = 0;
  // What lies in both is not joined here: ranges may be large, and few readers need all of one in one piece.
  return ranges.flatMap(({ offset, length }) => {
    const pieces: FilePiece[] = offset < tail.start ? [{ offset, bytes: fetched[next++]! }] : [];
    const start = Math.max(offset, tail.start);
    const end = offset + length;
    if (end > start) pieces.push({ offset: start, bytes: tail.bytes.subarray(start - tail.start, end - tail.start) });
    return pieces;
  });
}
