import { type Engine, liveFiles, loadSnapshot, planScan, readTask, type Snapshot } from "@asyncdelta/kernel-core";
import { Semaphore } from "@asyncdelta/parallel";
import type { RecordBatch } from "apache-arrow";
import parallel from "it-parallel";
import type { RoadOperation } from "./road.js";
import type { Tally } from "./tally.js";

export interface EasyOptions {
  /** Runs the log replay, one thing after another. */
  readonly planner: Engine;
  /** Engines as serial as the planner, one for each file under way at once. */
  readonly readers: readonly Engine[];
}

/**
 * The serial kernel under an eager executor, as delta-rs puts a JoinSet above delta_kernel. Each data file is a job that
 * reads the whole of it; several jobs run at once, and their results come out in order. What is inside a job, and the
 * replay that makes the jobs, stays one thing after another.
 */
export async function runEagerly(
  options: EasyOptions,
  root: string,
  operation: RoadOperation,
  tally: Tally,
): Promise<Snapshot> {
  const { planner, readers } = options;
  const snapshot = await loadSnapshot(planner, root);
  const window = { concurrency: readers.length, ordered: true };
  if (operation === "files") {
    for await (const batch of parallel(listJobs(planner, snapshot), window)) tally.addFiles(batch);
  } else if (operation === "scan") {
    for await (const batches of parallel(readJobs(options, snapshot), window)) {
      for (const batch of batches) tally.addRows(batch);
    }
  }
  return snapshot;
}

/** A replay has nothing that an executor above it could start early: what it gives is there already. */
async function* listJobs(planner: Engine, snapshot: Snapshot) {
  for await (const batch of liveFiles(planner, snapshot, { stats: true })) yield async () => batch;
}

async function* readJobs(
  { planner, readers }: EasyOptions,
  snapshot: Snapshot,
): AsyncGenerator<() => Promise<RecordBatch[]>> {
  const free = [...readers];
  // it-parallel 3.0.16 sometimes starts more than `concurrency` says when it keeps the order.
  const turns = new Semaphore(readers.length);
  for await (const tasks of planScan(planner, snapshot)) {
    for (const task of tasks) {
      yield async () => {
        const turn = await turns.acquire();
        const engine = free.pop()!;
        try {
          const batches: RecordBatch[] = [];
          for await (const batch of readTask(engine, task)) batches.push(batch);
          return batches;
        } finally {
          free.push(engine);
          turn.release();
        }
      };
    }
  }
}
