import type { DeletionVector } from "../deletion-vector/deletion-vector.js";
import { countRows } from "../deletion-vector/row-ranges.js";
import type { ParquetFile, ReadParquetOptions } from "../engine/parquet.js";
import type { FoundRows } from "../skipping/find-rows.js";
import type { ReadCounts } from "../skipping/read-counts.js";
import { columnBytes } from "./column-bytes.js";
import type { HitRate } from "./hit-rate.js";
import type { TaskFilter } from "./task-filter.js";

/** What is read of a file whose rows are filtered. */
export interface FilteredReading {
  readonly file: ParquetFile;
  readonly filter: TaskFilter;
  readonly deleted: DeletionVector | undefined;
  /** All that is read of a row group with wanted rows. */
  readonly columns: readonly (readonly string[])[];
  readonly lookFirst: LookFirst;
  /** Is added to. */
  readonly hits: HitRate;
  /** Is added to. */
  readonly counts?: ReadCounts | undefined;
}

/** When looking at the columns of a filter first is worth the round trip that it takes. */
export interface LookFirst {
  /** Least compressed bytes of the other columns. */
  readonly spared: number;
  /** Most that those of the filter may be of all. */
  readonly share: number;
}

export const LOOK_FIRST: LookFirst = { spared: 4 << 20, share: 0.25 };
/** Where a byte costs little more than decoding it, and decoding leaves out what is not wanted. */
export const NEVER_LOOK_FIRST: LookFirst = { spared: Number.POSITIVE_INFINITY, share: 0 };

/** Row groups that are read together. */
export interface WantedGroups {
  readonly rowGroups: readonly number[];
  /** Whether it is not known yet if they have a wanted row: whoever reads them adds that to the {@link HitRate}. */
  readonly isUnknown: boolean;
}

/**
 * The row groups that are to be read, some at a time. Where the columns of the filter are a small part of what is read, they are
 * looked at first, and a row group without a wanted row is left out before the others are asked for; but not as long as
 * most row groups turn out to have such rows.
 */
export async function* findRowGroups(
  reading: FilteredReading,
  { rowGroups, rows }: FoundRows,
  options: Pick<ReadParquetOptions, "signal" | "batchRows">,
): AsyncGenerator<WantedGroups, void, undefined> {
  let together: number[] = [];
  let isUnknown = true;
  for (const index of rowGroups) {
    if (reading.hits.isHigh || !isWorthIt(reading, index, rows)) {
      together.push(index);
      continue;
    }
    if (together.length > 0) yield { rowGroups: together, isUnknown };
    together = [];
    isUnknown = true;
    const isHit = await hasRows(reading, index, rows, options);
    reading.hits.add(isHit);
    if (!isHit) {
      const spared = bytesOf(reading, index, rows, reading.columns) - bytesOf(reading, index, rows);
      reading.counts?.byFilter.add(Math.round(spared));
      continue;
    }
    together.push(index);
    isUnknown = false;
  }
  if (together.length > 0) yield { rowGroups: together, isUnknown };
}

/** Whether any row of a row group is wanted, by the columns of the filter alone. */
async function hasRows(
  { file, filter, deleted }: FilteredReading,
  rowGroup: number,
  rows: FoundRows["rows"],
  { signal, batchRows }: Pick<ReadParquetOptions, "signal" | "batchRows">,
): Promise<boolean> {
  const columns = filter.physicalColumns;
  for await (const { batch, rowOffset } of file.read({ columns, rowGroups: [rowGroup], rows, batchRows, signal })) {
    const kept = filter.select(batch, deleted?.keptRanges(rowOffset, batch.numRows));
    if (kept === undefined ? batch.numRows > 0 : kept.length > 0) return true;
  }
  return false;
}

function isWorthIt(reading: FilteredReading, rowGroup: number, rows: FoundRows["rows"]): boolean {
  const all = bytesOf(reading, rowGroup, rows, reading.columns);
  const looked = bytesOf(reading, rowGroup, rows);
  return all - looked >= reading.lookFirst.spared && looked <= all * reading.lookFirst.share;
}

/** Bytes of columns, by default the filter's, for the rows of a row group that may be wanted: of part of them as great a part. */
function bytesOf(
  { file, filter }: FilteredReading,
  rowGroup: number,
  rows: FoundRows["rows"],
  columns: readonly (readonly string[])[] = filter.physicalColumns,
): number {
  const wanted = rows.get(rowGroup);
  const share = wanted === undefined ? 1 : countRows(wanted) / file.rowGroups[rowGroup]!.numRows;
  return columnBytes(file, rowGroup, columns) * share;
}
