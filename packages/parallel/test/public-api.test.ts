import { describe, expect, expectTypeOf, it } from "vitest";
import type { ParallelIterator } from "../src/index.js";
import * as api from "../src/index.js";

describe("the public API", () => {
  it("is these names and no others", () => {
    expect(
      Object.fromEntries(Object.entries(api).map(([name, value]) => [name, (value as { length: number }).length])),
    ).toMatchInlineSnapshot(`
      {
        "Semaphore": 1,
        "onAbort": 2,
        "parallelFlatMap": 3,
        "parallelMap": 3,
        "parallelMapUnordered": 3,
        "prefetch": 2,
      }
    `);
  });

  it("infers what comes out from what goes in", () => {
    expectTypeOf(api.parallelMap([1, 2], async (item) => String(item), { concurrency: 1 })).toEqualTypeOf<
      ParallelIterator<string>
    >();
    expectTypeOf(api.parallelMapUnordered(new Set(["a"]), (item) => item.length, { concurrency: 1 })).toEqualTypeOf<
      ParallelIterator<number>
    >();
    expectTypeOf(api.parallelFlatMap(["ab"], (word) => [...word], { concurrency: 1 })).toEqualTypeOf<
      ParallelIterator<string>
    >();
    expectTypeOf(api.prefetch([Promise.resolve(1)], 1)).toEqualTypeOf<ParallelIterator<number>>();
    expectTypeOf(new api.Semaphore(1).acquire()).toExtend<Promise<Disposable>>();
  });

  it("gives iterators that are AsyncIterable, AsyncIterator and AsyncDisposable at once", () => {
    const iterator = api.prefetch([1], 1);
    expect(iterator[Symbol.asyncIterator]()).toBe(iterator);
    expectTypeOf(iterator).toExtend<AsyncIterableIterator<number>>();
    expectTypeOf(iterator).toExtend<AsyncDisposable>();
  });
});
