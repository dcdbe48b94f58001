import type { AnyIterable } from "@asyncdelta/parallel";
import type { RecordBatch } from "apache-arrow";
import type { Engine } from "../engine/engine.js";
import type { ScanTask } from "../scan/scan-task.js";
import type { ReadTaskOptions } from "./read-task.js";
import { readTasks } from "./read-tasks.js";

/**
 * The first `limit` rows of many scan tasks, as {@link readTasks} gives them. Few files are asked for at first and more while
 * rows are lacking: one, then two, then four, so that a small limit does not open files in vain. The last batch is cut.
 */
export async function* readFirstRows(
  engine: Engine,
  tasks: AnyIterable<readonly ScanTask[]>,
  limit: number,
  options: ReadTaskOptions = {},
): AsyncGenerator<RecordBatch, void, undefined> {
  let left = limit;
  let size = 1;
  let wave: ScanTask[] = [];
  /** Yields the rows of a wave; afterwards `left` says how many are lacking. */
  const read = async function* (): AsyncGenerator<RecordBatch, void, undefined> {
    for await (const batch of readTasks(engine, [wave], options)) {
      yield batch.numRows <= left ? batch : batch.slice(0, left);
      left -= Math.min(left, batch.numRows);
      if (left === 0) return;
    }
  };
  if (left === 0) return;
  for await (const batch of tasks) {
    for (const { allColumns: _, ...task } of batch) {
      // Few rows may be wanted of a file with all columns.
      wave.push(task);
      if (wave.length < size) continue;
      yield* read();
      if (left === 0) return;
      wave = [];
      size *= 2;
    }
  }
  if (wave.length > 0) yield* read();
}
