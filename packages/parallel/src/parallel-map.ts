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
 * Calls `task` on every item of `source`, up to `concurrency` at once, and gives the results in the order of the source:
 * what a serial loop would give, sooner.
 *
 * The first error in that order, of a task or of the source, ends the run: the results before it arrive, nothing starts
 * once it has happened, and it rejects `next()` when everything is quiet. Leaving a `for await` loop early aborts the
 * tasks' signal, returns the source and waits until every task has settled; a task that ignores its signal delays that.
 *
 * @throws RangeError or TypeError, at the call, if an argument is not as described.
 * @example
 * for await (const page of parallelMap(urls, (url, { signal }) => download(url, { signal }), { concurrency: 8 })) {
 *   index(page);
 * }
 */
export function parallelMap<T, R>(
  source: AnyIterable<T>,
  task: (item: T, context: TaskContext) => R | PromiseLike<R>,
  options: ParallelOptions,
): ParallelIterator<R> {
  const window = checkWindow(options);
  checkIterable("source", source);
  checkTask(task);
  checkSignal(options.signal);
  return new Outlet(new TaskWindow(source, task, { ...window, ordered: true }), options);
}
