import { describe, expect, it } from "vitest";
import { parallelFlatMap, parallelMap } from "../src/index.js";
import { combinators, maps } from "./support/combinators.js";
import { deferred } from "./support/deferred.js";
import { ProbeSource } from "./support/probe-source.js";
import { TaskBoard } from "./support/task-board.js";
import { collect, quiesce, watch } from "./support/turns.js";

describe.each(maps)("rule 6, closed means quiet: $name", ({ name, map }) => {
  it("aborts, returns the source once, and waits for every task before return() resolves", async () => {
    const source = new ProbeSource([0, 1, 2, 3]);
    const board = new TaskBoard<number>();
    board.heedsSignal = false;
    const iterator = map(source, board.task, { concurrency: 3, eager: true });
    await quiesce();
    const closing = watch(iterator.return());
    expect(board.contexts.map(({ signal }) => signal.aborted)).toEqual([true, true, true]);
    expect(source.returned).toBe(1);
    for (const index of [1, 0]) {
      board.finish(index, index);
      await quiesce();
      expect(closing.now.state).toBe("pending");
    }
    board.fail(2, new Error("late"));
    await quiesce();
    expect(closing.now).toEqual({ state: "fulfilled", value: { done: true, value: undefined } });
    expect([board.running, source.returned, board.started.length]).toEqual([0, 1, 3]);
  });

  it("is quiet after a loop that was left early", async () => {
    const source = new ProbeSource([0, 1, 2, 3, 4, 5]);
    const board = new TaskBoard<number>();
    const iterator = map(source, board.task, { concurrency: 3 });
    setImmediate(() => board.finish(0, 0));
    setImmediate(() => board.finish(1, 1));
    for await (const _ of iterator) break;
    expect([board.running, source.returned]).toEqual([0, 1]);
    expect(board.contexts.every(({ signal }) => signal.aborted)).toBe(true);
  });

  it("is quiet when an error rejects", async () => {
    const source = new ProbeSource([0, 1, 2, 3]);
    const board = new TaskBoard<number>();
    board.heedsSignal = false;
    const iterator = map(source, board.task, { concurrency: 3 });
    const next = watch(iterator.next());
    await quiesce();
    board.fail(0, new Error("first"));
    await quiesce();
    expect(next.now.state).toBe("pending");
    expect([source.returned, board.contexts[1]?.signal.aborted]).toEqual([1, true]);
    board.finish(1, 1);
    board.finish(2, 2);
    await quiesce();
    expect(next.now).toEqual({ state: "rejected", reason: new Error("first") });
  });

  it("is quiet when a second return(), or a next() behind it, resolves", async () => {
    const board = new TaskBoard<number>();
    board.heedsSignal = false;
    const iterator = map([0], board.task, { concurrency: 1, eager: true });
    await quiesce();
    const calls = [iterator.return(), iterator.return(), iterator.next()].map(watch);
    await quiesce();
    expect(calls.map(({ now }) => now.state)).toEqual(["pending", "pending", "pending"]);
    board.finish(0, 0);
    await quiesce();
    expect(calls.map(({ now }) => now.state)).toEqual(["fulfilled", "fulfilled", "fulfilled"]);
  });

  it("gives the error as the reason of the tasks' abort, and an AbortError for a return()", async () => {
    const board = new TaskBoard<number>();
    const failing = map([0, 1], board.task, { concurrency: 2 });
    const next = failing.next();
    await quiesce();
    const error = new Error("why");
    board.fail(0, error);
    await expect(next).rejects.toBe(error);
    expect(board.contexts[1]?.signal.reason).toBe(error);

    const left = new TaskBoard<number>();
    const iterator = map([0, 1], left.task, { concurrency: 2, eager: true });
    await quiesce();
    await iterator.return();
    expect(left.contexts[0]?.signal.reason).toMatchObject({ name: "AbortError" });
  });

  it("does not abort, nor return the source, at the natural end", async () => {
    const source = new ProbeSource([0, 1], true);
    const signals: AbortSignal[] = [];
    const iterator = map(source, (_, { signal }) => signals.push(signal), { concurrency: 2 });
    await collect(iterator);
    await iterator.return();
    expect([source.returned, signals[0]?.aborted]).toEqual([0, false]);
  });

  it("may be closed from inside a task", async () => {
    const source = new ProbeSource([0, 1, 2, 3]);
    let closed: Promise<unknown> | undefined;
    const started: number[] = [];
    const iterator = map(
      source,
      (item) => {
        started.push(item);
        if (item === 1) closed = iterator.return();
        return item;
      },
      { concurrency: 4, eager: true },
    );
    await quiesce();
    expect(await closed).toEqual({ done: true, value: undefined });
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    expect([started, source.returned]).toEqual([[0, 1], 1]);
    expect(name).toBeTruthy();
  });
});

