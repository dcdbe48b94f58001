import type { Data } from "apache-arrow";
import { collectTableAction, noActions, type TableActions } from "../actions/commit-actions.js";
import type { ActionSource } from "../actions/field.js";
import { columnReader, structChildren } from "../columnar/column-reader.js";
import { FileColumns } from "../columnar/file-columns.js";
import { KnownTexts } from "../columnar/known-texts.js";
import { validRows } from "../columnar/valid-rows.js";
import type { Engine } from "../engine/engine.js";
import type { JsonObject, ReadBatchesOptions } from "../engine/json.js";
import type { StorageOptions } from "../engine/storage.js";
import type { RowSelection } from "../selection/selection.js";
import { logSchema } from "./log-schema.js";
import { type CommitReading, isHeld } from "./read-commit.js";

/** The file actions of a batch, as columns. */
export interface FileActionColumns {
  readonly adds?: FileColumns;
  readonly removes?: FileColumns;
}

/** Streams the file actions that `readCommit` left unread in a large file. */
export async function* streamFileActions(
  engine: Engine,
  reading: CommitReading,
  options: StorageOptions & { readonly stats: boolean; readonly selection?: RowSelection | undefined },
): AsyncGenerator<FileActionColumns, void, undefined> {
  if (reading.rest === undefined) return;
  const schema = await logSchema({ files: true, stats: options.stats, table: false });
  const { signal, selection } = options;
  const texts = new KnownTexts();
  for await (const batch of restBatches(engine, reading, { schema, selection, signal })) {
    const columns = structChildren(batch.data as unknown as Data);
    const [add, remove] = [columns.get("add"), columns.get("remove")];
    yield {
      ...(add === undefined ? {} : { adds: new FileColumns(add, reading.at, texts) }),
      ...(remove === undefined ? {} : { removes: new FileColumns(remove, reading.at) }),
    };
  }
}

/** Looks through the unread part of a large file for the actions that concern the table; lines of files are passed over unparsed. */
export async function skimTableActions(
  engine: Engine,
  reading: CommitReading,
  options: StorageOptions,
): Promise<TableActions> {
  const found = noActions();
  if (reading.rest === undefined) return found;
  const schema = await logSchema({ files: false, stats: false, table: true });
  for await (const batch of restBatches(engine, reading, { schema, ...options })) {
    collectTableColumns(found, batch.data as unknown as Data, reading.at);
  }
  return found;
}

/** Reads what is behind the front of a commit that has more. */
function restBatches(
  engine: Engine,
  reading: CommitReading,
  options: Pick<ReadBatchesOptions, "schema" | "selection" | "signal">,
): ReturnType<Engine["json"]["readBatches"]> {
  const { prefix, range, line } = reading.rest!;
  // Lines of a large commit are counted from where its reading begins.
  return engine.json.readBatches(reading.at.path, {
    ...options,
    prefix,
    range,
    line: isHeld(reading) ? line : undefined,
  });
}

/** Collects the actions that concern the table from a batch whose columns are named after them. */
export function collectTableColumns(into: TableActions, batch: Data, at: ActionSource): void {
  for (const [name, column] of structChildren(batch)) {
    const rows = validRows(column);
    if (rows.length === 0) continue;
    const read = columnReader(column);
    for (const row of rows) collectTableAction(into, name, read(row) as JsonObject, at);
  }
}
