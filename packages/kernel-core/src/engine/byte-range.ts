import { DeltaError } from "../errors.js";
import type { ByteRange } from "./storage.js";

/** Throws `INVALID_ARGUMENT` unless offset and length are whole numbers from 0 to 2^53. */
export function checkRange(range: ByteRange, url: string): void {
  if (Number.isSafeInteger(range.offset) && range.offset >= 0) {
    if (Number.isSafeInteger(range.length) && range.length >= 0) return;
  }
  throw new DeltaError("INVALID_ARGUMENT", `No byte range: offset ${range.offset}, length ${range.length}.`, {
    path: url,
  });
}

/** The `FILE_CHANGED` error of an object that ends before a range that was asked of it. */
export function shortObjectError(url: string, range: ByteRange, size: number): DeltaError {
  const end = range.offset + range.length;
  return new DeltaError(
    "FILE_CHANGED",
    `${url} has ${size} bytes, but the bytes from ${range.offset} to ${end} were asked for: it was cut short or replaced after the log was written.`,
    { path: url },
  );
}
