import type { DecodeJob } from "../decoder.js";
import { hasNodeZstd } from "../javascript/decompress.js";
import { pageMemory } from "../kernels/page-memory.js";
import { wantedChunks } from "../wanted-chunks.js";

const ENCODINGS: ReadonlySet<string> = new Set(["PLAIN", "RLE", "BIT_PACKED", "PLAIN_DICTIONARY", "RLE_DICTIONARY"]);

/** Whether our own decoder is the faster one for a large row group: kernels do most of the work, or Node's own libraries do. */
export function isForOwnDecoder(job: DecodeJob): boolean {
  if (pageMemory() === undefined) return false;
  return wantedChunks(job).every(
    ({ codec, encodings }) => isFast(codec) && encodings.every((encoding) => ENCODINGS.has(encoding)),
  );
}

function isFast(codec: string): boolean {
  if (codec === "ZSTD") return hasNodeZstd();
  return codec === "SNAPPY" || codec === "UNCOMPRESSED" || codec === "GZIP" || codec === "BROTLI";
}
