/** Ranges of rows, ascending and apart: pairs of a first row and the row after the last one. */
export type RowRanges = Int32Array;

/** Collects ranges in ascending order, joining those that touch. */
export class RowRangeWriter {
  readonly #pairs: Int32Array;
  #length = 0;

  /** `most` is a bound of the number of ranges that will be added. */
  constructor(most: number) {
    this.#pairs = new Int32Array(2 * most);
  }

  add(from: number, to: number): void {
    const pairs = this.#pairs;
    if (this.#length > 0 && pairs[this.#length - 1] === from) {
      pairs[this.#length - 1] = to;
      return;
    }
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
