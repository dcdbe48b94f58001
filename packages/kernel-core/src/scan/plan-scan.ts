import type { Engine } from "../engine/engine.js";
import { type LiveFilesOptions, liveFiles } from "../replay/live-files.js";
import type { Snapshot } from "../snapshot/snapshot.js";
import { type ScanColumns, scanShape } from "./scan-shape.js";
import type { ScanTask } from "./scan-task.js";
import { toScanTask } from "./to-scan-task.js";

export interface PlanScanOptions extends LiveFilesOptions, ScanColumns {}

/**
 * What there is to read of a snapshot: a task for each live file, in batches, as the log has them. Nothing is read
 * before the first batch is asked for. With `stats` each task knows its number of records, where the log does.
 *
 * @throws DeltaError at the call `COLUMN_NOT_FOUND`, `INVALID_ARGUMENT`; then what {@link liveFiles} throws
 */
export function planScan(
  engine: Engine,
  snapshot: Snapshot,
  options: PlanScanOptions = {},
): AsyncGenerator<readonly ScanTask[], void, undefined> {
  const shape = scanShape(snapshot, options);
  return (async function* () {
    for await (const files of liveFiles(engine, snapshot, options)) {
      yield Array.from(files, (file) => toScanTask(shape, file));
    }
  })();
}
