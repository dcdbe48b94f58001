import { type AnyIterable, checkCount, checkIterable, checkSignal, type ParallelOptions } from "./options.js";
import { Outlet } from "./outlet.js";
import type { ParallelIterator } from "./parallel-iterator.js";
import { TaskWindow } from "./task-window.js";

/** The options of {@link prefetch}. */
export interface PrefetchOptions extends Pick<ParallelOptions, "signal" | "eager"> {}

/**
 * Keeps up to `count` items of `source` ready ahead of the consumer. The source is still asked for one item at a time.
 *
 * An error of the source arrives after the items before it.
 *
 * @throws RangeError or TypeError, at the call, if an argument is not as described.
 */
export function prefetch<T>(source: AnyIterable<T>, count: number, options: PrefetchOptions = {}): ParallelIterator<T> {
  checkCount("count", count);
  checkIterable("source", source);
  checkSignal(options.signal);
  const window = new TaskWindow<T, T>(source, undefined, { concurrency: count, readahead: count, ordered: true });
  return new Outlet(window, options);
}
