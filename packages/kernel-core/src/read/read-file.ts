import type { RecordBatch } from "apache-arrow";
import { checkVectorFits } from "../deletion-vector/check-fit.js";
import type { DeletionVector } from "../deletion-vector/deletion-vector.js";
import { loadDeletionVector } from "../deletion-vector/load-deletion-vector.js";
import { countRows, intersectRanges, placesOf, type RowRanges } from "../deletion-vector/row-ranges.js";
import type { Engine } from "../engine/engine.js";
import type { ParquetFile, ReadParquetOptions } from "../engine/parquet.js";
import { roundTripOf } from "../engine/round-trip.js";
import { DeltaError, isDeltaError } from "../errors.js";
import type { ScanTask } from "../scan/scan-task.js";
import type { TaskSelection } from "../selection/selection.js";
import { allRows, type FoundRows, findRows } from "../skipping/find-rows.js";
import type { ReadCounts } from "../skipping/read-counts.js";
import { BatchTransform } from "./batch-transform.js";
import { takeRanges } from "./filter-batch.js";
import {
  type FilteredReading,
  findRowGroups,
  LOOK_FIRST,
  type LookFirst,
  NEVER_LOOK_FIRST,
  type WantedGroups,
} from "./find-row-groups.js";
import { HitRate } from "./hit-rate.js";
import type { ReadTaskOptions } from "./read-task.js";
import { joinColumns, TaskFilter } from "./task-filter.js";

/** A data file that is ready to be read: its footer is known, which of its rows are deleted, and which may be wanted. */
export interface OpenTask {
  readonly task: ScanTask;
  readonly file: ParquetFile;
  readonly deleted: DeletionVector | undefined;
  readonly transform: BatchTransform;
  readonly filter: TaskFilter | undefined;
  /** All that is read of the file. */
  readonly columns: readonly (readonly string[])[];
  readonly found: FoundRows;
  readonly counts: ReadCounts | undefined;
  /** When the columns of the filter are read by themselves first. */
  readonly lookFirst: LookFirst;
}

/** Reads the footer of a task's file and its deletion vector, at the same time; then what tells of the rows that are wanted. */
export async function openTask(
  engine: Engine,
  task: ScanTask,
  signal: AbortSignal | undefined,
  counts?: ReadCounts,
): Promise<OpenTask> {
  const { url, path, size, deletionVector, tableRoot } = task;
  const opening = engine.parquet.open(url, { size, isReadWhole: isReadWhole(task), signal });
  const loading =
    deletionVector === undefined
      ? undefined
      : loadDeletionVector(engine, tableRoot, deletionVector, { signal, dataFile: path });
  // Both have settled before either fails, so that nothing goes on behind an error.
  const [opened, loaded] = await Promise.allSettled([opening, loading]);
  if (opened.status === "rejected") throw explainAbsence(opened.reason, path);
  if (loaded.status === "rejected") throw loaded.reason;
  const file = opened.value;
  const deleted = loaded.value;
  if (deleted !== undefined) checkVectorFits(deleted, file.numRows, path);
  const transform = new BatchTransform(task, file.fields);
  const filter = task.filter === undefined ? undefined : new TaskFilter(task, task.filter, file.fields);
  const columns = joinColumns(transform.physicalColumns, filter?.physicalColumns ?? []);
  if (counts !== undefined) counts.files += 1;
  try {
    const options = { columns, signal, counts };
    const found =
      task.filter === undefined
        ? allRows(file, options)
        : await findRows(file, task.filter, task.columnMapping, options);
    const lookFirst = roundTripOf(engine.storage, url) === "cheap" ? NEVER_LOOK_FIRST : LOOK_FIRST;
    return { task, file, deleted, transform, filter, columns, found, counts, lookFirst };
  } catch (error) {
    throw explainAbsence(error, path);
  }
}

/** What the files of a scan have in common. */
export interface SharedByFiles extends Pick<ReadParquetOptions, "sequence"> {
  readonly hits?: HitRate | undefined;
}

