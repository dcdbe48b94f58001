import type { RowRanges } from "@asyncdelta/kernel-core";

/** Of rows in ranges those that are kept, which are counted among them. */
export function pickRanges(ranges: RowRanges, kept: RowRanges): RowRanges {
  if (ranges.length === 2) return kept.map((row) => ranges[0]! + row);
  const picked: number[] = [];
  let pair = 0;
  let passed = 0;
  for (let at = 0; at < kept.length; at += 2) {
    for (let row = kept[at]!; row < kept[at + 1]!; ) {
      while (passed + ranges[pair + 1]! - ranges[pair]! <= row) {
        passed += ranges[pair + 1]! - ranges[pair]!;
        pair += 2;
      }
      const from = ranges[pair]! + row - passed;
      const to = Math.min(ranges[pair + 1]!, from + kept[at + 1]! - row);
      addRange(picked, from, to);
      row += to - from;
    }
  }
  return Int32Array.from(picked);
}

/** Adds a range behind all others; one that touches the last is joined to it. */
export function addRange(ranges: number[], from: number, to: number): void {
  if (ranges.at(-1) === from) ranges[ranges.length - 1] = to;
  else ranges.push(from, to);
}