describe.each(combinators)("rule 6, closed means quiet: $name", ({ start }) => {
  it("waits for a next() of the source that is under way", async () => {
    const answer = deferred<IteratorResult<number>>();
    const source = {
      [Symbol.asyncIterator]: () => ({ next: () => answer.promise }),
    };
    const iterator = start(source, { concurrency: 2, eager: true });
    const closing = watch(iterator.return());
    await quiesce();
    expect(closing.now.state).toBe("pending");
    answer.resolve({ done: false, value: 1 });
    await quiesce();
    expect(closing.now.state).toBe("fulfilled");
  });

  it("waits for the source's return(), and rejects as it does", async () => {
    const source = new ProbeSource([0, 1, 2, 3]);
    const gate = deferred();
    source.onReturn = () => gate.promise;
    const iterator = start(source, { concurrency: 2 });
    await iterator.next();
    const closing = watch(iterator.return());
    await quiesce();
    expect(closing.now.state).toBe("pending");
    gate.reject(new Error("cannot close"));
    await quiesce();
    expect(closing.now).toEqual({ state: "rejected", reason: new Error("cannot close") });
    expect(await iterator.return()).toEqual({ done: true, value: undefined });
  });

  it("throws the source's failure to close out of a loop that was left early", async () => {
    const source = new ProbeSource([0, 1, 2, 3]);
    source.onReturn = () => Promise.reject(new Error("cannot close"));
    const loop = async (): Promise<void> => {
      for await (const _ of start(source, { concurrency: 2 })) break;
    };
    await expect(loop()).rejects.toThrow("cannot close");
  });

  it("closes a source whose return() throws, or gives a thenable, or is not there", async () => {
    const closing = (source: Partial<AsyncIterator<number>>) =>
      start({ [Symbol.asyncIterator]: () => ({ next: async () => ({ done: false, value: 1 }), ...source }) } as never, {
        concurrency: 1,
        eager: true,
      });
    await quiesce();
    await expect(
      closing({
        return: () => {
          throw new Error("thrown");
        },
      }).return(),
    ).rejects.toThrow("thrown");
    // biome-ignore lint/suspicious/noThenProperty: a thenable is what the source gives
    const thenable = { then: (resolve: (value: unknown) => void) => resolve({ done: true }) };
    expect(await closing({ return: () => thenable as never }).return()).toEqual({ done: true, value: undefined });
    expect(await closing({}).return()).toEqual({ done: true, value: undefined });
  });

  it("closes a synchronous source", async () => {
    let closed = 0;
    function* source(): Generator<number> {
      try {
        for (let i = 0; ; i++) yield i;
      } finally {
        closed += 1;
      }
    }
    for await (const item of start(source(), { concurrency: 2 })) if (item === 3) break;
    expect(closed).toBe(1);
  });

  it("returns a source that was being opened when it was closed", async () => {
    const source = new ProbeSource([0, 1]);
    let closed: Promise<unknown> | undefined;
    const iterator = start(
      {
        [Symbol.asyncIterator]() {
          closed = iterator.return();
          return source[Symbol.asyncIterator]();
        },
      },
      { concurrency: 2 },
    );
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    await closed;
    expect([source.opened, source.pulls, source.returned]).toEqual([1, 0, 1]);
  });

  it("closes by Symbol.asyncDispose", async () => {
    const source = new ProbeSource([0, 1, 2, 3]);
    const iterator = start(source, { concurrency: 2, eager: true });
    await iterator[Symbol.asyncDispose]();
    expect(source.returned).toBe(1);
  });
});

