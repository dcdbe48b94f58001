import { Readable } from "node:stream";
import { parallelMap, parallelMapUnordered } from "@asyncdelta/parallel";
import itParallel from "it-parallel";
import { pMapIterable } from "p-map";
import { parallelMap as streamingParallelMap, transform } from "streaming-iterables";
import { bareRing, inlineRing, plainLoop, type Task } from "./rings.js";
import { packageVersion } from "./versions.js";

/** How the items come: from an async generator, or from an array. */
export type SourceKind = "async generator" | "array";

export interface Subject {
  readonly name: string;
  /** A yardstick has no rules to keep; the target is set by the bare ring, and by every peer. */
  readonly role: "yardstick" | "ours" | "peer";
  /** Runs `task` over `count` items, and gives the sum of the results, so that none can be skipped. */
  run(kind: SourceKind, count: number, task: Task, width: number): Promise<number>;
}

type Items = AsyncIterable<number> | Iterable<number>;

export const subjects: readonly Subject[] = [
  yardstick("plain for await", (items, task) => plainLoop(items, task)),
  yardstick("ring inlined in the loop", inlineRing),
  yardstick("bare ring", (items, task, width) => sumOf(bareRing(items, task, width))),
  {
    name: "parallelMap",
    role: "ours",
    run: (kind, count, task, width) => sumOf(parallelMap(itemsOf(kind, count), task, { concurrency: width })),
  },
  {
    name: "parallelMapUnordered",
    role: "ours",
    run: (kind, count, task, width) => sumOf(parallelMapUnordered(itemsOf(kind, count), task, { concurrency: width })),
  },
  peer("it-parallel", "ordered", (kind, count, task, width) =>
    sumOf(itParallel(thunksOf(kind, count, task), { concurrency: width, ordered: true })),
  ),
  peer("p-map", "pMapIterable", (kind, count, task, width) =>
    sumOf(pMapIterable(itemsOf(kind, count), task, { concurrency: width })),
  ),
  peer("streaming-iterables", "parallelMap", (kind, count, task, width) =>
    sumOf(streamingParallelMap(width, task, itemsOf(kind, count))),
  ),
  peer("streaming-iterables", "transform, unordered", (kind, count, task, width) =>
    sumOf(transform(width, task, itemsOf(kind, count))),
  ),
  {
    name: `Node ${process.versions.node} Readable.map`,
    role: "peer",
    run: (kind, count, task, width) =>
      sumOf(Readable.from(itemsOf(kind, count)).map((item: number) => task(item), { concurrency: width })),
  },
];

function yardstick(name: string, run: (items: Items, task: Task, width: number) => Promise<number>): Subject {
  return { name, role: "yardstick", run: (kind, count, task, width) => run(itemsOf(kind, count), task, width) };
}

function peer(name: string, what: string, run: Subject["run"]): Subject {
  return { name: `${name} ${packageVersion(name)} ${what}`, role: "peer", run };
}

async function sumOf(results: AsyncIterable<number>): Promise<number> {
  let sum = 0;
  for await (const result of results) sum += result;
  return sum;
}

const arrays = new Map<number, readonly number[]>();

function itemsOf(kind: SourceKind, count: number): Items {
  if (kind === "async generator") return generate(count, (item) => item);
  const array = arrays.get(count) ?? Array.from({ length: count }, (_, item) => item);
  arrays.set(count, array);
  return array;
}

/** it-parallel takes functions, which its source gives it straight away: no generator around a generator. */
function thunksOf(
  kind: SourceKind,
  count: number,
  task: Task,
): AsyncIterable<() => Promise<number>> | Iterable<() => Promise<number>> {
  if (kind === "async generator") return generate(count, (item) => () => task(item));
  return generateNow(count, (item) => () => task(item));
}

async function* generate<T>(count: number, make: (item: number) => T): AsyncGenerator<T> {
  for (let item = 0; item < count; item++) yield make(item);
}

function* generateNow<T>(count: number, make: (item: number) => T): Generator<T> {
  for (let item = 0; item < count; item++) yield make(item);
}
