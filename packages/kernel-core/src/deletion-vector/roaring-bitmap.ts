import { addContainerRanges, containerHas, containerRank } from "./container-queries.js";
import { CONTAINER_SIZE, countLess, type RoaringContainers } from "./roaring-containers.js";
import { type RowRanges, RowRangeWriter } from "./row-ranges.js";

/**
 * A set of row positions, whole numbers from 0 to 2^53 - 1, kept as Roaring containers: arrays, bitmaps and runs of 65536
 * rows each. Never changes.
 */
export class RoaringBitmap {
  readonly containers: RoaringContainers;

  constructor(containers: RoaringContainers) {
    this.containers = containers;
  }

  /** Number of rows in the set. */
  get cardinality(): number {
    return this.containers.ranks[this.containers.keys.length]!;
  }

  has(row: number): boolean {
    const { keys } = this.containers;
    const key = Math.floor(row / CONTAINER_SIZE);
    const index = countLess(keys, 0, keys.length, key);
    return keys[index] === key && containerHas(this.containers, index, row - key * CONTAINER_SIZE);
  }

  /** How many rows of the set are less than `row`. */
  rank(row: number): number {
    const { keys, ranks } = this.containers;
    const key = Math.floor(row / CONTAINER_SIZE);
    const index = countLess(keys, 0, keys.length, key);
    if (keys[index] !== key) return ranks[index]!;
    return ranks[index]! + containerRank(this.containers, index, row - key * CONTAINER_SIZE);
  }

  /** How many rows of the set are in [start, end). */
  countIn(start: number, end: number): number {
    return end <= start ? 0 : this.rank(end) - this.rank(start);
  }

  /** The set's rows in [start, start + length) as ranges of their distance from `start`; `length` is less than 2^31. */
  rangesIn(start: number, length: number): RowRanges {
    const end = start + length;
    const count = this.countIn(start, end);
    const ranges = new RowRangeWriter(Math.min(count, Math.ceil(length / 2)));
    if (count === 0) return ranges.finish();
    const { keys } = this.containers;
    let index = countLess(keys, 0, keys.length, Math.floor(start / CONTAINER_SIZE));
    for (; index < keys.length; index++) {
      const first = keys[index]! * CONTAINER_SIZE;
      if (first >= end) break;
      const from = Math.max(0, start - first);
      const to = Math.min(CONTAINER_SIZE, end - first);
      addContainerRanges(this.containers, index, from, to, first - start, ranges);
    }
    return ranges.finish();
  }

  /** The rows of the set in [start, end), ascending. */
  *rows(start: number = 0, end: number = Number.POSITIVE_INFINITY): Generator<number, void, undefined> {
    const { keys } = this.containers;
    let index = countLess(keys, 0, keys.length, Math.floor(start / CONTAINER_SIZE));
    for (; index < keys.length; index++) {
      const first = keys[index]! * CONTAINER_SIZE;
      if (first >= end) return;
      const from = Math.max(first, start);
      const ranges = this.rangesIn(from, Math.min(first + CONTAINER_SIZE, end) - from);
      for (let at = 0; at < ranges.length; at += 2) {
        for (let row = ranges[at]!; row < ranges[at + 1]!; row++) yield from + row;
      }
    }
  }
}
