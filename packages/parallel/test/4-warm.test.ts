import { describe, expect, it } from "vitest";
import { combinators, maps, windows } from "./support/combinators.js";
import { ProbeSource } from "./support/probe-source.js";
import { TaskBoard } from "./support/task-board.js";
import { quiesce } from "./support/turns.js";

describe.each(maps)("rule 4, warm: $name", ({ map }) => {
  it("fills the window while the consumer is busy", async () => {
    const board = new TaskBoard<number>();
    const iterator = map([0, 1, 2, 3, 4, 5], board.task, { concurrency: 2, readahead: 4 });
    const first = iterator.next();
    await quiesce();
    board.finish(0, 0);
    await first;
    // The loop body runs from here on: nobody calls next(), and tasks still end and start.
    board.finish(1, 1);
    await quiesce();
    expect(board.started).toEqual([0, 1, 2, 3]);
    board.finish(2, 2);
    await quiesce();
    expect(board.started).toEqual([0, 1, 2, 3, 4]);
    await iterator.return();
  });
});

describe.each(windows)("rule 4, warm: $name", ({ map }) => {
  it("has started the next task by the time that the loop body runs", async () => {
    const started: number[] = [];
    const seen: number[][] = [];
    const iterator = map(
      [0, 1, 2],
      async (item) => {
        started.push(item);
        return item;
      },
      { concurrency: 1 },
    );
    for await (const _ of iterator) seen.push([...started]);
    expect(seen).toEqual([
      [0, 1],
      [0, 1, 2],
      [0, 1, 2],
    ]);
  });
});

describe.each(combinators)("rule 4, warm: $name", ({ start }) => {
  it("asks the source for the next item while the consumer is busy", async () => {
    const source = new ProbeSource(["a", "b", "c", "d", "e", "f"]);
    const iterator = start(source, { concurrency: 2 });
    await iterator.next();
    await quiesce();
    expect(source.pulls).toBe(3);
    await iterator.return();
  });

  it("is served by the source's pace when the consumer waits", async () => {
    const source = new ProbeSource<string>();
    const iterator = start(source, { concurrency: 3 });
    for (const item of ["a", "b", "c", "d"]) {
      const next = iterator.next();
      await quiesce();
      source.give(item);
      expect(await next).toEqual({ done: false, value: item });
    }
    await iterator.return();
  });
});
