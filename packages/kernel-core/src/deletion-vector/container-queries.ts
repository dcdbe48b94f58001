import { ARRAY, BITMAP, countLess, popcount, type RoaringContainers, RUN } from "./roaring-containers.js";
import type { RowRangeWriter } from "./row-ranges.js";

/** Whether container `index` holds `low`, which is 0 to 65535. */
export function containerHas(containers: RoaringContainers, index: number, low: number): boolean {
  const { words } = containers;
  const start = containers.starts[index]!;
  const length = containers.lengths[index]!;
  switch (containers.kinds[index]) {
    case ARRAY: {
      const at = countLess(words, start, length, low);
      return at < length && words[start + at] === low;
    }
    case RUN: {
      const run = start + 2 * (countLess(words, start, length >>> 1, low + 1, 2) - 1);
      return run >= start && low - words[run]! <= words[run + 1]!;
    }
    default:
      return (words[start + (low >>> 4)]! & (1 << (low & 15))) !== 0;
  }
}

/** How many values of container `index` are less than `low`, which is 0 to 65536. */
export function containerRank(containers: RoaringContainers, index: number, low: number): number {
  const { words } = containers;
  const start = containers.starts[index]!;
  const length = containers.lengths[index]!;
  switch (containers.kinds[index]) {
    case ARRAY:
      return countLess(words, start, length, low);
    case RUN: {
      const runs = countLess(words, start, length >>> 1, low, 2);
      if (runs === 0) return 0;
      let rank = 0;
      for (let at = start + 1, end = at + 2 * runs; at < end; at += 2) rank += words[at]! + 1;
      const last = start + 2 * (runs - 1);
      return rank - Math.max(0, words[last]! + words[last + 1]! + 1 - low);
    }
    default: {
      const bits = wideWords(words);
      const from = start >>> 1;
      const whole = from + (low >>> 5);
      let rank = 0;
      for (let at = from; at < whole; at++) rank += popcount(bits[at]!);
      return (low & 31) === 0 ? rank : rank + popcount(bits[whole]! & ((1 << (low & 31)) - 1));
    }
  }
}

/** Adds the runs of values in [from, to) of container `index` to `into`, each moved by `shift`. */
export function addContainerRanges(
  containers: RoaringContainers,
  index: number,
  from: number,
  to: number,
  shift: number,
  into: RowRangeWriter,
): void {
  const { words } = containers;
  const start = containers.starts[index]!;
  const length = containers.lengths[index]!;
  switch (containers.kinds[index]) {
    case ARRAY: {
      const end = start + length;
      for (let at = start + countLess(words, start, length, from); at < end && words[at]! < to; at++) {
        into.add(shift + words[at]!, shift + words[at]! + 1);
      }
      return;
    }
    case RUN: {
      const end = start + length;
      const first = Math.max(0, countLess(words, start, length >>> 1, from, 2) - 1);
      for (let at = start + 2 * first; at < end && words[at]! < to; at += 2) {
        const runFrom = Math.max(from, words[at]!);
        const runTo = Math.min(to, words[at]! + words[at + 1]! + 1);
        if (runFrom < runTo) into.add(shift + runFrom, shift + runTo);
      }
      return;
    }
    case BITMAP: {
      const bits = wideWords(words).subarray(start >>> 1, (start >>> 1) + 2048);
      let at = nextBit(bits, from, to, 0);
      while (at < to) {
        const end = nextBit(bits, at, to, -1);
        into.add(shift + at, shift + end);
        at = nextBit(bits, end, to, 0);
      }
    }
  }
}

/** The 16-bit words of a bitmap as 32-bit ones (this machine and the format both have the low byte first). */
function wideWords(words: Uint16Array): Uint32Array {
  return new Uint32Array(words.buffer, words.byteOffset, words.length >>> 1);
}

/** Position of the first set bit from `from` on (the first clear one if `flip` is -1), or `to`. */
function nextBit(bits: Uint32Array, from: number, to: number, flip: 0 | -1): number {
  if (from >= to) return to;
  let at = from >>> 5;
  let word = (bits[at]! ^ flip) & (-1 << (from & 31));
  const end = (to + 31) >>> 5;
  while (word === 0) {
    if (++at === end) return to;
    word = bits[at]! ^ flip;
  }
  return Math.min(to, (at << 5) + 31 - Math.clz32(word & -word));
}
