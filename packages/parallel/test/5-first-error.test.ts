import { describe, expect, it } from "vitest";
import { parallelFlatMap, parallelMap, parallelMapUnordered } from "../src/index.js";
import { combinators, maps, orderedMaps } from "./support/combinators.js";
import { ProbeSource } from "./support/probe-source.js";
import { TaskBoard } from "./support/task-board.js";
import { quiesce, watch } from "./support/turns.js";

/** Takes results until the end or an error. */
async function outcome<T>(iterator: AsyncIterator<T>): Promise<{ values: T[]; end: "done" | { thrown: unknown } }> {
  const values: T[] = [];
  try {
    for (;;) {
      const result = await iterator.next();
      if (result.done) return { values, end: "done" };
      values.push(result.value);
    }
  } catch (thrown) {
    return { values, end: { thrown } };
  }
}

describe.each(orderedMaps)("rule 5, first error in order: $name", ({ map }) => {
  it("gives the results before the error first, though they come later", async () => {
    const board = new TaskBoard<string>();
    const results = outcome(map(["a", "b", "c"], board.task, { concurrency: 3 }));
    await quiesce();
    board.fail(2, new Error("third"));
    await quiesce();
    board.finish(1, "b");
    board.finish(0, "a");
    expect(await results).toEqual({ values: ["a", "b"], end: { thrown: new Error("third") } });
  });

  it("throws the first error in order, not the first in time", async () => {
    const board = new TaskBoard<string>();
    const results = outcome(map(["a", "b", "c"], board.task, { concurrency: 3 }));
    await quiesce();
    board.fail(2, new Error("early"));
    await quiesce();
    board.fail(1, new Error("late, but before it"));
    await quiesce();
    board.finish(0, "a");
    expect(await results).toEqual({ values: ["a"], end: { thrown: new Error("late, but before it") } });
  });

  it("lets the tasks before the error run on undisturbed", async () => {
    const board = new TaskBoard<string>();
    const iterator = map(["a", "b"], board.task, { concurrency: 2 });
    const first = iterator.next();
    await quiesce();
    board.fail(1, new Error("second"));
    await quiesce();
    expect(board.contexts[0]?.signal.aborted).toBe(false);
    board.finish(0, "a");
    expect(await first).toEqual({ done: false, value: "a" });
    await expect(iterator.next()).rejects.toThrow("second");
    expect(board.contexts[0]?.signal.aborted).toBe(true);
  });

  it("gives a source's error its place in the order, behind a slow head", async () => {
    const source = new ProbeSource(["a", "b"]);
    const board = new TaskBoard<string>();
    const results = outcome(map(source, board.task, { concurrency: 3 }));
    await quiesce();
    source.fail(new Error("source"));
    await quiesce();
    board.finish(1, "b");
    board.finish(0, "a");
    expect(await results).toEqual({ values: ["a", "b"], end: { thrown: new Error("source") } });
  });

  it("prefers a task's error to the source's, which is behind it", async () => {
    const source = new ProbeSource(["a"]);
    const board = new TaskBoard<string>();
    const results = outcome(map(source, board.task, { concurrency: 3 }));
    await quiesce();
    source.fail(new Error("source"));
    await quiesce();
    board.fail(0, new Error("task"));
    expect(await results).toEqual({ values: [], end: { thrown: new Error("task") } });
  });
});

describe.each(maps)("rule 5, first error in order: $name", ({ map }) => {
  it("starts nothing after a failure", async () => {
    const source = new ProbeSource([0, 1, 2, 3, 4, 5, 6, 7]);
    const board = new TaskBoard<number>();
    const iterator = map(source, board.task, { concurrency: 3, readahead: 8 });
    const first = watch(iterator.next());
    await quiesce();
    board.fail(2, new Error("no"));
    await quiesce();
    if (first.now.state === "pending") board.finish(0, 0);
    await quiesce();
    await quiesce();
    expect(board.started).toEqual([0, 1, 2]);
    expect(source.pulls).toBe(3);
    await iterator.return();
  });

  it("does not start an item that was on its way when a task failed", async () => {
    const source = new ProbeSource([0, 1]);
    const board = new TaskBoard<number>();
    const iterator = map(source, board.task, { concurrency: 3, eager: true });
    await quiesce();
    board.fail(1, new Error("no"));
    await quiesce();
    source.give(2);
    await quiesce();
    expect(board.started).toEqual([0, 1]);
    await iterator.return();
  });

  it("takes a synchronous throw for a rejection", async () => {
    const iterator = map(
      [0, 1, 2],
      (item) => {
        if (item === 1) throw new Error("thrown");
        return item;
      },
      { concurrency: 2 },
    );
    expect(await outcome(iterator)).toEqual({ values: [0], end: { thrown: new Error("thrown") } });
  });

  it.each([undefined, null, 0, "", false])("takes `throw %s` for an error", async (thrown) => {
    const asynchronous = map([0], () => Promise.reject(thrown), { concurrency: 2 });
    expect(await outcome(asynchronous)).toEqual({ values: [], end: { thrown } });
    const synchronous = map(
      [0],
      () => {
        throw thrown;
      },
      { concurrency: 2 },
    );
    expect(await outcome(synchronous)).toEqual({ values: [], end: { thrown } });
  });

  it("is done after the error", async () => {
    const iterator = map([0, 1], () => Promise.reject(new Error("no")), { concurrency: 1 });
    await expect(iterator.next()).rejects.toThrow("no");
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    expect(await iterator.return()).toEqual({ done: true, value: undefined });
  });

  it("tells the error to one of several pending next() calls, and the end to those behind it", async () => {
    const iterator = map([0], () => Promise.reject(new Error("no")), { concurrency: 1 });
    const calls = await Promise.allSettled([iterator.next(), iterator.next(), iterator.next()]);
    expect(calls).toEqual([
      { status: "rejected", reason: new Error("no") },
      { status: "fulfilled", value: { done: true, value: undefined } },
      { status: "fulfilled", value: { done: true, value: undefined } },
    ]);
  });
});

