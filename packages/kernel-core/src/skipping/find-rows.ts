import type { RowRanges } from "../deletion-vector/row-ranges.js";
import type { ParquetFile, ParquetPages } from "../engine/parquet.js";
import { columnBytes } from "../read/column-bytes.js";
import type { ScanFilter } from "../scan/scan-task.js";
import type { ColumnMapping } from "../schema/column-mapping.js";
import { countPages, joinNear, selectPages } from "./page-filter.js";
import type { Bounds } from "./possible-outcomes.js";
import type { ReadCounts } from "./read-counts.js";
import { RowGroupFilter } from "./row-group-filter.js";
import { findAbsentValues } from "./value-filter.js";

/** The rows of a file that may be wanted. */
export interface FoundRows {
  readonly rowGroups: readonly number[];
  /** Of row groups that are wanted in part: their rows, by the distance from the first. */
  readonly rows: ReadonlyMap<number, RowRanges>;
}

export interface FindRowsOptions {
  /** What will be read of the file. */
  readonly columns: readonly (readonly string[])[];
  readonly signal?: AbortSignal | undefined;
  /** Is added to. */
  readonly counts?: ReadCounts | undefined;
}

/** All rows of a file. */
export function allRows(file: ParquetFile, { columns, counts }: FindRowsOptions): FoundRows {
  const rowGroups = file.rowGroups.map((_, index) => index);
  for (const index of rowGroups) counts?.there.add(columnBytes(file, index, columns));
  return { rowGroups, rows: new Map() };
}

/**
 * Finds the rows of a file that a filter may be true of, level by level: row groups by the footer's statistics; of the others,
 * at the same time, what bloom filters and dictionaries tell of single values, and the bounds of pages.
 */
export async function findRows(
  file: ParquetFile,
  filter: ScanFilter,
  mode: ColumnMapping,
  { columns, signal, counts }: FindRowsOptions,
): Promise<FoundRows> {
  const rowGroupFilter = new RowGroupFilter(file, filter, mode);
  const bounds = new Map<number, Bounds>();
  for (const index of file.rowGroups.keys()) {
    const bytes = counts === undefined ? 0 : columnBytes(file, index, columns);
    counts?.there.add(bytes);
    const found = rowGroupFilter.bounds(index);
    if (rowGroupFilter.mayHaveRows(found)) bounds.set(index, found);
    else counts?.byStatistics.add(bytes);
  }
  const options = { rowGroups: [...bounds.keys()], columns, signal };
  // Both have settled before either fails, so that nothing goes on behind an error.
  const [values, pages] = await Promise.allSettled([
    findAbsentValues(file, filter, rowGroupFilter.columns, options),
    readPages(file, rowGroupFilter, options),
  ]);
  if (values.status === "rejected") throw values.reason;
  if (pages.status === "rejected") throw pages.reason;
  const rowGroups: number[] = [];
  const rows = new Map<number, RowRanges>();
  for (const [index, found] of bounds) {
    const known = values.value(index, found);
    if (known !== found && !rowGroupFilter.mayHaveRows(known)) {
      counts?.byValues.add(columnBytes(file, index, columns));
      continue;
    }
    const ofGroup = pages.value.get(index);
    const wanted = ofGroup && rowsOf(file, index, rowGroupFilter, known, ofGroup, counts);
    if (wanted?.length === 0) {
      counts?.byPages.add(columnBytes(file, index, columns));
      continue;
    }
    rowGroups.push(index);
    if (wanted !== undefined) rows.set(index, wanted);
  }
  return { rowGroups, rows };
}

async function readPages(
  file: ParquetFile,
  { columns: filtered }: RowGroupFilter,
  options: Omit<FindRowsOptions, "counts"> & { readonly rowGroups: readonly number[] },
): Promise<ReadonlyMap<number, ParquetPages>> {
  // Where a column is no leaf, nothing is known of it, which is as good as a path that leads nowhere.
  const bounded = filtered.map(({ place }) => (place.kind === "leaf" ? place.path : []));
  const isBounded = bounded.some(({ length }) => length > 0);
  if (file.pages === undefined || !isBounded || options.rowGroups.length === 0) return new Map();
  return file.pages({ ...options, bounded });
}

function rowsOf(
  file: ParquetFile,
  rowGroup: number,
  filter: RowGroupFilter,
  bounds: Bounds,
  pages: ParquetPages,
  counts: ReadCounts | undefined,
): RowRanges | undefined {
  const { numRows } = file.rowGroups[rowGroup]!;
  const selected = selectPages(filter, bounds, pages.bounded, numRows);
  if (selected?.length === 0) return selected;
  const rows = selected && joinNear(selected, pages, numRows);
  if (counts !== undefined) {
    const { pages: all, skipped, skippedBytes } = countPages(pages, rows ?? Int32Array.of(0, numRows), numRows);
    const bytes = pages.leaves.reduce((sum, { sizes }) => sum + sizes.reduce((total, size) => total + size, 0), 0);
    counts.pagesThere.add(all, bytes);
    counts.pages.add(skipped, skippedBytes);
  }
  return rows;
}
