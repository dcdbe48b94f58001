import type { AnyIterable } from "@asyncdelta/parallel";
import type { RecordBatch } from "apache-arrow";
import { abortableItems } from "../abort.js";
import type { Engine } from "../engine/engine.js";
import { observeItems } from "../engine/observer.js";
import { readAhead } from "../read/read-ahead.js";
import type { ReadTaskOptions } from "../read/read-task.js";
import type { ChangesOptions } from "./change-options.js";
import type { ChangeTask } from "./change-task.js";
import { planChanges } from "./plan-changes.js";
import type { OpenChange } from "./read-change.js";

export interface ReadChangesOptions extends ChangesOptions, ReadTaskOptions {}

/**
 * The change feed of a range of versions: rows that were inserted, deleted or updated, in batches of the table's schema as
 * of the last version and the columns `_change_type`, `_commit_version` and `_commit_timestamp`, ordered by version.
 * `root` is the table's URL, ending in `/`. PROTOCOL.md, "Reader Requirements for AddCDCFile".
 *
 * @throws DeltaError what {@link planChanges} and {@link readTask} throw
 */
export function readChanges(
  engine: Engine,
  root: string,
  options: ReadChangesOptions,
): AsyncGenerator<RecordBatch, void, undefined> {
  return abortableItems(options.signal, async function* () {
    const { signal, batchRows } = options;
    const changes = await planChanges(engine, root, options);
    yield* readChangeTasks(engine, changes.tasks({ signal }), { signal, batchRows });
  });
}

export function loadReadChange(): Promise<typeof import("./read-change.js")> {
  return import("./read-change.js");
}

/**
 * The changes of many tasks, in order, in batches of the feed's schema. Several files are under way at once, as with
 * {@link readTasks}. Leaving the loop early stops what is under way.
 */
export function readChangeTasks(
  engine: Engine,
  tasks: AnyIterable<readonly ChangeTask[]>,
  options: ReadTaskOptions = {},
): AsyncGenerator<RecordBatch, void, undefined> {
  const read = async function* (): AsyncGenerator<RecordBatch, void, undefined> {
    const { openChange, readOpenChange } = await loadReadChange();
    const steps = {
      open: (task: ChangeTask, signal: AbortSignal) => openChange(engine, task, signal),
      read: (opened: OpenChange, signal: AbortSignal) => readOpenChange(opened, { ...options, signal }),
      urlOf: (task: ChangeTask) => task.scan.url,
    };
    yield* readAhead(engine, tasks, steps, options.signal);
  };
  return observeItems(engine, { name: "changes" }, () => abortableItems(options.signal, read));
}

/** The changes of one task. */
export function readChangeTask(
  engine: Engine,
  task: ChangeTask,
  options: ReadTaskOptions = {},
): AsyncGenerator<RecordBatch, void, undefined> {
  return readChangeTasks(engine, [[task]], options);
}
