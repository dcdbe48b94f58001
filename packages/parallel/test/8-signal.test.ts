import { describe, expect, it } from "vitest";
import { parallelMap } from "../src/index.js";
import { combinators, maps } from "./support/combinators.js";
import { countedSignal } from "./support/counted-signal.js";
import { ProbeSource } from "./support/probe-source.js";
import { TaskBoard } from "./support/task-board.js";
import { collect, quiesce, watch } from "./support/turns.js";

describe.each(maps)("rule 8, signal: $name", ({ map }) => {
  it("rejects the pending next() with the reason, once everything is quiet", async () => {
    const source = new ProbeSource([0, 1, 2]);
    const board = new TaskBoard<number>();
    board.heedsSignal = false;
    const { signal, abort } = countedSignal();
    const iterator = map(source, board.task, { concurrency: 2, signal });
    const next = watch(iterator.next());
    await quiesce();
    const reason = new Error("enough");
    abort(reason);
    expect(board.contexts[0]?.signal.reason).toBe(reason);
    expect(source.returned).toBe(1);
    await quiesce();
    expect(next.now.state).toBe("pending");
    board.finish(0, 0);
    board.finish(1, 1);
    await quiesce();
    expect(next.now).toEqual({ state: "rejected", reason });
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  it("rejects the first of several pending calls, and ends the others", async () => {
    const board = new TaskBoard<number>();
    const { signal, abort } = countedSignal();
    const iterator = map([0, 1], board.task, { concurrency: 2, signal });
    const calls = [iterator.next(), iterator.next(), iterator.next()];
    await quiesce();
    abort(new Error("enough"));
    expect(await Promise.allSettled(calls)).toEqual([
      { status: "rejected", reason: new Error("enough") },
      { status: "fulfilled", value: { done: true, value: undefined } },
      { status: "fulfilled", value: { done: true, value: undefined } },
    ]);
  });

  it("gives tasks a signal of their own, which leaves the caller's alone", async () => {
    const { signal } = countedSignal();
    const board = new TaskBoard<number>();
    const iterator = map([0], board.task, { concurrency: 1, signal, eager: true });
    await quiesce();
    expect(board.contexts[0]?.signal).not.toBe(signal);
    await iterator.return();
    expect([board.contexts[0]?.signal.aborted, signal.aborted]).toEqual([true, false]);
  });

  it("tells the reason to the call that was pending, not to one that a task's listener makes", async () => {
    const { signal, abort } = countedSignal();
    const made: Promise<unknown>[] = [];
    const iterator = map(
      [0],
      (_, context) =>
        new Promise<number>((resolve) => {
          context.signal.addEventListener("abort", () => {
            made.push(iterator.next(), iterator.return());
            resolve(0);
          });
        }),
      { concurrency: 1, signal },
    );
    const pending = iterator.next();
    await quiesce();
    abort(new Error("enough"));
    await expect(pending).rejects.toThrow("enough");
    expect(await Promise.all(made)).toEqual(Array(2).fill({ done: true, value: undefined }));
  });

  it("may be aborted from inside a task", async () => {
    const { signal, abort } = countedSignal();
    const started: number[] = [];
    const iterator = map(
      [0, 1, 2, 3],
      (item) => {
        started.push(item);
        if (item === 1) abort(new Error("from inside"));
        return item;
      },
      { concurrency: 4, signal },
    );
    await expect(collect(iterator)).rejects.toThrow("from inside");
    expect(started).toEqual([0, 1]);
  });
});

describe.each(combinators)("rule 8, signal: $name", ({ start }) => {
  it("rejects the following next() when none is pending, though results are there", async () => {
    const { signal, abort } = countedSignal();
    const source = new ProbeSource([0, 1, 2, 3]);
    const iterator = start(source, { concurrency: 2, signal });
    await iterator.next();
    await quiesce();
    abort(new Error("enough"));
    await quiesce();
    expect(source.returned).toBe(1);
    await expect(iterator.next()).rejects.toThrow("enough");
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  it("rejects the first next() when it had aborted before, and opens nothing", async () => {
    const source = new ProbeSource([0]);
    const iterator = start(source, { concurrency: 2, signal: AbortSignal.abort(new Error("before")) });
    await quiesce();
    await expect(iterator.next()).rejects.toThrow("before");
    expect(source.opened).toBe(0);
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  it("starts nothing when it is eager and the signal has aborted before", async () => {
    const source = new ProbeSource([0]);
    const signal = AbortSignal.abort(new Error("before"));
    const iterator = start(source, { concurrency: 2, signal, eager: true });
    await quiesce();
    expect(source.opened).toBe(0);
    await expect(iterator.next()).rejects.toThrow("before");
  });

  it("ends a loop with the reason, and with `undefined` if that is the reason", async () => {
    for (const reason of [new Error("enough"), undefined]) {
      const controller = new AbortController();
      Object.defineProperty(controller.signal, "reason", { value: reason });
      const loop = collect(start(new ProbeSource([0]), { concurrency: 2, signal: controller.signal }));
      const ended = watch(loop);
      await quiesce();
      controller.abort();
      await quiesce();
      expect(ended.now).toEqual({ state: "rejected", reason });
    }
  });

  it("does nothing once the end has been told", async () => {
    const { signal, abort } = countedSignal();
    const iterator = start([0, 1], { concurrency: 2, signal });
    await collect(iterator);
    abort(new Error("too late"));
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  it("is quiet after a return() that follows the abort, without an error", async () => {
    const { signal, abort } = countedSignal();
    const source = new ProbeSource([0]);
    const iterator = start(source, { concurrency: 2, signal, eager: true });
    await quiesce();
    abort(new Error("enough"));
    expect(await iterator.return()).toEqual({ done: true, value: undefined });
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    expect(source.returned).toBe(1);
  });

  it("may be aborted from inside the source", async () => {
    for (const asynchronous of [false, true]) {
      const { signal, abort } = countedSignal();
      let closed = 0;
      function* items(): Generator<number> {
        try {
          yield 0;
          abort(new Error("from inside"));
          yield 1;
          yield 2;
        } finally {
          closed += 1;
        }
      }
      async function* later(): AsyncGenerator<number> {
        yield* items();
      }
      const source = asynchronous ? later() : items();
      await expect(collect(start(source, { concurrency: 4, signal }))).rejects.toThrow("from inside");
      expect(closed).toBe(1);
    }
  });
});

describe("rule 8, signal: parallelMap", () => {
  it("hands the reason down a chain that shares the signal", async () => {
    const { signal, abort } = countedSignal();
    const board = new TaskBoard<number>();
    const upstream = parallelMap([0, 1], board.task, { concurrency: 2, signal });
    const iterator = parallelMap(upstream, (item) => item, { concurrency: 2, signal });
    const next = iterator.next();
    await quiesce();
    abort(new Error("enough"));
    await expect(next).rejects.toThrow("enough");
    expect(board.running).toBe(0);
  });
});
