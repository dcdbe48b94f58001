import { describe, expect, it } from "vitest";
import { parallelFlatMap, parallelMap } from "../src/index.js";
import { combinators, maps, windows } from "./support/combinators.js";
import { ProbeSource } from "./support/probe-source.js";
import { TaskBoard } from "./support/task-board.js";
import { collect, quiesce } from "./support/turns.js";

const numbers = (length: number): number[] => Array.from({ length }, (_, i) => i);

describe.each(maps)("rule 3, bounded: $name", ({ map }) => {
  it("runs at most `concurrency` tasks at once, and as many", async () => {
    const board = new TaskBoard<number>();
    const results = collect(map(numbers(20), board.task, { concurrency: 3 }));
    for (let index = 0; index < 20; index++) {
      await quiesce();
      expect(board.running).toBe(Math.min(3, 20 - index));
      board.finish(index, index);
    }
    await results;
    expect(board.mostRunning).toBe(3);
  });

  it("holds at most `concurrency` results by default", async () => {
    const started: number[] = [];
    const iterator = map(numbers(20), (item) => started.push(item), { concurrency: 3 });
    await iterator.next();
    await quiesce();
    expect(started.length).toBe(1 + 3);
    await iterator.next();
    await quiesce();
    expect(started.length).toBe(2 + 3);
    await iterator.return();
  });
});

describe.each(windows)("rule 3, bounded: $name", ({ map }) => {
  it("holds at most `readahead` started and not taken", async () => {
    const board = new TaskBoard<number>();
    const iterator = map(numbers(20), board.task, { concurrency: 2, readahead: 5, eager: true });
    for (let index = 0; index < 5; index++) {
      await quiesce();
      expect(board.started.length).toBe(Math.min(index + 2, 5));
      board.finish(index, index);
    }
    await quiesce();
    expect(board.started.length).toBe(5);
    await iterator.next();
    await quiesce();
    expect(board.started.length).toBe(6);
    await iterator.return();
  });
});

describe("rule 3, bounded: parallelMap", () => {
  it("starts `readahead` tasks past a slow head, `concurrency` at a time", async () => {
    const board = new TaskBoard<number>();
    const iterator = parallelMap(numbers(40), board.task, { concurrency: 4, readahead: 16 });
    const first = iterator.next();
    for (let index = 1; index < 16; index++) {
      await quiesce();
      board.finish(index, index);
    }
    await quiesce();
    expect(board.started.length).toBe(16);
    expect(board.mostRunning).toBe(4);
    board.finish(0, 0);
    expect(await first).toEqual({ done: false, value: 0 });
    await iterator.return();
  });

  it("counts a result promised to a waiting next() as not taken", async () => {
    const board = new TaskBoard<number>();
    const iterator = parallelMap(numbers(40), board.task, { concurrency: 2, readahead: 2 });
    const calls = numbers(10).map(() => iterator.next());
    await quiesce();
    expect(board.started).toEqual([0, 1]);
    await iterator.return();
    await Promise.all(calls);
  });
});

describe.each(combinators)("rule 3, bounded: $name", ({ start }) => {
  it("asks the source for one item at a time", async () => {
    const source = new ProbeSource<number>();
    const iterator = start(source, { concurrency: 4, eager: true });
    for (let i = 0; i < 4; i++) {
      await quiesce();
      expect(source.pulls).toBe(i + 1);
      source.give(i);
    }
    await quiesce();
    // The window is full, so the source is left alone.
    expect([source.pulls, source.mostPending]).toEqual([4, 1]);
    await iterator.return();
  });

  it("leaves the source alone after its end", async () => {
    const source = new ProbeSource([1, 2], true);
    const iterator = start(source, { concurrency: 4 });
    expect(await collect(iterator)).toHaveLength(2);
    await iterator.next();
    expect([source.pulls, source.returned]).toEqual([3, 0]);
  });
});

describe("rule 3, bounded: parallelFlatMap", () => {
  it("opens at most `readahead` iterables, and reads each at most `prefetch` items ahead", async () => {
    const reads = new Map<number, number>();
    const endless = (lane: number) => ({
      *[Symbol.iterator]() {
        for (let i = 0; ; i++) {
          reads.set(lane, i + 1);
          yield `${lane}.${i}`;
        }
      },
    });
    const iterator = parallelFlatMap(numbers(10), endless, { concurrency: 2, readahead: 3, prefetch: 4, eager: true });
    await quiesce();
    expect([...reads]).toEqual([
      [0, 4],
      [1, 4],
      [2, 4],
    ]);
    expect((await iterator.next()).value).toBe("0.0");
    await quiesce();
    expect([...reads.values()]).toEqual([5, 4, 4]);
    await iterator.return();
  });

  it("reads in at most `concurrency` iterables at once", async () => {
    const board = new TaskBoard<number>();
    let pending = 0;
    let mostPending = 0;
    const lane = (item: number, context: Parameters<typeof board.task>[1]) => ({
      async *[Symbol.asyncIterator]() {
        for (let i = 0; i < 3; i++) {
          pending += 1;
          mostPending = Math.max(mostPending, pending);
          await quiesce();
          pending -= 1;
          yield `${item}.${i} ${context.index}`;
        }
      },
    });
    const results = await collect(parallelFlatMap(numbers(9), lane, { concurrency: 2, readahead: 5, prefetch: 2 }));
    expect(results).toEqual(numbers(9).flatMap((item) => [0, 1, 2].map((i) => `${item}.${i} ${item}`)));
    expect(mostPending).toBe(2);
  });
});
