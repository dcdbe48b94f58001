import { type AnyIterable, parallelFlatMap, parallelMap } from "@asyncdelta/parallel";
import type { RecordBatch } from "apache-arrow";
import { abortableItems } from "../abort.js";
import type { Engine } from "../engine/engine.js";
import type { ScanTask } from "../scan/scan-task.js";
import type { ReadTaskOptions } from "./read-task.js";

/**
 * The rows of many scan tasks, in order, task by task, as {@link readTask} gives those of one. Several files are under way
 * at once: as many are opened ahead as the engine's `limits` have requests (up to 16), and as many decoded as they have
 * decodes. Leaving the loop early stops what is under way.
 */
export function readTasks(
  engine: Engine,
  tasks: AnyIterable<readonly ScanTask[]>,
  options: ReadTaskOptions = {},
): AsyncGenerator<RecordBatch, void, undefined> {
  const { signal } = options;
  return abortableItems(signal, async function* () {
    const { openTask, readOpenTask } = await import("./read-file.js");
    const opened = parallelMap(flatten(tasks), (task, context) => openTask(engine, task, context.signal), {
      concurrency: Math.min(engine.limits.requests, MOST_OPENED_AHEAD),
      signal,
    });
    yield* parallelFlatMap(opened, (open, context) => readOpenTask(open, { ...options, signal: context.signal }), {
      concurrency: engine.limits.decodes,
      signal,
    });
  });
}

/** Footers are small, but an opened file may hold its last few hundred kilobytes. */
const MOST_OPENED_AHEAD = 16;

async function* flatten<T>(batches: AnyIterable<readonly T[]>): AsyncGenerator<T, void, undefined> {
  for await (const batch of batches) yield* batch;
}
