import { copyBytes } from "../copy-bytes.js";
import type { FileParts } from "./wasm-request.js";

/** Sizes are rounded up to a multiple of this, so that windows of about one size fit into the same memory. */
const STEP = 1024 * 1024;
/** Memory beyond this size is not kept: a window is seldom as large. */
const LARGE = 64 * 1024 * 1024;

let kept: Uint8Array = new Uint8Array(0);

/** Puts a file together in memory of this thread, which holds it until the next one is put together. */
export function gatherFile({ length, buffers, places }: FileParts): Uint8Array {
  const memory = kept.length >= length ? kept : new Uint8Array(Math.ceil(length / STEP) * STEP);
  if (memory.length <= LARGE) kept = memory;
  let at = 0;
  for (const part of places) {
    copyBytes(memory, new Uint8Array(buffers[part.buffer]!, part.offset, part.length), at);
    at += part.length;
  }
  return memory.subarray(0, length);
}
