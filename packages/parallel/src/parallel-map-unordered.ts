import {
  type AnyIterable,
  checkIterable,
  checkSignal,
  checkTask,
  checkWindow,
  type ParallelOptions,
  type TaskContext,
} from "./options.js";
import { Outlet } from "./outlet.js";
import type { ParallelIterator } from "./parallel-iterator.js";
import { TaskWindow } from "./task-window.js";

/**
 * As {@link parallelMap}, but gives the results in the order in which the tasks complete: a slow one delays no other.
 *
 * Of several errors, the first to happen ends the run; results that were there before it still arrive. A failure of the
 * source comes after the results of all items that it gave before.
 *
 * @throws RangeError or TypeError, at the call, if an argument is not as described.
 */
export function parallelMapUnordered<T, R>(
  source: AnyIterable<T>,
  task: (item: T, context: TaskContext) => R | PromiseLike<R>,
  options: ParallelOptions,
): ParallelIterator<R> {
  const window = checkWindow(options);
  checkIterable("source", source);
  checkTask(task);
  checkSignal(options.signal);
  return new Outlet(new TaskWindow(source, task, { ...window, ordered: false }), options);
}
