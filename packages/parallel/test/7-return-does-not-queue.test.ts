import { describe, expect, it } from "vitest";
import { combinators, maps } from "./support/combinators.js";
import { ProbeSource } from "./support/probe-source.js";
import { TaskBoard } from "./support/task-board.js";
import { quiesce, watch } from "./support/turns.js";

describe.each(maps)("rule 7, return() does not queue: $name", ({ map }) => {
  it("aborts at once while next() waits for a task, and both end", async () => {
    const board = new TaskBoard<number>();
    const iterator = map([0, 1], board.task, { concurrency: 2 });
    const next = iterator.next();
    await quiesce();
    const closing = iterator.return();
    expect(board.contexts[0]?.signal.aborted).toBe(true);
    expect(await Promise.all([next, closing])).toEqual([
      { done: true, value: undefined },
      { done: true, value: undefined },
    ]);
  });

  it("ends all pending calls, in order, when everything is quiet", async () => {
    const board = new TaskBoard<number>();
    board.heedsSignal = false;
    const iterator = map([0, 1], board.task, { concurrency: 2 });
    const calls = [iterator.next(), iterator.next(), iterator.next()].map(watch);
    await quiesce();
    const closing = watch(iterator.return());
    await quiesce();
    expect(calls.map(({ now }) => now.state)).toEqual(["pending", "pending", "pending"]);
    board.finish(0, 0);
    board.fail(1, new Error("dropped"));
    await quiesce();
    expect([...calls, closing].map(({ now }) => now)).toEqual(
      Array(4).fill({ state: "fulfilled", value: { done: true, value: undefined } }),
    );
  });
});

describe.each(combinators)("rule 7, return() does not queue: $name", ({ start }) => {
  it("returns a source whose next() is stuck, which ends both", async () => {
    const source = new ProbeSource<number>();
    const iterator = start(source, { concurrency: 2 });
    const next = iterator.next();
    await quiesce();
    const closing = iterator.return();
    expect(source.returned).toBe(1);
    expect(await next).toEqual({ done: true, value: undefined });
    expect(await closing).toEqual({ done: true, value: undefined });
  });

  it("may be called in the same turn as the first next()", async () => {
    const source = new ProbeSource([1, 2, 3]);
    const iterator = start(source, { concurrency: 2 });
    const [next, closed] = await Promise.all([iterator.next(), iterator.return()]);
    expect([next.done, closed.done, source.returned]).toEqual([true, true, 1]);
  });
});
