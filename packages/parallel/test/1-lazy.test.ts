import { describe, expect, it } from "vitest";
import { parallelFlatMap, parallelMap, prefetch } from "../src/index.js";
import { combinators, maps } from "./support/combinators.js";
import { ProbeSource } from "./support/probe-source.js";
import { quiesce } from "./support/turns.js";

describe.each(combinators)("rule 1, lazy: $name", ({ start }) => {
  it("does nothing before the first next()", async () => {
    const source = new ProbeSource([1, 2, 3], true);
    const iterator = start(source, { concurrency: 2 });
    await quiesce();
    expect(source.opened).toBe(0);
    await iterator.next();
    expect(source.opened).toBe(1);
    await iterator.return();
  });

  it("opens nothing for a return() before the first next()", async () => {
    const source = new ProbeSource([1]);
    const iterator = start(source, { concurrency: 2 });
    expect(await iterator.return()).toEqual({ done: true, value: undefined });
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    expect([source.opened, source.returned]).toEqual([0, 0]);
  });

  it("returns an unopened source that is itself an iterator, since nobody else will", async () => {
    let returned = 0;
    const upstream = {
      [Symbol.asyncIterator]: () => upstream,
      next: async () => ({ done: false, value: 1 }),
      return: async () => {
        returned += 1;
        return { done: true as const, value: undefined };
      },
    };
    await start(upstream, { concurrency: 2 }).return();
    expect(returned).toBe(1);
  });

  it("leaves the return() of what is only an iterable alone", async () => {
    const source = Object.assign(new ProbeSource([1]), { return: () => expect.unreachable() });
    await start(source, { concurrency: 2 }).return();
    expect(source.opened).toBe(0);
  });

  it("starts at the call when it is eager", async () => {
    const source = new ProbeSource([1, 2, 3], true);
    const iterator = start(source, { concurrency: 2, eager: true });
    expect(source.opened).toBe(1);
    await quiesce();
    expect(source.pulls).toBe(2);
    expect(await iterator.next()).toEqual({ done: false, value: 1 });
    await iterator.return();
  });

  it("tells an eager start's failure to the first next(), and not to the caller", async () => {
    const source = {
      [Symbol.asyncIterator](): AsyncIterator<number> {
        throw new Error("shut");
      },
    };
    const iterator = start(source, { concurrency: 1, eager: true });
    await quiesce();
    await expect(iterator.next()).rejects.toThrow("shut");
  });

  it.each([0, -1, 1.5, Number.NaN, undefined, "4"])("refuses a count of %s at the call", (count) => {
    expect(() => start([1], { concurrency: count as number })).toThrow(RangeError);
  });

  it("refuses an infinite count, and says why", () => {
    expect(() => start([1], { concurrency: Number.POSITIVE_INFINITY })).toThrow(/no backpressure/);
  });

  it.each([null, undefined, 7, {}])("refuses the source %s at the call", (source) => {
    expect(() => start(source as unknown as number[], { concurrency: 1 })).toThrow(TypeError);
  });

  it("refuses what is no signal at the call", () => {
    expect(() => start([1], { concurrency: 1, signal: {} as AbortSignal })).toThrow(/signal must be an AbortSignal/);
  });
});

describe.each(maps)("rule 1, lazy: $name", ({ map }) => {
  it("refuses a readahead below the concurrency, which could never be reached", () => {
    expect(() => map([1], (x) => x, { concurrency: 8, readahead: 4 })).toThrow(
      "readahead must be an integer of at least 8 (the concurrency), not 4",
    );
  });
});

describe("rule 1, lazy: what only some take", () => {
  it("refuses what is no task", () => {
    expect(() => parallelMap([1], undefined as never, { concurrency: 1 })).toThrow(/task must be a function/);
    expect(() => parallelFlatMap([1], {} as never, { concurrency: 1 })).toThrow(/task must be a function/);
  });

  it("refuses a prefetch of nothing", () => {
    expect(() => parallelFlatMap([[1]], (x) => x, { concurrency: 1, prefetch: 0 })).toThrow(RangeError);
    expect(() => prefetch([1], 0)).toThrow("count must be an integer of at least 1, not 0");
  });

  it("refuses missing options", () => {
    expect(() => parallelMap([1], (x) => x, undefined as never)).toThrow(RangeError);
  });
});
