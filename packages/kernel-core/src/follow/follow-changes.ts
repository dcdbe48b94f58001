import type { RecordBatch } from "apache-arrow";
import { COMMIT_VERSION, checkReservedColumns } from "../changes/change-columns.js";
import { type ChangeTask, changeTasks } from "../changes/change-task.js";
import { checkRowsFit, removesOlderRows } from "../changes/check-rows-fit.js";
import { commitChanges } from "../changes/commit-changes.js";
import { checkFeedEnabled } from "../changes/feed-enabled.js";
import { readChangeTasks } from "../changes/read-changes.js";
import type { Engine } from "../engine/engine.js";
import type { CommitFile } from "../log/log-segment.js";
import type { CommitReading } from "../log/read-commit.js";
import { scanShape } from "../scan/scan-shape.js";
import { loadSnapshot } from "../snapshot/load-snapshot.js";
import type { FollowChangesOptions, Pace } from "./follow-options.js";
import { FollowedTable } from "./followed-table.js";
import type { FollowingContext } from "./following.js";
import { pollLog } from "./poll-log.js";
import { readFollowed } from "./read-followed.js";
import { startingPoint } from "./starting-point.js";

/** The row changes of a table as they come, those of each version in its own schema. */
export async function* followChanges(
  engine: Engine,
  root: string,
  options: FollowChangesOptions,
  pace: Pace,
  { signal, moveTo }: FollowingContext,
): AsyncGenerator<RecordBatch, void, undefined> {
  const { columns, batchRows } = options;
  const table = new FollowedTable(await startingPoint(engine, root, options, pace, { signal }));
  const { from } = table;
  moveTo(from);
  for await (const files of pollLog(engine, `${root}_delta_log/`, table.next, pace, { signal })) {
    const wanted = planFollowed(engine, table, files, { columns, signal });
    for await (const batch of readChangeTasks(engine, wanted, { batchRows, signal })) {
      moveTo(Number(batch.getChild(COMMIT_VERSION)!.get(0)));
      yield batch;
    }
    moveTo(Math.max(from, files.at(-1)!.version + 1));
  }
}

interface Wanted {
  readonly columns: readonly string[] | undefined;
  readonly signal: AbortSignal;
}

/** What there is to read of new versions. Each must have been recorded. */
async function* planFollowed(
  engine: Engine,
  table: FollowedTable,
  files: readonly CommitFile[],
  { columns, signal }: Wanted,
): AsyncGenerator<readonly ChangeTask[], void, undefined> {
  const collect = (reading: CommitReading, signal: AbortSignal) => commitChanges(engine, reading, { signal });
  for await (const { file, timestamp, actions } of readFollowed(engine, table, files, collect, signal)) {
    const { version, url: path } = file;
    if (version < table.from) continue;
    checkFeedEnabled(table.protocol, table.metadata, version, table.root);
    checkReservedColumns(table.schema);
    if (version > 0 && removesOlderRows(actions)) {
      const before = table.before ?? (await loadSnapshot(engine, table.root, { version: version - 1, signal }));
      checkRowsFit(before, { version, protocol: table.protocol, metadata: table.metadata, schema: table.schema }, path);
    }
    const tasks = changeTasks(scanShape(table, { columns }), { version, timestamp, path, actions });
    if (tasks.length > 0) yield tasks;
  }
}
