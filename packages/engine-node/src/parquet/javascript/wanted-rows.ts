import type { RowRanges } from "@asyncdelta/kernel-core";

/** Those of some rows that are wanted, counted once for all columns and pages. */
export class WantedRows {
  readonly ranges: RowRanges;
  /** For each pair, how many rows are in those before it; and of all. */
  readonly #before: Int32Array;

  constructor(ranges: RowRanges) {
    const pairs = ranges.length / 2;
    const before = new Int32Array(pairs + 1);
    for (let pair = 0; pair < pairs; pair++) {
      before[pair + 1] = before[pair]! + ranges[2 * pair + 1]! - ranges[2 * pair]!;
    }
    this.ranges = ranges;
    this.#before = before;
  }

  static all(rows: number): WantedRows {
    return new WantedRows(Int32Array.of(0, rows));
  }

  get count(): number {
    return this.#before[this.#before.length - 1]!;
  }

  /** How many are in the ranges from index `first` up to `last`. */
  countBetween(first: number, last: number): number {
    return this.#before[last / 2]! - this.#before[first / 2]!;
  }

  /** The index, from `first` on, of the first range that has rows from `end` on; or where all ranges end. */
  rangeBeyond(end: number, first: number): number {
    const { ranges } = this;
    let [low, high] = [first / 2, ranges.length / 2];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (ranges[2 * middle + 1]! <= end) low = middle + 1;
      else high = middle;
    }
    return 2 * low;
  }
}
