import { expect, it } from "vitest";
import { flatten } from "../src/flatten.js";

async function* batches(...all: readonly (readonly number[])[]): AsyncGenerator<readonly number[]> {
  for (const batch of all) {
    await Promise.resolve();
    yield batch;
  }
}

it("gives the items of all batches in order, empty ones included", async () => {
  const items: number[] = [];
  for await (const item of flatten(batches([], [1, 2], [], [3], []))) items.push(item);
  expect(items).toEqual([1, 2, 3]);
});

it("serves concurrent calls of next() in order", async () => {
  const items = flatten(batches([1, 2], [3], [4, 5]));
  const results = await Promise.all(Array.from({ length: 7 }, () => items.next()));
  expect(results.map((result) => (result.done ? "done" : result.value))).toEqual([1, 2, 3, 4, 5, "done", "done"]);
});

it("returns the source when left early, and gives nothing afterwards", async () => {
  let returned = 0;
  async function* source(): AsyncGenerator<readonly number[]> {
    try {
      yield [1, 2, 3];
      yield [4];
    } finally {
      returned += 1;
    }
  }
  const items = flatten(source());
  for await (const item of items) if (item === 2) break;
  expect(returned).toBe(1);
  expect(await items.next()).toEqual({ done: true, value: undefined });
  await items.return?.();
  expect(returned).toBe(1);
});

it("returns the source at once, also while a next() waits for it", async () => {
  let finish: (() => void) | undefined;
  const source: AsyncIterator<readonly number[]> = {
    next: () =>
      new Promise((resolve) => {
        finish = () => resolve({ done: true, value: undefined });
      }),
    return: async () => {
      finish?.();
      return { done: true, value: undefined };
    },
  };
  const items = flatten({ [Symbol.asyncIterator]: () => source });
  const waiting = items.next();
  await items.return?.();
  expect(await waiting).toEqual({ done: true, value: undefined });
});

it("gives what came before an error of the source, then the error once", async () => {
  async function* source(): AsyncGenerator<readonly number[]> {
    yield [1];
    throw new Error("broken");
  }
  const items = flatten(source());
  expect((await items.next()).value).toBe(1);
  await expect(items.next()).rejects.toThrow("broken");
  expect((await items.next()).done).toBe(true);
});

it("returns the source when making an item fails", async () => {
  let returned = false;
  async function* source(): AsyncGenerator<Iterable<number>> {
    try {
      yield (function* () {
        yield 1;
        throw new Error("no such value");
      })();
    } finally {
      returned = true;
    }
  }
  const items = flatten(source());
  expect((await items.next()).value).toBe(1);
  await expect(items.next()).rejects.toThrow("no such value");
  expect(returned).toBe(true);
});
