import { type RowRanges, RowRangeWriter } from "../deletion-vector/row-ranges.js";
import type { ParquetLeafPages, ParquetPageStarts, ParquetPages } from "../engine/parquet.js";
import type { DataType } from "../schema/types.js";
import type { ColumnBounds } from "./bounds.js";
import type { Bounds } from "./possible-outcomes.js";
import { type RowGroupFilter, toColumnBounds } from "./row-group-filter.js";

/**
 * The rows of a row group that may be wanted, by the bounds of its pages; `undefined` for all of them. The pages of different
 * columns begin with different rows: between two of all these, each column has one page.
 *
 * @param bounds what is known of the columns in the row group as a whole
 */
export function selectPages(
  filter: RowGroupFilter,
  bounds: Bounds,
  pages: readonly (ParquetLeafPages | undefined)[],
  numRows: number,
): RowRanges | undefined {
  const starts = mergeStarts(pages.map((of) => of?.firstRows ?? []));
  const at = pages.map(() => 0);
  const rows = new RowRangeWriter(starts.length);
  const current = [...bounds];
  let isAll = true;
  for (const [index, start] of starts.entries()) {
    for (const [column, of] of pages.entries()) {
      if (of === undefined || of.firstRows[at[column]!] !== start) continue;
      const { type } = filter.columns[column]!;
      current[column] = pageBounds(of, at[column]!, type, bounds[column]);
      at[column]!++;
    }
    if (filter.mayHaveRows(current)) rows.add(start, starts[index + 1] ?? numRows);
    else isAll = false;
  }
  return isAll ? undefined : rows.finish();
}

function mergeStarts(starts: readonly (readonly number[])[]): number[] {
  return [...new Set(starts.flat())].sort((a, b) => a - b);
}

/** What else is known of the column holds for its pages too. */
function pageBounds(
  pages: ParquetLeafPages,
  page: number,
  type: DataType,
  ofGroup: ColumnBounds | undefined,
): ColumnBounds {
  const { bounds, isNull, nullCount } = pages.bounds(page);
  const mayBeNull = (ofGroup?.mayBeNull ?? true) && (isNull || nullCount !== 0);
  const found = toColumnBounds(type, bounds, { mayBeNull, mayHaveValues: !isNull });
  return ofGroup?.lacks === undefined ? found : { ...found, lacks: ofGroup.lacks };
}

/** Bytes that are worth leaving out: less is read faster than it is told apart. */
const SPARED = 4 * 1024;

/** Joins ranges of rows between which next to no bytes lie. */
export function joinNear(rows: RowRanges, { leaves }: ParquetPages, numRows: number): RowRanges {
  const joined = new RowRangeWriter(rows.length / 2);
  for (let pair = 0; pair < rows.length; pair += 2) {
    const [start, end] = [rows[pair]!, rows[pair + 1]!];
    const before = rows[pair - 1] ?? 0;
    const isNear = pair > 0 && bytesWithin(leaves, before, start, numRows) < SPARED;
    joined.add(isNear ? before : start, end);
  }
  return joined.finish();
}

/** Bytes of the pages that lie between two rows. */
function bytesWithin(leaves: readonly ParquetPageStarts[], from: number, to: number, numRows: number): number {
  let bytes = 0;
  for (const { firstRows, sizes } of leaves) {
    for (let page = pageFrom(firstRows, from); page < sizes.length; page++) {
      if ((firstRows[page + 1] ?? numRows) > to) break;
      bytes += sizes[page]!;
    }
  }
  return bytes;
}

/** The first page that begins at a row or behind it. */
function pageFrom(firstRows: readonly number[], row: number): number {
  let [low, high] = [0, firstRows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (firstRows[middle]! < row) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many pages there are, and how many of them have no row in the ranges. */
export function countPages({ leaves }: ParquetPages, rows: RowRanges, numRows: number): PageCount {
  const count = { pages: 0, skipped: 0, skippedBytes: 0 };
  for (const { firstRows, sizes } of leaves) {
    let pair = 0;
    for (const [page, start] of firstRows.entries()) {
      const end = firstRows[page + 1] ?? numRows;
      while (pair < rows.length && rows[pair + 1]! <= start) pair += 2;
      count.pages += 1;
      if (pair < rows.length && rows[pair]! < end) continue;
      count.skipped += 1;
      count.skippedBytes += sizes[page]!;
    }
  }
  return count;
}

export interface PageCount {
  readonly pages: number;
  readonly skipped: number;
  readonly skippedBytes: number;
}
