import type { AddFile } from "../actions/add-file.js";
import { resolveFileUrl } from "../actions/resolve-path.js";
import type { ScanShape } from "./scan-shape.js";
import type { ScanFilter, ScanTask } from "./scan-task.js";

/** The task that reads a file of the log in the shape of a scan. */
export function toScanTask(shape: ScanShape, file: AddFile, filter?: ScanFilter): ScanTask {
  const { path, size, partitionValues, stats, deletionVector, baseRowId, defaultRowCommitVersion } = file;
  const numRecords = stats === undefined ? undefined : parseNumRecords(stats);
  return {
    url: resolveFileUrl(shape.tableRoot, path),
    path,
    size,
    ...(numRecords === undefined ? {} : { numRecords }),
    ...shape,
    partitionValues,
    ...(filter === undefined ? {} : { filter }),
    ...(deletionVector === undefined ? {} : { deletionVector }),
    ...(baseRowId === undefined ? {} : { baseRowId }),
    ...(defaultRowCommitVersion === undefined ? {} : { defaultRowCommitVersion }),
  };
}

/** Statistics help, and nothing depends on them: text that is none is as good as no text. */
function parseNumRecords(stats: string): number | undefined {
  try {
    const { numRecords } = JSON.parse(stats) as { numRecords?: unknown };
    return typeof numRecords === "number" && Number.isSafeInteger(numRecords) && numRecords >= 0
      ? numRecords
      : undefined;
  } catch {
    return undefined;
  }
}
