import type { RecordBatch } from "apache-arrow";
import { checkVectorFits } from "../deletion-vector/check-fit.js";
import type { DeletionVector } from "../deletion-vector/deletion-vector.js";
import { loadDeletionVector } from "../deletion-vector/load-deletion-vector.js";
import type { Engine } from "../engine/engine.js";
import type { ParquetFile } from "../engine/parquet.js";
import { DeltaError, isDeltaError } from "../errors.js";
import type { ScanTask } from "../scan/scan-task.js";
import { selectRowGroups } from "../skipping/row-group-filter.js";
import { BatchTransform } from "./batch-transform.js";
import { takeRanges } from "./filter-batch.js";
import { type FilteredReading, findRowGroups, LOOK_FIRST, type LookFirst } from "./find-row-groups.js";
import type { ReadTaskOptions } from "./read-task.js";
import { joinColumns, TaskFilter } from "./task-filter.js";

/** A data file that is ready to be read: its footer is known, and which of its rows are deleted. */
export interface OpenTask {
  readonly task: ScanTask;
  readonly file: ParquetFile;
  readonly deleted: DeletionVector | undefined;
}

/** Reads the footer of a task's file and its deletion vector, at the same time. */
export async function openTask(engine: Engine, task: ScanTask, signal: AbortSignal | undefined): Promise<OpenTask> {
  const { url, path, size, deletionVector, tableRoot } = task;
  const opening = engine.parquet.open(url, { size, signal });
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
  return { task, file, deleted };
}

/** The rows of an open file, as the table has them. */
export async function* readOpenTask(
  { task, file, deleted }: OpenTask,
  { signal, batchRows }: ReadTaskOptions,
  lookFirst: LookFirst = LOOK_FIRST,
): AsyncGenerator<RecordBatch, void, undefined> {
  const transform = new BatchTransform(task, file.fields);
  const filter = task.filter === undefined ? undefined : new TaskFilter(task, task.filter, file.fields);
  const columns = joinColumns(transform.physicalColumns, filter?.physicalColumns ?? []);
  try {
    const reading = filter && { file, filter, deleted, columns, lookFirst };
    for await (const rowGroups of rowGroupsOf(task, file, reading, { signal, batchRows })) {
      let rows = 0;
      for await (const { batch, rowOffset } of file.read({ columns, rowGroups, batchRows, signal })) {
        rows += batch.numRows;
        const alive = deleted?.keptRanges(rowOffset, batch.numRows);
        const kept = filter === undefined ? alive : filter.select(batch, alive);
        const left = kept === undefined ? batch : takeRanges(batch, kept);
        if (left.numRows > 0) yield transform.apply(left, { rowOffset, kept });
      }
      checkRows(task, file, rowGroups, rows);
    }
  } catch (error) {
    throw explainAbsence(error, task.path);
  }
}

/** The row groups to read, those together that need not wait for others. */
async function* rowGroupsOf(
  task: ScanTask,
  file: ParquetFile,
  reading: FilteredReading | undefined,
  options: ReadTaskOptions,
): AsyncGenerator<readonly number[], void, undefined> {
  if (reading === undefined) yield file.rowGroups.map((_, index) => index);
  else yield* findRowGroups(reading, selectRowGroups(file, task.filter!, task.columnMapping), options);
}

function checkRows({ path }: ScanTask, file: ParquetFile, rowGroups: readonly number[], rows: number): void {
  const promised = rowGroups.reduce((sum, index) => sum + file.rowGroups[index]!.numRows, 0);
  if (rows === promised) return;
  const message = `The data file ${path} gave ${rows} rows, and has ${promised} by its footer.`;
  throw new DeltaError("FILE_CORRUPT", message, { path });
}

function explainAbsence(error: unknown, path: string): unknown {
  if (!isDeltaError(error, "FILE_NOT_FOUND")) return error;
  const message = `The data file ${path}, which is part of this version of the table, is gone: VACUUM may have removed it. Read a newer version.`;
  return new DeltaError("FILE_NOT_FOUND", message, { path, cause: error });
}
