import { readFileSync } from "node:fs";
import { Readable } from "node:stream";
import itParallel from "it-parallel";
import { pMapIterable } from "p-map";
import { parallelMap as streamingParallelMap } from "streaming-iterables";
import { parallelMap } from "../../src/index.js";

export interface StartOptions {
  readonly concurrency: number;
  readonly readahead?: number;
  readonly eager?: boolean;
  readonly signal?: AbortSignal;
}

/** Peers give their tasks a signal, or do not. */
export type SubjectTask = (item: number, signal: AbortSignal | undefined) => unknown;

/** An ordered parallel map: ours, or a peer's. Options that a peer does not have are not passed on. */
export interface Subject {
  readonly name: string;
  start(source: AsyncIterable<number>, task: SubjectTask, options: StartOptions): AsyncIterable<unknown>;
  /** What its option for `readahead` is called, and for starting at the call. */
  readonly readahead?: string;
  readonly eager?: string;
}

export const subjects: readonly Subject[] = [
  {
    name: "`parallelMap`",
    start: (source, task, options) => parallelMap(source, (item, { signal }) => task(item, signal), options),
    readahead: "readahead",
    eager: "eager",
  },
  {
    name: `it-parallel ${version("it-parallel")}, ordered`,
    start: (source, task, { concurrency }) =>
      itParallel(
        mapped(source, (item) => async () => task(item, undefined)),
        { concurrency, ordered: true },
      ),
  },
  {
    name: `p-map ${version("p-map")} \`pMapIterable\``,
    start: (source, task, { concurrency, readahead = concurrency }) =>
      pMapIterable(source, (item) => task(item, undefined) as Promise<unknown>, {
        concurrency,
        backpressure: readahead,
      }),
    readahead: "backpressure",
  },
  {
    name: `streaming-iterables ${version("streaming-iterables")} \`parallelMap\``,
    start: (source, task, { concurrency }) =>
      streamingParallelMap(concurrency, (item: number) => task(item, undefined), source),
  },
  {
    name: "Node `Readable.map`",
    start: (source, task, { concurrency, signal }) =>
      Readable.from(source).map(
        (item: number, options?: { signal?: AbortSignal | undefined }) => task(item, options?.signal),
        {
          concurrency,
          ...(signal ? { signal } : {}),
        },
      ),
  },
];

/** it-parallel takes a source of functions. Nothing but the values is changed, so that its use of the source shows. */
function mapped<T, R>(source: AsyncIterable<T>, map: (item: T) => R): AsyncIterable<R> {
  return {
    [Symbol.asyncIterator]() {
      const iterator = source[Symbol.asyncIterator]();
      return {
        async next() {
          const result = await iterator.next();
          return result.done ? result : { done: false, value: map(result.value) };
        },
        async return() {
          await iterator.return?.();
          return { done: true, value: undefined };
        },
      };
    },
  };
}

function version(name: string): string {
  const manifest = new URL(`../../node_modules/${name}/package.json`, import.meta.url);
  return (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version;
}
