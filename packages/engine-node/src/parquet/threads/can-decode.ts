import type { DecodeJob } from "../decoder.js";
import { hasNodeZstd } from "../javascript/decompress.js";
import { pageMemory } from "../kernels/page-memory.js";

const ENCODINGS: ReadonlySet<string> = new Set(["PLAIN", "RLE", "BIT_PACKED", "PLAIN_DICTIONARY", "RLE_DICTIONARY"]);

/** Whether our own decoder is the faster one for a large row group: kernels do most of the work, or Node's own libraries do. */
export function isForOwnDecoder({ metadata, rowGroup, leaves }: DecodeJob): boolean {
  if (pageMemory() === undefined) return false;
  const wanted = new Set(leaves.map((path) => path.join("\0")));
  return metadata.row_groups[rowGroup]!.columns.every(({ meta_data: chunk }) => {
    if (chunk === undefined || !wanted.has(chunk.path_in_schema.join("\0"))) return true;
    return isFast(chunk.codec) && chunk.encodings.every((encoding) => ENCODINGS.has(encoding));
  });
}

function isFast(codec: string): boolean {
  if (codec === "ZSTD") return hasNodeZstd();
  return codec === "SNAPPY" || codec === "UNCOMPRESSED" || codec === "GZIP" || codec === "BROTLI";
}
