import type { CompressionCodec } from "hyparquet";
import { checkSnappySize } from "../javascript/decompress.js";
import type { PageMemory } from "./page-memory.js";

/** What `snappy` gives for what is wrong. */
const FAULTS: readonly string[] = [
  "",
  "a Snappy element is cut off",
  "Snappy gives more bytes than it says",
  "Snappy copies from before its beginning",
  "Snappy gave fewer bytes than it says",
];

/**
 * Puts a page, or the part of it behind its levels, to the kernels' memory, decompressed to `size` bytes.
 *
 * @throws Error where it is damaged.
 */
export function putPage(memory: PageMemory, body: Uint8Array, codec: "SNAPPY" | "UNCOMPRESSED", size: number): number {
  if (codec === "UNCOMPRESSED") {
    if (body.length !== size) throw new Error(`a page has ${body.length} bytes and says ${size}`);
    return memory.put(body);
  }
  if (size === 0) return memory.take(0);
  checkSnappySize(body, size);
  const input = memory.put(body);
  const output = memory.take(size);
  const fault = memory.kernels.snappy(input, input + body.length, output, output + size);
  if (fault !== 0) throw new Error(FAULTS[fault]);
  return output;
}

export function isPutHere(codec: CompressionCodec | undefined): codec is "SNAPPY" | "UNCOMPRESSED" {
  return codec === "SNAPPY" || codec === "UNCOMPRESSED";
}
