import { describe, expect, it } from "vitest";
import { parallelMapUnordered } from "../src/index.js";
import { TaskBoard } from "./support/task-board.js";
import { collect, quiesce } from "./support/turns.js";

describe("parallelMapUnordered", () => {
  it("gives each result as soon as it is there", async () => {
    const board = new TaskBoard<string>();
    const iterator = parallelMapUnordered(["slow", "quick", "medium"], board.task, { concurrency: 3 });
    const first = iterator.next();
    await quiesce();
    board.finish(1, "quick");
    expect(await first).toEqual({ done: false, value: "quick" });
    const second = iterator.next();
    board.finish(2, "medium");
    expect(await second).toEqual({ done: false, value: "medium" });
    board.finish(0, "slow");
    expect(await collect(iterator)).toEqual(["slow"]);
  });

  it("keeps the order of completion while the consumer is busy", async () => {
    const board = new TaskBoard<number>();
    const iterator = parallelMapUnordered([0, 1, 2, 3], board.task, { concurrency: 4, eager: true });
    for (const index of [2, 0, 3, 1]) {
      await quiesce();
      board.finish(index, index);
    }
    await quiesce();
    expect(await collect(iterator)).toEqual([2, 0, 3, 1]);
  });

  it("lets a slow task delay no other", async () => {
    const board = new TaskBoard<number>();
    const iterator = parallelMapUnordered(Array(10).keys(), board.task, { concurrency: 2 });
    const results: number[] = [];
    for (let index = 1; index < 10; index++) {
      const next = iterator.next();
      await quiesce();
      board.finish(index, index);
      results.push((await next).value as number);
    }
    expect(results).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    board.finish(0, 0);
    expect(await collect(iterator)).toEqual([0]);
  });
});
