import {
  type AnyIterable,
  type ParallelIterator,
  type ParallelOptions,
  parallelFlatMap,
  parallelMap,
  parallelMapUnordered,
  prefetch,
  type TaskContext,
} from "../../src/index.js";

type Map = <T, R>(
  source: AnyIterable<T>,
  task: (item: T, context: TaskContext) => R | PromiseLike<R>,
  options: ParallelOptions,
) => ParallelIterator<R>;

/** The flat map as a map: each inner iterable gives the one result of its task. */
const flatMapOfOne: Map = (source, task, options) =>
  parallelFlatMap(
    source,
    (item, context) => ({
      async *[Symbol.asyncIterator]() {
        yield await task(item, context);
      },
    }),
    options,
  );

/** The three combinators that run tasks, behind one signature: what holds for one has to hold for all. */
export const maps: readonly { readonly name: string; readonly map: Map }[] = [
  { name: "parallelMap", map: parallelMap },
  { name: "parallelMapUnordered", map: parallelMapUnordered },
  { name: "parallelFlatMap", map: flatMapOfOne },
];

/** Those of them in which one item gives one result. */
export const windows: typeof maps = maps.filter(({ name }) => name !== "parallelFlatMap");

/** Those of them whose results are in the order of the source. */
export const orderedMaps: typeof maps = maps.filter(({ name }) => name !== "parallelMapUnordered");

/** All four, for rules that do not need a task of the caller's own. */
export const combinators: readonly {
  readonly name: string;
  start<T>(source: AnyIterable<T>, options: ParallelOptions): ParallelIterator<T>;
}[] = [
  ...maps.map(({ name, map }) => ({
    name,
    start: <T>(source: AnyIterable<T>, options: ParallelOptions) => map<T, T>(source, async (item) => item, options),
  })),
  {
    name: "prefetch",
    start: (source, options) => prefetch(source, options.readahead ?? options.concurrency, options),
  },
];