describe("rule 6, closed means quiet: parallelMap", () => {
  it("prefers the first error to a failure to close", async () => {
    const source = new ProbeSource([0, 1]);
    source.onReturn = () => Promise.reject(new Error("cannot close"));
    const iterator = parallelMap(source, () => Promise.reject(new Error("task")), { concurrency: 1 });
    await expect(iterator.next()).rejects.toThrow("task");
  });

  it("lets a chain of combinators close from the end to the beginning", async () => {
    const source = new ProbeSource([0, 1, 2, 3, 4, 5]);
    const inner = new TaskBoard<number>();
    const upstream = parallelMap(source, inner.task, { concurrency: 2 });
    const iterator = parallelMap(upstream, (item) => item, { concurrency: 2 });
    const next = iterator.next();
    await quiesce();
    inner.finish(0, 0);
    await next;
    await iterator.return();
    expect([inner.running, source.returned, inner.contexts[1]?.signal.aborted]).toEqual([0, 1, true]);
  });
});

describe("rule 6, closed means quiet: parallelFlatMap", () => {
  it("returns every open iterable once, and none that has ended", async () => {
    const lanes = [new ProbeSource(["0.0"], true), new ProbeSource(["1.0", "1.1"]), new ProbeSource<string>()];
    const iterator = parallelFlatMap(lanes, (lane) => lane, { concurrency: 3, prefetch: 2, eager: true });
    await quiesce();
    await iterator.return();
    expect(lanes.map((lane) => [lane.opened, lane.returned, lane.pending])).toEqual([
      [1, 0, 0],
      [1, 1, 0],
      [1, 1, 0],
    ]);
  });

  it("returns the other iterables when one fails", async () => {
    const lanes = [new ProbeSource<string>(), new ProbeSource<string>()];
    const iterator = parallelFlatMap(lanes, (lane) => lane, { concurrency: 2 });
    const next = iterator.next();
    await quiesce();
    lanes[0]?.fail(new Error("lane 0"));
    await expect(next).rejects.toThrow("lane 0");
    expect(lanes.map((lane) => [lane.returned, lane.pending])).toEqual([
      [0, 0],
      [1, 0],
    ]);
  });

  it("returns an iterable that was being opened when it was closed", async () => {
    const lane = new ProbeSource<string>(["a"]);
    const iterator = parallelFlatMap(
      [0],
      () => ({
        [Symbol.asyncIterator]() {
          closing = watch(iterator.return());
          return lane[Symbol.asyncIterator]();
        },
      }),
      { concurrency: 1 },
    );
    let closing = watch(Promise.resolve<unknown>(undefined));
    await iterator.next();
    await quiesce();
    expect([closing.now.state, lane.opened, lane.pulls, lane.returned]).toEqual(["fulfilled", 1, 0, 1]);
  });

  it("stops reading an iterable whose own code closes the iterator", async () => {
    const given: number[] = [];
    function* lane(): Generator<number> {
      for (let i = 0; ; i++) {
        given.push(i);
        if (i === 1) void iterator.return();
        yield i;
      }
    }
    const iterator = parallelFlatMap([0], lane, { concurrency: 1, prefetch: 5 });
    await iterator.next();
    await iterator.return();
    expect(given).toEqual([0, 1]);
  });

  it("puts away an iterable that a task gives too late", async () => {
    const opened = deferred<AsyncIterable<string>>();
    const iterator = parallelFlatMap([0], () => opened.promise, { concurrency: 1, eager: true });
    const closing = watch(iterator.return());
    await quiesce();
    expect(closing.now.state).toBe("pending");
    let closed = 0;
    const late = {
      [Symbol.asyncIterator]: () => late,
      next: async () => ({ done: false as const, value: "late" }),
      return: async () => {
        closed += 1;
        return { done: true as const, value: undefined };
      },
    };
    opened.resolve(late);
    await quiesce();
    expect([closing.now.state, closed]).toEqual(["fulfilled", 1]);
  });
});
