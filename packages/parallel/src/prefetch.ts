import { type AnyIterable, checkCount, checkSource, type ParallelOptions } from "./options.js";
import { Outlet } from "./outlet.js";
import type { ParallelIterator } from "./parallel-iterator.js";
import { TaskWindow } from "./task-window.js";

/** Keeps up to `count` items of `source` ready ahead of the consumer. */
export function prefetch<T>(
  source: AnyIterable<T>,
  count: number,
  options: Pick<ParallelOptions, "signal" | "eager"> = {},
): ParallelIterator<T> {
  checkCount("count", count);
  checkSource(source);
  return new Outlet(
    new TaskWindow<T, T>(source, (item) => item, { concurrency: count, readahead: count, ordered: true }),
    options,
  );
}
