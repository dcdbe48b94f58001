import { behind, packedEnd, runHeader } from "./runs";

/** Decodes `count` indexes of 1 to 32 bits to four bytes each. Whether they are all there. */
export function expandIndexes(from: usize, end: usize, width: u32, to: usize, count: i32): bool {
  let at = from;
  let left = count;
  let into = to;
  const bytes: usize = (width + 7) >> 3;
  const mask = <u32>(((<u64>1) << width) - 1);
  while (left > 0) {
    const header = runHeader(at, end);
    if (header < 0) return false;
    at = behind;
    if ((header & 1) == 0) {
      if (bytes > end - at) return false;
      const run = <i32>min<i64>(header >> 1, left);
      // More bits than the width are for the check of the index to find.
      const value = load<u32>(at) & (<u32>-1 >> (32 - <u32>bytes * 8));
      const four = i32x4.splat(value);
      for (let i: usize = 0; i < <usize>run; i += 4) v128.store(into + i * 4, four);
      at += bytes;
      into += <usize>run * 4;
      left -= run;
      continue;
    }
    const values = <i32>min<i64>((header >> 1) * 8, left);
    // The padding of the last group may be missing.
    if (<i64>values * width > <i64>(end - at) * 8) return false;
    unpack(at, width, mask, into, <usize>values);
    at = packedEnd(at, header >> 1, width, end);
    into += <usize>values * 4;
    left -= values;
  }
  return true;
}

/**
 * Of indexes of 1 to 32 bits decodes those alone that lie in ranges of their positions, which begin at `before`: pairs of where each
 * starts and ends, one behind the other. Whether they are all there.
 */
export function pickPacked(
  from: usize,
  end: usize,
  width: u32,
  ranges: usize,
  pairs: usize,
  before: i32,
  to: usize,
): bool {
  if (pairs == 0) return true;
  const behindLast = ranges + pairs * 8;
  const bytes: usize = (width + 7) >> 3;
  const mask = <u32>(((<u64>1) << width) - 1);
  let start = <i64>(load<i32>(ranges) - before);
  let stop = <i64>(load<i32>(ranges, 4) - before);
  /** The position of the run's first index. */
  let first: i64 = 0;
  let at = from;
  for (let header = runHeader(at, end); header >= 0; header = runHeader(at, end)) {
    at = behind;
    const isPacked = (header & 1) != 0;
    if (!isPacked && bytes > end - at) return false;
    const next = first + (isPacked ? (header >> 1) * 8 : header >> 1);
    while (start < next) {
      const last = min<i64>(stop, next);
      if (isPacked) {
        if ((last - first) * width > <i64>(end - at) * 8) return false;
        let bit = <usize>(start - first) * width;
        for (let i = start; i < last; i++, bit += width, to += 4) {
          store<u32>(to, <u32>(load<u64>(at + (bit >> 3)) >> (bit & 7)) & mask);
        }
      } else {
        const value = load<u32>(at) & (<u32>-1 >> (32 - <u32>bytes * 8));
        for (let i = start; i < last; i++, to += 4) store<u32>(to, value);
      }
      start = last;
      if (last < stop) break;
      ranges += 8;
      if (ranges == behindLast) return true;
      start = <i64>(load<i32>(ranges) - before);
      stop = <i64>(load<i32>(ranges, 4) - before);
    }
    at = isPacked ? packedEnd(at, header >> 1, width, end) : at + bytes;
    first = next;
  }
  return false;
}

/** Unpacks groups of eight, of which the last may be more than is wanted. */
function unpack(from: usize, width: usize, mask: u32, to: usize, count: usize): void {
  const w = <u64>width;
  let at = from;
  for (let i: usize = 0; i < count; i += 8) {
    const into = to + i * 4;
    if (width <= 8) {
      // All eight are in one word.
      const bits = load<u64>(at);
      store<u32>(into, <u32>bits & mask);
      store<u32>(into, <u32>(bits >> w) & mask, 4);
      store<u32>(into, <u32>(bits >> (w * 2)) & mask, 8);
      store<u32>(into, <u32>(bits >> (w * 3)) & mask, 12);
      store<u32>(into, <u32>(bits >> (w * 4)) & mask, 16);
      store<u32>(into, <u32>(bits >> (w * 5)) & mask, 20);
      store<u32>(into, <u32>(bits >> (w * 6)) & mask, 24);
      store<u32>(into, <u32>(bits >> (w * 7)) & mask, 28);
    } else if (width <= 16) {
      const low = load<u64>(at);
      const high = load<u64>(at + (width >> 1)) >> ((w * 4) & 7);
      store<u32>(into, <u32>low & mask);
      store<u32>(into, <u32>(low >> w) & mask, 4);
      store<u32>(into, <u32>(low >> (w * 2)) & mask, 8);
      store<u32>(into, <u32>(low >> (w * 3)) & mask, 12);
      store<u32>(into, <u32>high & mask, 16);
      store<u32>(into, <u32>(high >> w) & mask, 20);
      store<u32>(into, <u32>(high >> (w * 2)) & mask, 24);
      store<u32>(into, <u32>(high >> (w * 3)) & mask, 28);
    } else {
      for (let k: usize = 0, bit: usize = 0; k < 8; k++, bit += width) {
        store<u32>(into + k * 4, <u32>(load<u64>(at + (bit >> 3)) >> (bit & 7)) & mask);
      }
    }
    at += width;
  }
}

/** The greatest of the indexes, as an unsigned number. */
export function greatestIndex(indexes: usize, count: usize): u32 {
  let four = i32x4.splat(0);
  let at: usize = 0;
  for (; at + 4 <= count; at += 4) four = i32x4.max_u(four, v128.load(indexes + at * 4));
  let greatest = max<u32>(
    max<u32>(i32x4.extract_lane(four, 0), i32x4.extract_lane(four, 1)),
    max<u32>(i32x4.extract_lane(four, 2), i32x4.extract_lane(four, 3)),
  );
  for (; at < count; at++) greatest = max<u32>(greatest, load<u32>(indexes + at * 4));
  return greatest;
}
