import { copyBy16 } from "./copy";

const CUT_OFF: i32 = -1;
const BEYOND_PAGE: i32 = -2;

/**
 * Takes the lengths from between `count` PLAIN values of any length: their bytes one after the other, and where each begins and
 * the last ends. How many bytes those are, or what is wrong.
 */
export function splitBytes(from: usize, end: usize, count: usize, toOffsets: usize, toBytes: usize): i32 {
  let at = from;
  let to = toBytes;
  store<u32>(toOffsets, 0);
  for (let i: usize = 0; i < count; i++) {
    if (end - at < 4) return CUT_OFF;
    const length = <usize>load<u32>(at);
    at += 4;
    if (length > end - at) return BEYOND_PAGE;
    copyBy16(to, at, length);
    at += length;
    to += length;
    store<u32>(toOffsets + i * 4, <u32>(to - toBytes), 4);
  }
  return <i32>(to - toBytes);
}

/** Whether a value begins with a byte that only continues a character of UTF-8. */
export function beginsInside(offsets: usize, count: usize, bytes: usize): bool {
  const end = load<u32>(offsets + count * 4);
  let isInside = false;
  for (let i: usize = 0; i < count; i++) {
    const start = load<u32>(offsets + i * 4);
    isInside = isInside || (start < end && (load<u8>(bytes + <usize>start) & 0xc0) == 0x80);
  }
  return isInside;
}
