import type { AddFile, DeletionVectorDescriptor } from "../actions/add-file.js";
import type { AddCDCFile } from "../actions/cdc-file.js";
import type { LogActions } from "../actions/commit-actions.js";
import { deletionVectorUniqueId } from "../actions/deletion-vector-id.js";
import type { RemoveFile } from "../actions/remove-file.js";
import { resolveFileUrl } from "../actions/resolve-path.js";
import { DeltaError } from "../errors.js";
import type { ScanShape } from "../scan/scan-shape.js";
import type { ScanTask } from "../scan/scan-task.js";
import { toScanTask } from "../scan/to-scan-task.js";

/**
 * The reading of what one file says about the changes of one version: plain data, as a {@link ScanTask} is. Give it to
 * `readChangeTask`.
 */
export interface ChangeTask {
  /** The file. Its `schema` is that of the table's columns. */
  readonly scan: Omit<ScanTask, "size"> & {
    /** Bytes, where the log has it. */
    readonly size?: number;
  };
  readonly version: number;
  /** When the version was committed, in milliseconds since 1970-01-01 UTC. */
  readonly timestamp: number;
  readonly change: FileChange;
}

/** How the rows of a file are changes. */
export type FileChange =
  /** Each of its rows came, or each went. */
  | { readonly kind: "insert" | "delete" }
  /** Its column `_change_type` says so for each row. */
  | { readonly kind: "cdc" }
  /** The file stayed and its deletion vector changed: rows that only the new one has went, those only the old one has came back. */
  | {
      readonly kind: "vector";
      readonly before?: DeletionVectorDescriptor;
      readonly after?: DeletionVectorDescriptor;
    };

/** A version whose changes are read. */
export interface ChangedVersion {
  readonly version: number;
  readonly timestamp: number;
  /** URL of its commit. */
  readonly path: string;
  readonly actions: LogActions;
}

/**
 * The tasks of one version. With `cdc` actions these alone; else each added file is inserts and each removed one deletes,
 * or, where a file was removed and added again, the difference of its deletion vectors.
 * PROTOCOL.md, "Reader Requirements for AddCDCFile".
 *
 * Throws `LOG_CORRUPT` for actions that contradict each other or lack what reading them needs.
 */
export function changeTasks(shape: ScanShape, changed: ChangedVersion): ChangeTask[] {
  const { version, timestamp, actions } = changed;
  const task = (file: ChangedFile, change: FileChange): ChangeTask => {
    return { scan: toChangeScan(shape, file, changed), version, timestamp, change };
  };
  if (actions.cdc.length > 0) return actions.cdc.map((file) => task(file, { kind: "cdc" }));
  if (changedNothing(actions)) return [];
  const added = byUrl(shape, actions.adds, "add", changed);
  const removed = byUrl(shape, actions.removes, "remove", changed);
  const tasks: ChangeTask[] = [];
  for (const [url, remove] of removed) {
    const add = added.get(url);
    if (add === undefined) tasks.push(task(remove, { kind: "delete" }));
    else if (vectorId(add) !== vectorId(remove)) tasks.push(task(withoutVector(add), vectorChange(remove, add)));
  }
  for (const [url, add] of added) if (!removed.has(url)) tasks.push(task(add, { kind: "insert" }));
  return tasks;
}

type ChangedFile = AddFile | RemoveFile | AddCDCFile;

/**
 * A merge that rewrote files and changed no row says so in its metrics and in nothing else; Delta Spark has written such
 * commits, and takes them for no change.
 */
function changedNothing({ commitInfo }: LogActions): boolean {
  if (commitInfo?.operation !== "MERGE") return false;
  const metrics = commitInfo.operationMetrics as Readonly<Record<string, unknown>> | undefined;
  const counts = ["numTargetRowsInserted", "numTargetRowsUpdated", "numTargetRowsDeleted"];
  return counts.every((name) => metrics?.[name] === "0");
}

function byUrl<T extends AddFile | RemoveFile>(
  { tableRoot }: ScanShape,
  files: readonly T[],
  action: string,
  { version, path }: ChangedVersion,
): Map<string, T> {
  const found = new Map<string, T>();
  for (const file of files) {
    const url = resolveFileUrl(tableRoot, file.path);
    if (found.has(url)) {
      const message = `Version ${version} has two ${action} actions of the file ${file.path}, so that it does not say what changed.`;
      throw new DeltaError("LOG_CORRUPT", message, { version, path });
    }
    found.set(url, file);
  }
  return found;
}

function toChangeScan(shape: ScanShape, file: ChangedFile, { version, path }: ChangedVersion): ChangeTask["scan"] {
  const { partitionValues, size } = file;
  if (partitionValues === undefined && shape.partitionColumns.length > 0) {
    const message = `Version ${version} removes the file ${file.path} without its partition values, so that its rows cannot be given out as deleted.`;
    throw new DeltaError("LOG_CORRUPT", message, { version, path });
  }
  const { size: _, ...scan } = toScanTask(shape, { ...file, partitionValues: partitionValues ?? {} } as AddFile);
  return size === undefined ? scan : { ...scan, size };
}

function vectorId({ deletionVector }: AddFile | RemoveFile): string | undefined {
  return deletionVector && deletionVectorUniqueId(deletionVector);
}

function withoutVector({ deletionVector: _, ...file }: AddFile): AddFile {
  return file;
}

function vectorChange({ deletionVector: before }: RemoveFile, { deletionVector: after }: AddFile): FileChange {
  return { kind: "vector", ...(before && { before }), ...(after && { after }) };
}
