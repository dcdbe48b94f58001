import { abortableItems } from "../abort.js";
import { FileColumns } from "../columnar/file-columns.js";
import type { Engine } from "../engine/engine.js";
import { observeItems } from "../engine/observer.js";
import type { CheckpointRowGroups } from "../log/checkpoint-reader.js";
import { streamFileActions } from "../log/stream-rest.js";
import type { FileSelection } from "../selection/selection.js";
import type { Snapshot } from "../snapshot/snapshot.js";
import { ColumnarFileBatch, type FileBatch, ObjectFileBatch } from "./file-batch.js";
import { laterAdds } from "./later-adds.js";
import { Reconciler } from "./reconciler.js";

export interface LiveFilesOptions {
  /** Read the files' statistics too, by far the largest part of a log. Default: false. */
  readonly stats?: boolean | undefined;
  /**
   * Of the statistics, only those of these columns (by physical path) and the number of records are needed, which are less to
   * read where a checkpoint has them apart. Absent means all.
   */
  readonly statColumns?: readonly (readonly string[])[] | undefined;
  /** Says which row groups of a checkpoint need not be read: the files in them are left out. */
  readonly checkpoint?: CheckpointRowGroups | undefined;
  /**
   * Says which files are wanted: where that spares decoding, others may be left out, or come without their statistics.
   */
  readonly selection?: FileSelection | undefined;
  /**
   * Most likely only the first files are wanted: the checkpoint is not read before those of all commits have been taken, as it is
   * otherwise where it is far away. Default: false.
   */
  readonly lazy?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The live files of a snapshot, in batches: those of commits, newest first, then those of the checkpoint. Each byte of
 * the log is read once, whatever the snapshot has read of it already included. PROTOCOL.md, "Action Reconciliation".
 *
 * @throws DeltaError `LOG_CORRUPT`, `CHECKPOINT_CORRUPT`, `FILE_NOT_FOUND` (the log was cleaned up meanwhile), `ABORTED`
 */
export function liveFiles(
  engine: Engine,
  snapshot: Snapshot,
  options: LiveFilesOptions = {},
): AsyncGenerator<FileBatch, void, undefined> {
  const operation = { name: "files", table: snapshot.root, version: snapshot.version } as const;
  return observeItems(engine, operation, () => abortableItems(options.signal, () => replay(engine, snapshot, options)));
}

async function* replay(engine: Engine, snapshot: Snapshot, options: LiveFilesOptions): AsyncGenerator<FileBatch> {
  const { signal, stats = false, statColumns = true, checkpoint: rowGroups, selection, lazy = false } = options;
  const { reader } = snapshot;
  const wanted = { stats: stats && statColumns, rowGroups, selection, signal };
  const later = laterAdds(engine, reader, wanted, lazy);
  try {
    const reconciler = new Reconciler(snapshot.root, engine.random());
    for await (const reading of reader.commits({ signal, thenCheckpoint: !later.isBegun })) {
      reconciler.startCommit(reading.at, reading.rest?.range.length);
      const files = reconciler.reconcile(reading.actions);
      if (files.length > 0) yield new ObjectFileBatch(files);
      for await (const { adds, removes } of streamFileActions(engine, reading, { stats, selection, signal })) {
        const rows = reconciler.reconcileColumns(adds, removes);
        if (adds !== undefined && rows.length > 0) yield new ColumnarFileBatch(adds, rows);
      }
    }
    for await (const adds of later.adds) {
      const batch =
        adds instanceof FileColumns
          ? new ColumnarFileBatch(adds, reconciler.survivingRows(adds))
          : new ObjectFileBatch(reconciler.survivors(adds));
      if (batch.length > 0) yield batch;
    }
  } finally {
    await later.close();
  }
}
