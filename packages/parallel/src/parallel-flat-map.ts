import { LaneWindow } from "./lane-window.js";
import {
  type AnyIterable,
  checkCount,
  checkSource,
  checkTask,
  checkWindow,
  type ParallelOptions,
  type TaskContext,
} from "./options.js";
import { Outlet } from "./outlet.js";
import type { ParallelIterator } from "./parallel-iterator.js";

/** The options of {@link parallelFlatMap}. */
export interface ParallelFlatMapOptions extends ParallelOptions {
  /** How many items of each inner iterable are read ahead. Default: 1. */
  readonly prefetch?: number | undefined;
}

/** Turns every item into an iterable, reads several of them ahead, and gives their items in order, one iterable after the other. */
export function parallelFlatMap<T, R>(
  source: AnyIterable<T>,
  task: (item: T, context: TaskContext) => AnyIterable<R> | PromiseLike<AnyIterable<R>>,
  options: ParallelFlatMapOptions,
): ParallelIterator<R> {
  const window = checkWindow(options);
  const prefetch = options.prefetch ?? 1;
  checkCount("prefetch", prefetch);
  checkSource(source);
  checkTask(task);
  return new Outlet(new LaneWindow(source, task, { ...window, prefetch }), options);
}
