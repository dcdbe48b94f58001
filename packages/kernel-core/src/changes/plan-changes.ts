import { parallelMap } from "@asyncdelta/parallel";
import { abortable, abortableItems } from "../abort.js";
import type { Engine } from "../engine/engine.js";
import type { StorageOptions } from "../engine/storage.js";
import { readCommit } from "../log/read-commit.js";
import { type ScanShape, scanShape } from "../scan/scan-shape.js";
import type { StructType } from "../schema/types.js";
import { changeSchema, checkReservedColumns } from "./change-columns.js";
import { type ChangesOptions, checkChangesOptions } from "./change-options.js";
import { type ChangeRange, findChangeRange, type RangeCommit } from "./change-range.js";
import { type ChangeTask, changeTasks } from "./change-task.js";
import { ChangingTable } from "./changing-table.js";
import { removesOlderRows } from "./check-rows-fit.js";
import { commitChanges } from "./commit-changes.js";

/** The change feed of a range of versions, before anything of it is read. */
export interface Changes {
  /** The first version whose changes there are. */
  readonly from: number;
  /** The last one; one less than `from` where no version lies between two points in time. */
  readonly to: number;
  /** Columns of every batch: the table's as of `to`, then `_change_type`, `_commit_version` and `_commit_timestamp`. */
  readonly schema: StructType;
  /** What there is to read, a list for each version, in the order of the versions. Reads the commits, several at once. */
  tasks(options?: StorageOptions): AsyncGenerator<readonly ChangeTask[], void, undefined>;
}

/**
 * Plans the reading of a change feed: finds its versions, and makes sure that the first was recorded and that its rows can
 * be given out in the schema of the last. Later versions are checked as their tasks are made, before their first row.
 *
 * @throws DeltaError `INVALID_ARGUMENT`, `COLUMN_NOT_FOUND`, `CHANGE_FEED_DISABLED`, `SCHEMA_INCOMPATIBLE`, `LOG_GAP`,
 * `VERSION_NOT_FOUND`, `TIMESTAMP_OUT_OF_RANGE`, and what `loadSnapshot` throws
 */
export function planChanges(engine: Engine, root: string, options: ChangesOptions): Promise<Changes> {
  return abortable(options.signal, async () => {
    checkChangesOptions(root, options);
    const range = await findChangeRange(engine, root, options);
    const { from, to, start, end } = range;
    checkReservedColumns(end.schema);
    const shape = scanShape(end, { columns: options.columns });
    const table = new ChangingTable(range);
    if (from <= to) table.check(start);
    return {
      from,
      to,
      schema: changeSchema(shape.schema),
      tasks: ({ signal } = {}) => abortableItems(signal, () => planTasks(engine, range, shape, signal)),
    };
  });
}

async function* planTasks(
  engine: Engine,
  range: ChangeRange,
  shape: ScanShape,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly ChangeTask[], void, undefined> {
  // Those of the end too: the table at the start was loaded with them at hand.
  const known = range.start.reader.readings();
  const read = async (commit: RangeCommit, signal: AbortSignal) => {
    const reading = known.get(commit.file.url) ?? (await readCommit(engine, commit.file, { signal }));
    return { commit, actions: await commitChanges(engine, reading, { signal }) };
  };
  const table = new ChangingTable(range);
  const readings = parallelMap(range.commits, (commit, context) => read(commit, context.signal), {
    concurrency: engine.limits.requests,
    signal,
  });
  for await (const { commit, actions } of readings) {
    const { version, url: path } = commit.file;
    if (version > range.from) table.advance(actions, version);
    else if (removesOlderRows(actions)) table.checkRows(await range.loadBefore(signal));
    const timestamp = table.timestamp(actions, commit);
    const tasks = changeTasks(shape, { version, timestamp, path, actions });
    if (tasks.length > 0) yield tasks;
  }
}
