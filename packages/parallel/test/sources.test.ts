import { describe, expect, it } from "vitest";
import { parallelMap } from "../src/index.js";
import { combinators, maps } from "./support/combinators.js";
import { deferred } from "./support/deferred.js";
import { collect, quiesce } from "./support/turns.js";

/** An asynchronous source whose `next()` gives whatever the list has. */
function raw(...results: unknown[]): AsyncIterable<unknown> {
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => {
        const result = results.shift() ?? { done: true, value: undefined };
        if (result instanceof Error) throw result;
        return result as Promise<IteratorResult<unknown>>;
      },
    }),
  };
}

/** A promise that is not one of the language's own. */
function thenable<T>(value: T): PromiseLike<T> {
  return {
    // biome-ignore lint/suspicious/noThenProperty: a thenable is what is tested
    then: ((resolve: (value: T) => void) => {
      queueMicrotask(() => resolve(value));
      queueMicrotask(() => resolve("twice" as T));
    }) as PromiseLike<T>["then"],
  };
}

describe.each(combinators)("what $name takes for a source", ({ start }) => {
  it("a next() that gives a thenable, or a bare result", async () => {
    const source = raw(thenable({ done: false, value: 1 }), { done: false, value: 2 }, { done: 1, value: 3 });
    expect(await collect(start(source, { concurrency: 2 }))).toEqual([1, 2]);
  });

  it.each([
    ["no object", Promise.resolve(7), new TypeError("Iterator result 7 is not an object")],
    ["undefined", Promise.resolve(undefined), new TypeError("Iterator result undefined is not an object")],
    ["a throw", new Error("thrown"), new Error("thrown")],
    [
      "a result whose value throws",
      Promise.resolve({
        done: false,
        get value() {
          throw new Error("getter");
        },
      }),
      new Error("getter"),
    ],
  ])("fails for a next() that gives %s", async (_, result, error) => {
    await expect(collect(start(raw(result), { concurrency: 2 }))).rejects.toThrow(error);
  });

  it("fails for an iterable without an iterator", async () => {
    const source = { [Symbol.asyncIterator]: () => 7 } as unknown as AsyncIterable<number>;
    await expect(collect(start(source, { concurrency: 2 }))).rejects.toThrow(new TypeError("7 is not an iterator"));
  });

  it("promises in a synchronous source, which it awaits, as `for await` does", async () => {
    const results = await collect(start([Promise.resolve(1), 2, thenable(3)], { concurrency: 2 }));
    expect(results.sort()).toEqual([1, 2, 3]);
  });

  it("and returns that source when such a promise rejects", async () => {
    let closed = 0;
    function* source(): Generator<number | Promise<number>> {
      try {
        yield 1;
        yield Promise.reject(new Error("item"));
        yield 3;
      } finally {
        closed += 1;
      }
    }
    await expect(collect(start(source(), { concurrency: 2 }))).rejects.toThrow("item");
    expect(closed).toBe(1);
  });

  it("strings, sets, maps, generators, and iterators of its own", async () => {
    expect((await collect(start("ab", { concurrency: 2 }))).sort()).toEqual(["a", "b"]);
    expect((await collect(start(new Set([1, 2]), { concurrency: 2 }))).sort()).toEqual([1, 2]);
    expect(await collect(start(new Map([[1, 2]]), { concurrency: 2 }))).toEqual([[1, 2]]);
    expect((await collect(start(start([1, 2], { concurrency: 1 }), { concurrency: 2 }))).sort()).toEqual([1, 2]);
  });

  it("prefers the asynchronous iterator, unless it is null", async () => {
    const both = {
      [Symbol.iterator]: () => [1].values(),
      [Symbol.asyncIterator]: null,
    } as unknown as Iterable<number>;
    expect(await collect(start(both, { concurrency: 1 }))).toEqual([1]);
  });
});

describe.each(maps)("what $name takes for a task", ({ map }) => {
  it("one that gives a thenable", async () => {
    expect(await collect(map([1, 2], (item) => thenable(item * 2), { concurrency: 1 }))).toEqual([2, 4]);
  });

  it("one whose result cannot be asked for its `then`", async () => {
    const task = (): object => ({
      // biome-ignore lint/suspicious/noThenProperty: a thenable is what is tested
      get then() {
        throw new Error("getter");
      },
    });
    await expect(collect(map([1], task, { concurrency: 1 }))).rejects.toThrow("getter");
  });

  it("one that uses `this`, which it finds undefined", async () => {
    const found: unknown[] = [];
    function task(this: unknown): number {
      found.push(this);
      return 1;
    }
    await collect(map([1], task, { concurrency: 1 }));
    expect(found).toEqual([undefined]);
  });

  it("one that asks for the next result itself", async () => {
    const taken: unknown[] = [];
    const iterator = map(
      [0, 1, 2, 3],
      (item) => {
        if (item === 0) void iterator.next().then((result) => taken.push(result));
        return item;
      },
      { concurrency: 2 },
    );
    expect(await collect(iterator)).toHaveLength(3);
    expect(taken).toHaveLength(1);
  });
});

describe("synchronous sources and tasks", () => {
  it("run without starving other promises", async () => {
    let others = 0;
    let running = true;
    const other = (async () => {
      while (running) {
        others += 1;
        await undefined;
      }
    })();
    let sum = 0;
    for await (const item of parallelMap(Array(1_000).keys(), (item) => item, { concurrency: 8 })) sum += item;
    running = false;
    await other;
    expect(sum).toBe(499_500);
    expect(others).toBeGreaterThan(1_000);
  });

  it("are started window by window, not all at once", async () => {
    const started: number[] = [];
    const iterator = parallelMap(Array(1_000).keys(), (item) => started.push(item), { concurrency: 8 });
    await iterator.next();
    await quiesce();
    expect(started.length).toBe(9);
    await iterator.return();
  });

  it.each(maps)("do not grow the stack with the number of calls that wait: $name", async ({ map }) => {
    const slow = deferred<number>();
    const iterator = map(Array(20_000).keys(), (item) => (item === 0 ? slow.promise : item), { concurrency: 1 });
    const results = Promise.all(Array.from({ length: 20_000 }, () => iterator.next()));
    await quiesce();
    slow.resolve(0);
    expect((await results).at(-1)).toEqual({ done: false, value: 19_999 });
  });
});
