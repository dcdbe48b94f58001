import type { AnyIterable } from "@asyncdelta/parallel";
import type { RecordBatch } from "apache-arrow";
import { abortableItems } from "../abort.js";
import type { Engine } from "../engine/engine.js";
import { observeItems } from "../engine/observer.js";
import { roundTripOf } from "../engine/round-trip.js";
import type { ScanTask } from "../scan/scan-task.js";
import { HitRate } from "./hit-rate.js";
import { readAhead } from "./read-ahead.js";
import type { OpenTask } from "./read-file.js";
import { loadReadFile, type ReadTaskOptions } from "./read-task.js";

/**
 * The rows of many scan tasks, in order, task by task, as {@link readTask} gives those of one. Several files are under way
 * at once, as many as the engine's `limits` say. Leaving the loop early stops what is under way.
 */
export function readTasks(
  engine: Engine,
  tasks: AnyIterable<readonly ScanTask[]>,
  options: ReadTaskOptions = {},
): AsyncGenerator<RecordBatch, void, undefined> {
  const read = async function* (): AsyncGenerator<RecordBatch, void, undefined> {
    const { isReadWhole, openTask, readOpenTask } = await loadReadFile();
    const shared = { sequence: {}, hits: new HitRate() };
    const steps = {
      open: (task: ScanTask, signal: AbortSignal) => openTask(engine, task, signal, options.counts),
      read: (opened: OpenTask, signal: AbortSignal) => readOpenTask(opened, { ...options, ...shared, signal }),
      urlOf: (task: ScanTask) => task.url,
      bytesOf: (task: ScanTask) =>
        isReadWhole(task) && roundTripOf(engine.storage, task.url) === "costly" ? task.size : undefined,
    };
    yield* readAhead(engine, tasks, steps, options.signal);
  };
  return observeItems(engine, { name: "scan" }, () => abortableItems(options.signal, read));
}
