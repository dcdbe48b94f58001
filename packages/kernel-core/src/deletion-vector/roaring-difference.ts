import type { RoaringBitmap } from "./roaring-bitmap.js";
import { RoaringBuilder } from "./roaring-builder.js";
import { CONTAINER_SIZE } from "./roaring-containers.js";
import type { RowRanges } from "./row-ranges.js";

/** The rows of `left` that are not in `right`. */
export function difference(left: RoaringBitmap, right: RoaringBitmap): RoaringBitmap {
  const builder = new RoaringBuilder();
  for (const key of left.containers.keys) {
    const first = key * CONTAINER_SIZE;
    subtract(left.rangesIn(first, CONTAINER_SIZE), right.rangesIn(first, CONTAINER_SIZE), (from, to) => {
      builder.addRange(first + from, first + to);
    });
  }
  return builder.finish();
}

function subtract(from: RowRanges, what: RowRanges, add: (from: number, to: number) => void): void {
  let hole = 0;
  for (let pair = 0; pair < from.length; pair += 2) {
    let at = from[pair]!;
    const end = from[pair + 1]!;
    while (hole < what.length && what[hole + 1]! <= at) hole += 2;
    // A hole that reaches beyond this range may reach into the next one.
    for (let next = hole; next < what.length && what[next]! < end; next += 2) {
      if (what[next]! > at) add(at, what[next]!);
      at = Math.max(at, what[next + 1]!);
    }
    if (at < end) add(at, end);
  }
}