/** The rows of an open file, as the table has them. */
export async function* readOpenTask(
  { task, file, deleted, transform, filter, columns, found, counts, lookFirst }: OpenTask,
  { signal, batchRows, sequence, hits = new HitRate() }: ReadTaskOptions & SharedByFiles,
): AsyncGenerator<RecordBatch, void, undefined> {
  const { rows } = found;
  try {
    const reading = filter && { file, filter, deleted, columns, lookFirst, hits, counts };
    const selection = selectionOf(task, file);
    for await (const { rowGroups, isUnknown } of rowGroupsOf(found, reading, { signal, batchRows })) {
      let seen = 0;
      let isHit = false;
      const options = { columns, rowGroups, rows, batchRows, selection, sequence, signal };
      for await (const { batch, rowOffset, rows: selected } of file.read(options)) {
        if (selected !== undefined) {
          if (countRows(selected) !== batch.numRows) throw miscounted(task, batch.numRows, countRows(selected));
          // The others have been left out already.
          const kept = deleted === undefined ? selected : aliveOf(deleted, selected, rowOffset);
          const left = kept === selected ? batch : takeRanges(batch, placesOf(kept, selected));
          if (left.numRows > 0) {
            isHit = true;
            yield transform.apply(left, { rowOffset, kept });
          }
          continue;
        }
        seen += countFound(file, found, rowOffset, batch.numRows);
        const alive = deleted?.keptRanges(rowOffset, batch.numRows);
        const kept = filter === undefined ? alive : filter.select(batch, alive);
        const left = kept === undefined ? batch : takeRanges(batch, kept);
        if (left.numRows > 0) {
          isHit = true;
          yield transform.apply(left, { rowOffset, kept });
        }
      }
      if (isUnknown) hits.add(isHit);
      // Who leaves out rows counts them.
      if (selection === undefined || seen > 0) checkRows(task, file, rowGroups, found, seen);
    }
  } catch (error) {
    throw explainAbsence(error, task.path);
  }
}

/** Whether all of a task's file is wanted. A filter may leave so much out that its own columns come first. */
export function isReadWhole(task: ScanTask): boolean {
  return task.allColumns === true && task.filter === undefined;
}

function selectionOf(task: ScanTask, { fields, selects }: ParquetFile): TaskSelection | undefined {
  return task.filter === undefined || selects !== true
    ? undefined
    : { kind: "rows", task: { ...task, filter: task.filter }, fields };
}

/** The rows of a selection that are not deleted. */
function aliveOf(deleted: DeletionVector, selected: RowRanges, rowOffset: number): RowRanges {
  const alive = deleted.keptRanges(rowOffset, selected.at(-1) ?? 0);
  return alive === undefined ? selected : intersectRanges(selected, alive);
}

/** The row groups to read, those together that need not wait for others. */
async function* rowGroupsOf(
  found: FoundRows,
  reading: FilteredReading | undefined,
  options: ReadTaskOptions,
): AsyncGenerator<WantedGroups, void, undefined> {
  if (reading === undefined) yield { rowGroups: found.rowGroups, isUnknown: false };
  else yield* findRowGroups(reading, found, options);
}

/** How many of the rows of a batch, which are of one row group, are among those that were found. */
function countFound({ rowGroups }: ParquetFile, { rows }: FoundRows, rowOffset: number, numRows: number): number {
  if (rows.size === 0) return numRows;
  const index = rowGroups.findLastIndex(({ rowStart, numRows }) => rowStart <= rowOffset && numRows > 0);
  const ranges = rows.get(index);
  if (ranges === undefined) return numRows;
  const start = rowOffset - rowGroups[index]!.rowStart;
  let count = 0;
  for (let pair = 0; pair < ranges.length; pair += 2) {
    count += Math.max(0, Math.min(ranges[pair + 1]!, start + numRows) - Math.max(ranges[pair]!, start));
  }
  return count;
}

function checkRows(
  task: ScanTask,
  file: ParquetFile,
  rowGroups: readonly number[],
  { rows: found }: FoundRows,
  seen: number,
): void {
  const promisedOf = (index: number) => {
    const ranges = found.get(index);
    return ranges === undefined ? file.rowGroups[index]!.numRows : countRows(ranges);
  };
  const promised = rowGroups.reduce((sum, index) => sum + promisedOf(index), 0);
  if (seen !== promised) throw miscounted(task, seen, promised);
}

function miscounted({ path }: ScanTask, seen: number, promised: number): DeltaError {
  const message = `The data file ${path} gave ${seen} rows, and has ${promised} by its footer.`;
  return new DeltaError("FILE_CORRUPT", message, { path });
}

function explainAbsence(error: unknown, path: string): unknown {
  if (!isDeltaError(error, "FILE_NOT_FOUND")) return error;
  const message = `The data file ${path}, which is part of this version of the table, is gone: VACUUM may have removed it. Read a newer version.`;
  return new DeltaError("FILE_NOT_FOUND", message, { path, cause: error });
}
