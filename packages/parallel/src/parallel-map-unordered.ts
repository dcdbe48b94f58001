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

/** As {@link parallelMap}, but gives each result as soon as it is there. */
export function parallelMapUnordered<T, R>(
  source: AnyIterable<T>,
  task: (item: T, context: TaskContext) => R | PromiseLike<R>,
  options: ParallelOptions,
): ParallelIterator<R> {
  const window = checkWindow(options);
  checkSource(source);
  checkTask(task);
  return new Outlet(new TaskWindow(source, task, { ...window, ordered: false }), options);
}
