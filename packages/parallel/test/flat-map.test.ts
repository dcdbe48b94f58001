import { describe, expect, it } from "vitest";
import { parallelFlatMap, parallelMap } from "../src/index.js";
import { ProbeSource } from "./support/probe-source.js";
import { collect, quiesce, watch } from "./support/turns.js";

const numbers = (length: number): number[] => Array.from({ length }, (_, i) => i);

describe("parallelFlatMap", () => {
  it("gives the items of all iterables, one iterable after the other", async () => {
    async function* letters(word: string): AsyncGenerator<string> {
      for (const letter of word) {
        await quiesce();
        yield letter;
      }
    }
    const words = ["log", "", "replay", "a"];
    for (const concurrency of [1, 2, 8]) {
      expect((await collect(parallelFlatMap(words, letters, { concurrency }))).join("")).toBe("logreplaya");
    }
  });

  it("takes tasks that give arrays, generators, promises of either, and iterators of its own", async () => {
    const task = (kind: number): Iterable<number> | AsyncIterable<number> | Promise<Iterable<number>> => {
      if (kind === 0) return [0, 1];
      if (kind === 1) return new Set([2, 3]).values();
      if (kind === 2) return Promise.resolve([4, 5]);
      return parallelMap([6, 7], async (item) => item, { concurrency: 2 });
    };
    expect(await collect(parallelFlatMap([0, 1, 2, 3], task, { concurrency: 3, prefetch: 2 }))).toEqual(numbers(8));
  });

  it("opens the next iterables while the first is being read", async () => {
    const lanes = [0, 1, 2, 3].map(() => new ProbeSource<string>());
    const iterator = parallelFlatMap(lanes, (lane) => lane, { concurrency: 3 });
    const next = watch(iterator.next());
    await quiesce();
    expect(lanes.map(({ pulls }) => pulls)).toEqual([1, 1, 1, 0]);
    lanes[1]?.give("1.0");
    await quiesce();
    expect(next.now.state).toBe("pending");
    // One item ahead is as far as the second may go.
    expect(lanes[1]?.pulls).toBe(1);
    lanes[0]?.end();
    await quiesce();
    expect(next.now).toEqual({ state: "fulfilled", value: { done: false, value: "1.0" } });
    // The first is done with, so the fourth may open, and the second reads its next item.
    expect(lanes.map(({ pulls }) => pulls)).toEqual([1, 2, 1, 1]);
    await iterator.return();
  });

  it("reads the head first when not all may read", async () => {
    const lanes = [0, 1, 2].map(() => new ProbeSource<string>());
    const iterator = parallelFlatMap(lanes, (lane) => lane, { concurrency: 1, readahead: 3, prefetch: 2, eager: true });
    await quiesce();
    for (const [lane, expected] of [
      [0, [2, 0, 0]],
      [0, [2, 1, 0]],
      [1, [2, 2, 0]],
    ] as const) {
      lanes[lane]?.give("item");
      await quiesce();
      expect(lanes.map(({ pulls }) => pulls)).toEqual(expected);
    }
    // The consumer takes one of the head's two, whose turn to read comes before that of the iterables behind it.
    await iterator.next();
    lanes[1]?.give("item");
    await quiesce();
    expect(lanes.map(({ pulls }) => pulls)).toEqual([3, 2, 0]);
    await iterator.return();
  });

  it("passes through long runs of empty iterables", async () => {
    const results = await collect(
      parallelFlatMap(numbers(20_000), (item) => (item % 5_000 === 0 ? [item] : []), { concurrency: 4 }),
    );
    expect(results).toEqual([0, 5_000, 10_000, 15_000]);
  });

  it("gives the end of an empty source", async () => {
    expect(await collect(parallelFlatMap([], () => [1], { concurrency: 2 }))).toEqual([]);
    expect(await collect(parallelFlatMap(new ProbeSource<number>([], true), () => [1], { concurrency: 2 }))).toEqual(
      [],
    );
  });

  it("gives the tasks' context", async () => {
    const indexes = parallelFlatMap(["a", "b"], (_, { index, signal }) => [index, signal.aborted], { concurrency: 2 });
    expect(await collect(indexes)).toEqual([0, false, 1, false]);
  });

  it("keeps an iterable's values as they are, promises too", async () => {
    async function* promises(): AsyncGenerator<{ promise: Promise<number> }> {
      yield { promise: Promise.resolve(1) };
    }
    const [box] = await collect(parallelFlatMap([0], promises, { concurrency: 1 }));
    expect(await box?.promise).toBe(1);
  });
});
