import type { ByteRange, Storage } from "@asyncdelta/kernel-core";
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
  signal: AbortSignal | undefined,
): Promise<FilePiece[]> {
  const missing = ranges
    .map(({ offset, length }) => ({ offset, length: Math.min(length, tail.start - offset) }))
    .filter(({ length }) => length > 0);
  const fetched = missing.length > 0 ? await storage.readRanges(url, missing, { signal }) : [];
  let next = 0;
  return ranges.map(({ offset, length }) => {
    const end = offset + length;
    if (offset >= tail.start) return { offset, bytes: tail.bytes.subarray(offset - tail.start, end - tail.start) };
    const head = fetched[next++]!;
    if (end <= tail.start) return { offset, bytes: head };
    const bytes = new Uint8Array(length);
    bytes.set(head);
    bytes.set(tail.bytes.subarray(0, end - tail.start), head.length);
    return { offset, bytes };
  });
}
