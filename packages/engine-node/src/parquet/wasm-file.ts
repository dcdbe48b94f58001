import type { FilePiece } from "./decoder.js";

const MAGIC = 0x31524150; // "PAR1"
const TRAILER = 8;

/** As much of a `Blob` as parquet-wasm uses. */
export interface BlobLike {
  readonly size: number;
  slice(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

/**
 * A Parquet file as parquet-wasm sees it: the fetched pieces at their places, zeros around them, and another footer
 * behind. It never gives less than what it is asked for, and never fails, since parquet-wasm does not survive that.
 */
export function fileOfPieces(fileSize: number, pieces: readonly FilePiece[], footer: Uint8Array): BlobLike {
  const tail = new Uint8Array(footer.length + TRAILER);
  tail.set(footer);
  const view = new DataView(tail.buffer);
  view.setUint32(footer.length, footer.length, true);
  view.setUint32(footer.length + 4, MAGIC, true);
  const parts = [...pieces, { offset: fileSize, bytes: tail }];
  return {
    size: fileSize + tail.length,
    slice: (start, end) => ({ arrayBuffer: async () => readParts(parts, start, end) }),
  };
}

function readParts(parts: readonly FilePiece[], start: number, end: number): ArrayBuffer {
  const result = new Uint8Array(end - start);
  for (const { offset, bytes } of parts) {
    const from = Math.max(start, offset);
    const to = Math.min(end, offset + bytes.length);
    if (from < to) result.set(bytes.subarray(from - offset, to - offset), from - start);
  }
  return result.buffer;
}
