import type { ByteRange } from "@asyncdelta/kernel-core";

/** A range that covers others. */
export interface MergedRange extends ByteRange {
  /** Indexes of the ranges that it covers. */
  readonly members: readonly number[];
}

/** The fewest ranges, ascending, that cover all of `ranges`, where a gap of at most `gap` bytes counts as none. */
export function coalesceRanges(ranges: readonly ByteRange[], gap: number): MergedRange[] {
  const order = Array.from(ranges.keys()).sort((a, b) => ranges[a]!.offset - ranges[b]!.offset);
  const merged: { offset: number; length: number; members: number[] }[] = [];
  for (const index of order) {
    const { offset, length } = ranges[index]!;
    const last = merged.at(-1);
    if (last !== undefined && offset <= last.offset + last.length + gap) {
      last.length = Math.max(last.length, offset + length - last.offset);
      last.members.push(index);
    } else {
      merged.push({ offset, length, members: [index] });
    }
  }
  return merged;
}
