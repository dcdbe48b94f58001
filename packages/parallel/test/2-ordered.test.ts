import { describe, expect, it } from "vitest";
import { combinators, maps, orderedMaps } from "./support/combinators.js";
import { deferred } from "./support/deferred.js";
import { ProbeSource } from "./support/probe-source.js";
import { TaskBoard } from "./support/task-board.js";
import { collect, quiesce, watch } from "./support/turns.js";

describe.each(orderedMaps)("rule 2, ordered: $name", ({ map }) => {
  it("gives results in the order of the source when the tasks end in reverse", async () => {
    const board = new TaskBoard<string>();
    const iterator = map(["a", "b", "c"], board.task, { concurrency: 3 });
    const results = collect(iterator);
    for (const index of [2, 1, 0]) {
      await quiesce();
      board.finish(index, `result ${index}`);
    }
    expect(await results).toEqual(["result 0", "result 1", "result 2"]);
  });

  it("gives each task its position in the source", async () => {
    const indexes = map(["a", "b", "c"], (_, { index }) => index, { concurrency: 2 });
    expect(await collect(indexes)).toEqual([0, 1, 2]);
  });
});

describe.each(combinators)("rule 2, ordered: $name", ({ name, start }) => {
  it.each([1, 2, 7, 100])("gives what a serial loop gives, at concurrency %i", async (concurrency) => {
    const items = Array.from({ length: 50 }, (_, i) => i);
    const results = await collect(start(items, { concurrency }));
    expect(name === "parallelMapUnordered" ? results.sort((a, b) => a - b) : results).toEqual(items);
  });

  it("serves concurrent next() calls in the order of the calls", async () => {
    const source = new ProbeSource(["a", "b", "c"], true);
    const iterator = start(source, { concurrency: 2 });
    const settled: number[] = [];
    const calls = Array.from({ length: 6 }, (_, i) =>
      iterator.next().then((result) => {
        settled.push(i);
        return result.done ? "end" : result.value;
      }),
    );
    expect(await Promise.all(calls)).toEqual(["a", "b", "c", "end", "end", "end"]);
    expect(settled).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("serves more next() calls than the window is wide, without starting more", async () => {
    const source = new ProbeSource(Array.from({ length: 100 }, (_, i) => i));
    const iterator = start(source, { concurrency: 2, readahead: 3 });
    const results = await Promise.all(Array.from({ length: 50 }, () => iterator.next()));
    expect(results.map(({ value }) => value as number).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 50 }, (_, i) => i),
    );
    await quiesce();
    expect(source.pulls).toBeLessThanOrEqual(50 + 3 + 1);
    await iterator.return();
  });
});

describe.each(maps)("rule 2, ordered: $name", ({ map }) => {
  it("fills the window again for calls that wait behind one whose task was slow", async () => {
    const slow = deferred<number>();
    const iterator = map([0, 1, 2, 3], (item) => (item === 0 ? slow.promise : item), { concurrency: 1 });
    const calls = Promise.all([0, 1, 2, 3, 4].map(() => iterator.next()));
    await quiesce();
    slow.resolve(0);
    expect((await calls).map(({ value }) => value)).toEqual([0, 1, 2, 3, undefined]);
  });

  it("ends the calls that wait behind the last result", async () => {
    const source = new ProbeSource([0, 1], true);
    const board = new TaskBoard<number>();
    const iterator = map(source, board.task, { concurrency: 4 });
    const calls = Promise.all([0, 1, 2, 3].map(() => iterator.next()));
    await quiesce();
    board.finish(0, 0);
    board.finish(1, 1);
    expect((await calls).map(({ value }) => value)).toEqual([0, 1, undefined, undefined]);
  });
});

describe.each(orderedMaps)("rule 2, ordered: $name", ({ map }) => {
  it("does not serve a second next() before the first, though its result is there", async () => {
    const board = new TaskBoard<string>();
    const iterator = map(["a", "b", "c"], board.task, { concurrency: 3, eager: true });
    await quiesce();
    const settled: string[] = [];
    const calls = ["first", "second", "third"].map((call) => iterator.next().then(() => settled.push(call)));
    board.finish(2, "c");
    board.finish(1, "b");
    await quiesce();
    expect(settled).toEqual([]);
    board.finish(0, "a");
    await Promise.all(calls);
    expect(settled).toEqual(["first", "second", "third"]);
  });

  it("serves waiting calls in order however their tasks end within one turn", async () => {
    const orders = [
      [0, 1, 2, 3],
      [3, 2, 1, 0],
      [1, 0, 3, 2],
      [2, 3, 0, 1],
    ];
    for (const order of orders) {
      const board = new TaskBoard<number>();
      const iterator = map([0, 1, 2, 3], board.task, { concurrency: 4, eager: true });
      await quiesce();
      const settled: number[] = [];
      const calls = order.map((_, call) =>
        iterator.next().then(({ value }) => {
          settled.push(call);
          return value;
        }),
      );
      for (const index of order) board.finish(index, index);
      expect(await Promise.all(calls)).toEqual([0, 1, 2, 3]);
      expect(settled).toEqual([0, 1, 2, 3]);
    }
  });

  it("leaves a next() pending until its own result is there", async () => {
    const board = new TaskBoard<string>();
    const iterator = map(["a", "b"], board.task, { concurrency: 2 });
    const first = watch(iterator.next());
    await quiesce();
    board.finish(1, "b");
    await quiesce();
    expect(first.now.state).toBe("pending");
    board.finish(0, "a");
    await quiesce();
    expect(first.now).toEqual({ state: "fulfilled", value: { done: false, value: "a" } });
    await iterator.return();
  });
});
