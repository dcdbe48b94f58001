import { copyBy16 } from "./copy";
import { behind, packedEnd, runHeader } from "./runs";

const ONES: u64 = 0x0101010101010101;

/** Decodes `count` levels of at most 8 bits to a byte each. Whether they are all there. */
export function expandLevels(from: usize, end: usize, width: u32, to: usize, count: i32): bool {
  let at = from;
  let left = count;
  let into = to;
  const mask: u32 = (1 << width) - 1;
  while (left > 0) {
    const header = runHeader(at, end);
    if (header < 0) return false;
    at = behind;
    if ((header & 1) == 0) {
      if (at >= end) return false;
      const run = <i32>min<i64>(header >> 1, left);
      memory.fill(into, load<u8>(at++), run);
      into += run;
      left -= run;
      continue;
    }
    const values = <i32>min<i64>((header >> 1) * 8, left);
    // The padding of the last group may be missing.
    if (<i64>values * width > <i64>(end - at) * 8) return false;
    if (width == 1) expandBits(at, into, values);
    else {
      for (let i: usize = 0, bit: usize = 0; i < <usize>values; i++, bit += width) {
        store<u8>(into + i, <u8>((<u32>load<u16>(at + (bit >> 3)) >> (<u32>bit & 7)) & mask));
      }
    }
    at = packedEnd(at, header >> 1, width, end);
    into += values;
    left -= values;
  }
  return true;
}

/** A byte for each bit. */
export function expandBits(from: usize, to: usize, count: usize): void {
  for (let i: usize = 0; i < count; i += 8) {
    const bits = (<u64>load<u8>(from + (i >> 3)) * ONES) & 0x8040201008040201;
    store<u64>(to + i, ((bits + 0x7f7f7f7f7f7f7f7f) >> 7) & ONES);
  }
}

/** How many values the entries have that {@link pickLevels} has picked last. */
let values: usize = 0;

export function pickedValues(): usize {
  return values;
}

/**
 * Of entries with a level each those in some ranges, which begin at `before`: their levels, and the ranges of their values, of which an entry has
 * one at the highest level, `most`, which none is above. Gives how many ranges have a value.
 */
export function pickLevels(
  levels: usize,
  most: u32,
  ranges: usize,
  pairs: usize,
  before: usize,
  toRanges: usize,
  toLevels: usize,
): i32 {
  let at: usize = 0;
  let value: usize = 0;
  let range = toRanges;
  values = 0;
  for (let pair: usize = 0; pair < pairs; pair++) {
    const start = <usize>load<u32>(ranges + pair * 8) - before;
    const end = <usize>load<u32>(ranges + pair * 8, 4) - before;
    value += <usize>countLevels(levels + at, start - at, most);
    const own = <usize>countLevels(levels + start, end - start, most);
    if (own > 0) {
      store<u32>(range, <u32>value);
      store<u32>(range, <u32>(value + own), 4);
      range += 8;
    }
    copyBy16(toLevels, levels + start, end - start);
    toLevels += end - start;
    value += own;
    values += own;
    at = end;
  }
  return <i32>((range - toRanges) >> 3);
}

/** How many levels are `most`; or -1 if one is above it. */
export function countLevels(levels: usize, count: usize, most: u32): i32 {
  const all = i8x16.splat(<i8>most);
  let highest: i32 = 0;
  let at: usize = 0;
  for (; at + 16 <= count; at += 16) {
    const sixteen = v128.load(levels + at);
    if (v128.any_true(i8x16.gt_u(sixteen, all))) return -1;
    highest += popcnt(i8x16.bitmask(i8x16.eq(sixteen, all)));
  }
  for (; at < count; at++) {
    const level: u32 = load<u8>(levels + at);
    if (level > most) return -1;
    highest += <i32>(level == most);
  }
  return highest;
}

/** A bit for each byte that is at least `least`, and how many those are. Writes whole groups of 16 bits. */
export function packBits(from: usize, count: usize, least: u32, to: usize): i32 {
  const all = i8x16.splat(<i8>least);
  let set: i32 = 0;
  for (let at: usize = 0; at < count; at += 16) {
    let bits = i8x16.bitmask(i8x16.ge_u(v128.load(from + at), all));
    if (count - at < 16) bits &= (1 << (<i32>(count - at))) - 1;
    store<u16>(to + (at >> 3), <u16>bits);
    set += popcnt(bits);
  }
  return set;
}
