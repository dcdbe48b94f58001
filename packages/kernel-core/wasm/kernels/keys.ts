/** Looks for the paths of a few files among those of many. */
import { folded, hashBytes } from "./hash";
import { offsetAt } from "./offsets";

const SLASH: i8 = 0x2f;
const DOT: i8 = 0x2e;

/** Hashes of `count` texts. */
export function hashTexts(offsets: usize, bytes: usize, count: i32, to: usize): void {
  for (let i = 0; i < count; i++) {
    const start = offsetAt(offsets, i);
    store<u32>(to + ((<usize>i) << 2), folded(hashBytes(0, bytes + start, offsetAt(offsets, i + 1) - start)));
  }
}

/**
 * Finds texts whose hash, up to `mask`, is the number of a bit that is set, among the `count` that `rows` names: their places there.
 * Gives how many they are, or -1 where there is a byte that is not plain in a path: `plain` has for each lower half of a byte a bit for
 * each upper half. Nor may a segment begin with a dot, nor a path with a slash.
 */
export function findTexts(
  offsets: usize,
  bytes: usize,
  all: i32,
  rows: usize,
  count: i32,
  plain: usize,
  bits: usize,
  mask: u32,
  to: usize,
): i32 {
  if (!arePlain(bytes + offsetAt(offsets, 0), bytes + offsetAt(offsets, all), plain)) return -1;
  let found = 0;
  for (let i = 0; i < count; i++) {
    const row = offsetAt(rows, i);
    const start = offsetAt(offsets, row);
    const length = offsetAt(offsets, row + 1) - start;
    const first = load<i8>(bytes + start);
    if (length > 0 && (first == SLASH || first == DOT)) return -1;
    const bit = folded(hashBytes(0, bytes + start, length)) & mask;
    if (((load<u8>(bits + (bit >> 3)) >> <u8>(bit & 7)) & 1) == 0) continue;
    store<i32>(to + ((<usize>found) << 2), i);
    found++;
  }
  return found;
}

/** Of the paths one behind another, so that a slash and the dot of another path are as good as a segment. */
function arePlain(from: usize, end: usize, plain: usize): bool {
  const lower = v128.load(plain);
  const upper = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 0, 0, 0, 0, 0, 0, 0, 0);
  let at = from;
  for (; at + 16 < end; at += 16) {
    const text = v128.load(at);
    const has = i8x16.swizzle(lower, v128.and(text, i8x16.splat(0x0f)));
    const kind = v128.and(has, i8x16.swizzle(upper, i8x16.shr_u(text, 4)));
    if (!i8x16.all_true(kind)) return false;
    const dots = i8x16.eq(v128.load(at, 1), i8x16.splat(DOT));
    if (v128.any_true(v128.and(i8x16.eq(text, i8x16.splat(SLASH)), dots))) return false;
  }
  for (; at < end; at++) {
    const byte = load<u8>(at);
    if (byte > 0x7f || ((load<u8>(plain + (byte & 0x0f)) >> (byte >> 4)) & 1) == 0) return false;
    if (<i8>byte == SLASH && at + 1 < end && load<i8>(at, 1) == DOT) return false;
  }
  return true;
}