describe.each(combinators)("rule 5, first error in order: $name", ({ start }) => {
  it.each([new Error("source"), undefined])(
    "throws what the source throws (%s), after the items before it",
    async (thrown) => {
      const source = new ProbeSource(["a", "b"]);
      const results = outcome(start(source, { concurrency: 4 }));
      await quiesce();
      source.fail(thrown);
      expect(await results).toEqual({ values: ["a", "b"], end: { thrown } });
      // A source that has failed is over, and is not returned.
      expect(source.returned).toBe(0);
    },
  );
});

describe("rule 5, first error in order: parallelMapUnordered", () => {
  it("throws the first error in time, after the results that were there before it", async () => {
    const board = new TaskBoard<string>();
    const iterator = parallelMapUnordered(["a", "b", "c", "d"], board.task, { concurrency: 4, eager: true });
    await quiesce();
    board.finish(3, "d");
    await quiesce();
    board.fail(2, new Error("first"));
    await quiesce();
    board.fail(0, new Error("second"));
    board.finish(1, "b");
    await quiesce();
    expect(await outcome(iterator)).toEqual({ values: ["d"], end: { thrown: new Error("first") } });
  });

  it("gives the results of all items that a failing source gave before", async () => {
    const source = new ProbeSource(["a", "b"]);
    const board = new TaskBoard<string>();
    const results = outcome(parallelMapUnordered(source, board.task, { concurrency: 3 }));
    await quiesce();
    source.fail(new Error("source"));
    await quiesce();
    board.finish(1, "b");
    await quiesce();
    board.finish(0, "a");
    expect(await results).toEqual({ values: ["b", "a"], end: { thrown: new Error("source") } });
  });
});

describe("rule 5, first error in order: parallelFlatMap", () => {
  it("gives the items of an iterable that come before its error", async () => {
    async function* lane(item: number): AsyncGenerator<string> {
      yield `${item}.0`;
      yield `${item}.1`;
      if (item === 1) throw new Error("lane 1");
    }
    const results = await outcome(parallelFlatMap([0, 1, 2], lane, { concurrency: 3, prefetch: 2 }));
    expect(results).toEqual({ values: ["0.0", "0.1", "1.0", "1.1"], end: { thrown: new Error("lane 1") } });
  });

  it("reads on before a failed iterable, and no more behind it", async () => {
    const reads: string[] = [];
    function* lane(item: number): Generator<string> {
      for (let i = 0; i < 3; i++) {
        reads.push(`${item}.${i}`);
        if (item === 1) throw new Error("lane 1");
        yield `${item}.${i}`;
      }
    }
    const results = await outcome(parallelFlatMap([0, 1, 2], lane, { concurrency: 3, readahead: 3 }));
    expect(results).toEqual({ values: ["0.0", "0.1", "0.2"], end: { thrown: new Error("lane 1") } });
    expect(reads).toEqual(["0.0", "1.0", "0.1", "0.2"]);
  });

  it("names what is wrong with a task that gives nothing to iterate", async () => {
    const iterator = parallelFlatMap([1], () => 7 as unknown as number[], { concurrency: 1 });
    await expect(iterator.next()).rejects.toThrow(
      new TypeError("the task's result must be an AsyncIterable or an Iterable, not number"),
    );
  });
});

describe("rule 5, first error in order: parallelMap", () => {
  it("holds the error until it is asked for", async () => {
    const board = new TaskBoard<string>();
    const iterator = parallelMap(["a", "b"], board.task, { concurrency: 2, eager: true });
    await quiesce();
    board.fail(1, new Error("second"));
    await quiesce();
    board.finish(0, "a");
    await quiesce();
    expect(await iterator.next()).toEqual({ done: false, value: "a" });
    await expect(iterator.next()).rejects.toThrow("second");
  });
});
