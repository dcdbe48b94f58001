/** Ranges of rows, ascending and apart: pairs of a first row and the row after the last one. */
export type RowRanges = Int32Array;

/** Room for so many ranges at first, where there may be more than will come. */
const FEW = 1024;

/** Collects ranges in ascending order, joining those that touch. */
export class RowRangeWriter {
  #pairs: Int32Array;
  #length = 0;

  /** `most` is a bound of the number of ranges that will be added. */
  constructor(most: number) {
    this.#pairs = new Int32Array(2 * Math.min(FEW, most));
  }

  add(from: number, to: number): void {
    if (this.#length > 0 && this.#pairs[this.#length - 1] === from) {
      this.#pairs[this.#length - 1] = to;
      return;
    }
    if (this.#length === this.#pairs.length) {
      const more = new Int32Array(2 * Math.max(1, this.#length));
      more.set(this.#pairs);
      this.#pairs = more;
    }
    const pairs = this.#pairs;
    pairs[this.#length++] = from;
    pairs[this.#length++] = to;
  }

  finish(): RowRanges {
    return this.#pairs.subarray(0, this.#length);
  }
}

/** The rows of [0, length) that are not in `ranges`, which lie within it. */
export function complement(ranges: RowRanges, length: number): RowRanges {
  const kept = new RowRangeWriter(ranges.length / 2 + 1);
  let from = 0;
  for (let at = 0; at < ranges.length; at += 2) {
    if (ranges[at]! > from) kept.add(from, ranges[at]!);
    from = ranges[at + 1]!;
  }
  if (from < length) kept.add(from, length);
  return kept.finish();
}

/** Number of rows in the ranges. */
export function countRows(ranges: RowRanges): number {
  let count = 0;
  for (let at = 0; at < ranges.length; at += 2) count += ranges[at + 1]! - ranges[at]!;
  return count;
}

/** The rows of the ranges one by one. */
export function expandRanges(ranges: RowRanges): Int32Array {
  const rows = new Int32Array(countRows(ranges));
  let to = 0;
  for (let at = 0; at < ranges.length; at += 2) {
    for (let row = ranges[at]!, end = ranges[at + 1]!; row < end; row++) rows[to++] = row;
  }
  return rows;
}

/** Rows in any order as ranges: each stretch of consecutive rows is one pair. */
export function rangesOf(rows: Int32Array): RowRanges {
  let count = rows.length === 0 ? 0 : 1;
  for (let at = 1; at < rows.length; at++) if (rows[at] !== rows[at - 1]! + 1) count++;
  const ranges = new Int32Array(2 * count);
  let pair = 0;
  for (let at = 0; at < rows.length; ) {
    const from = rows[at]!;
    const first = at++;
    while (at < rows.length && rows[at] === from + at - first) at++;
    ranges[pair++] = from;
    ranges[pair++] = from + at - first;
  }
  return ranges;
}

/** The rows that are in both. */
export function intersectRanges(a: RowRanges, b: RowRanges): RowRanges {
  const both = new RowRangeWriter((a.length + b.length) / 2);
  for (let left = 0, right = 0; left < a.length && right < b.length; ) {
    const from = Math.max(a[left]!, b[right]!);
    const to = Math.min(a[left + 1]!, b[right + 1]!);
    if (from < to) both.add(from, to);
    if (a[left + 1]! < b[right + 1]!) left += 2;
    else right += 2;
  }
  return both.finish();
}

/** Where the rows of `some` are among those of `all`, which has them: the first of `all` is at 0, whatever row it is. */
export function placesOf(some: RowRanges, all: RowRanges): RowRanges {
  const places = new RowRangeWriter(some.length / 2);
  let before = 0;
  let pair = 0;
  for (let at = 0; at < some.length; at += 2) {
    while (all[pair + 1]! <= some[at]!) {
      before += all[pair + 1]! - all[pair]!;
      pair += 2;
    }
    const from = before + some[at]! - all[pair]!;
    places.add(from, from + some[at + 1]! - some[at]!);
  }
  return places.finish();
}
