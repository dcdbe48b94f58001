import { LaneWindow } from "./lane-window.js";
import {
  type AnyIterable,
  checkCount,
  checkIterable,
  checkSignal,
  checkTask,
  checkWindow,
  type ParallelOptions,
  type TaskContext,
} from "./options.js";
import { Outlet } from "./outlet.js";
import type { ParallelIterator } from "./parallel-iterator.js";

/** The options of {@link parallelFlatMap}. */
export interface ParallelFlatMapOptions extends ParallelOptions {
  /**
   * Most items read and not yet taken of each inner iterable: a positive integer. Default: 1. At most
   * `readahead * prefetch` items are held in all.
   */
  readonly prefetch?: number | undefined;
}

/**
 * Turns every item of `source` into an iterable, and gives the items of all of them in order, one iterable after the
 * other, while the next ones are already open and `prefetch` items ahead.
 *
 * `readahead` bounds the iterables that are open at once, `concurrency` those that are being opened or read at the same
 * moment. The first error in order ends the run, as in {@link parallelMap}. An early end also returns every iterable
 * that is open, once.
 *
 * @throws RangeError or TypeError, at the call, if an argument is not as described.
 * @example
 * for await (const batch of parallelFlatMap(files, (file, { signal }) => readBatches(file, { signal }), { concurrency: 4 })) {
 *   write(batch);
 * }
 */
export function parallelFlatMap<T, R>(
  source: AnyIterable<T>,
  task: (item: T, context: TaskContext) => AnyIterable<R> | PromiseLike<AnyIterable<R>>,
  options: ParallelFlatMapOptions,
): ParallelIterator<R> {
  const window = checkWindow(options);
  const prefetch = options.prefetch ?? 1;
  checkCount("prefetch", prefetch);
  checkIterable("source", source);
  checkTask(task);
  checkSignal(options.signal);
  return new Outlet(new LaneWindow(source, task, { ...window, prefetch }), options);
}
