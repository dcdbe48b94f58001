import {
  type AnyIterable,
  checkSource,
  checkTask,
  checkWindow,
  type ParallelOptions,
  type TaskContext,
} from "./options.js";
import { Outlet } from "./outlet.js";
import type { ParallelIterator } from "./parallel-iterator.js";
import { TaskWindow } from "./task-window.js";

/** Calls `task` on every item of `source`, several at once, and gives the results in the order of the source. */
export function parallelMap<T, R>(
  source: AnyIterable<T>,
  task: (item: T, context: TaskContext) => R | PromiseLike<R>,
  options: ParallelOptions,
): ParallelIterator<R> {
  const window = checkWindow(options);
  checkSource(source);
  checkTask(task);
  return new Outlet(new TaskWindow(source, task, { ...window, ordered: true }), options);
}
