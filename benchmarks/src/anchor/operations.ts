import { type Engine, findFiles, liveFiles, loadSnapshot, planScan, readTasks } from "@asyncdelta/kernel-core";
import type { AnchorOptions } from "./options.js";

/** What an operation found, to be compared with what others find. */
export interface Found {
  readonly version: number;
  readonly files: number;
  /** Sum of the files' sizes in bytes. */
  readonly size: number;
  readonly rows: number;
  /** `performance.now()` when the snapshot was there. */
  readonly snapshotAt: number;
}

/** Runs one operation from nothing: snapshot first, then what the operation is about. */
export async function runOperation(
  engine: Engine,
  root: string,
  { operation, stats, where }: Pick<AnchorOptions, "operation" | "stats" | "where">,
): Promise<Found> {
  const snapshot = await loadSnapshot(engine, root);
  const snapshotAt = performance.now();
  let [files, size, rows] = [0, 0, 0];
  if (operation === "metadata" && where !== undefined) {
    // The kernels take bounds of floating-point columns at their word, NaN or not.
    for await (const kept of findFiles(engine, snapshot, where, { trustFloatBounds: true })) {
      files += kept.length;
      for (const file of kept) size += file.size;
    }
  } else if (operation === "metadata") {
    for await (const batch of liveFiles(engine, snapshot, { stats })) {
      files += batch.length;
      size += batch.totalSize;
    }
  } else if (operation === "scan") {
    for await (const batch of readTasks(engine, planScan(engine, snapshot, { where }))) rows += batch.numRows;
  }
  return { version: snapshot.version, files, size, rows, snapshotAt };
}
