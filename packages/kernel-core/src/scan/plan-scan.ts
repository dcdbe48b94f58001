import type { Engine } from "../engine/engine.js";
import type { Predicate } from "../predicate/predicate.js";
import { type LiveFilesOptions, liveFiles } from "../replay/live-files.js";
import type { SkippingCounts } from "../skipping/skipping-counts.js";
import type { Snapshot } from "../snapshot/snapshot.js";
import { fileFilter, type SkippingOptions } from "./file-filter.js";
import { type ScanColumns, scanShape } from "./scan-shape.js";
import type { ScanTask } from "./scan-task.js";
import { toScanTask } from "./to-scan-task.js";

export interface PlanScanOptions
  extends Omit<LiveFilesOptions, "statColumns" | "checkpoint" | "selection">,
    ScanColumns,
    SkippingOptions {
  /**
   * The rows that are wanted. A file that has none of them, by its partition values or its statistics, gets no task, and the
   * tasks of the others give out just these rows. Statistics are read where they can tell.
   */
  readonly where?: Predicate | undefined;
  /** Is added to while the plan is made. */
  readonly counts?: SkippingCounts | undefined;
}

/**
 * What there is to read of a snapshot: a task for each live file, in batches, as the log has them. Nothing is read
 * before the first batch is asked for. With `stats` each task knows its number of records, where the log does.
 *
 * @throws DeltaError at the call `COLUMN_NOT_FOUND`, `INVALID_ARGUMENT`; then what {@link liveFiles} throws, and `VALUE_INVALID`
 * for a partition value that the predicate is about
 */
export function planScan(
  engine: Engine,
  snapshot: Snapshot,
  options: PlanScanOptions = {},
): AsyncGenerator<readonly ScanTask[], void, undefined> {
  const shape = scanShape(snapshot, options);
  const { where, signal, counts, lazy } = options;
  const filter = where === undefined ? undefined : fileFilter(snapshot, where, options);
  const stats = options.stats || filter?.usesStats;
  const statColumns = filter?.statColumns ?? [];
  return (async function* () {
    // Who counts files wants to see each of them.
    const { checkpoint, selection } = (counts === undefined ? filter : undefined) ?? {};
    const wanted = { stats, statColumns, checkpoint, selection, lazy, signal };
    for await (const files of liveFiles(engine, snapshot, wanted)) {
      if (filter === undefined) {
        yield Array.from(files, (file) => toScanTask(shape, file));
      } else {
        const kept = filter.keep(files, counts);
        if (kept.length > 0) yield kept.map(({ file, filter: rows }) => toScanTask(shape, file, rows));
      }
    }
  })();
}
