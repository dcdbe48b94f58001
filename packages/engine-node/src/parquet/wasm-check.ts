import { crc32 } from "node:zlib";
import { findPages } from "./wasm-pages.js";
import type { ChunkBounds } from "./wasm-request.js";

/** No page is as large as this unless its chunk is: a damaged size must not make parquet-wasm ask for gigabytes. */
const LARGE_PAGE = 64 * 1024 * 1024;

/**
 * Looks at every page before parquet-wasm does, which trusts their sizes and ignores their checksums.
 *
 * @throws Error for a page that cannot be right.
 */
export function checkPages(file: Uint8Array, chunks: readonly ChunkBounds[]): void {
  for (const { offset, length, uncompressedSize } of chunks) {
    const chunk = file.subarray(offset, offset + length);
    const most = Math.max(uncompressedSize, LARGE_PAGE);
    for (const page of findPages(chunk, false)) {
      if (page.uncompressedSize > most) throw new Error("a page is larger than its column chunk");
      if (page.crc !== undefined && crc32(chunk.subarray(page.body, page.end)) !== page.crc >>> 0) {
        throw new Error("the checksum of a page does not match");
      }
    }
  }
}
