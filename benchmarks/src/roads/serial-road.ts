import { type Engine, liveFiles, loadSnapshot, planScan, readTasks, type Snapshot } from "@asyncdelta/kernel-core";
import type { RoadOperation } from "./road.js";
import type { Tally } from "./tally.js";

/** The operation as whoever uses the kernel writes it. The engine decides how much of it runs at once. */
export async function runPlainly(
  engine: Engine,
  root: string,
  operation: RoadOperation,
  tally: Tally,
): Promise<Snapshot> {
  const snapshot = await loadSnapshot(engine, root);
  if (operation === "files") {
    for await (const batch of liveFiles(engine, snapshot, { stats: true })) tally.addFiles(batch);
  } else if (operation === "scan") {
    for await (const batch of readTasks(engine, planScan(engine, snapshot))) tally.addRows(batch);
  }
  return snapshot;
}
