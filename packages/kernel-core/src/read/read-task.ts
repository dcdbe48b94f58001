import type { RecordBatch } from "apache-arrow";
import { abortableItems } from "../abort.js";
import type { Engine } from "../engine/engine.js";
import type { StorageOptions } from "../engine/storage.js";
import type { ScanTask } from "../scan/scan-task.js";
import type { ReadCounts } from "../skipping/read-counts.js";

export interface ReadTaskOptions extends StorageOptions {
  /** Most rows of a batch. */
  readonly batchRows?: number | undefined;
  /** Is added to: what became of the data files, once all rows have been taken. */
  readonly counts?: ReadCounts | undefined;
}

export function loadReadFile(): Promise<typeof import("./read-file.js")> {
  return import("./read-file.js");
}

/**
 * The rows of one scan task, in the order of the file, in batches of the task's schema; batches without a row are left out. Deleted
 * rows are left out, columns that the file lacks are null, and partition columns have the log's values.
 *
 * The first call loads apache-arrow.
 *
 * @throws DeltaError `FILE_NOT_FOUND`, `FILE_CHANGED`, `FILE_CORRUPT`, `TYPE_MISMATCH`, `VALUE_INVALID`,
 * `DELETION_VECTOR_CORRUPT`, `ABORTED`, and those of the storage
 */
export function readTask(
  engine: Engine,
  task: ScanTask,
  options: ReadTaskOptions = {},
): AsyncGenerator<RecordBatch, void, undefined> {
  return abortableItems(options.signal, async function* () {
    const { openTask, readOpenTask } = await loadReadFile();
    yield* readOpenTask(await openTask(engine, task, options.signal, options.counts), options);
  });
}
