import { describe, expect, it } from "vitest";
import { prefetch } from "../src/index.js";
import { ProbeSource } from "./support/probe-source.js";
import { collect, quiesce } from "./support/turns.js";

describe("prefetch", () => {
  it("keeps up to `count` items ready ahead of the consumer", async () => {
    const source = new ProbeSource(["a", "b", "c", "d", "e", "f", "g"]);
    const iterator = prefetch(source, 3);
    expect(await iterator.next()).toEqual({ done: false, value: "a" });
    await quiesce();
    expect(source.pulls).toBe(1 + 3);
    expect(await iterator.next()).toEqual({ done: false, value: "b" });
    await quiesce();
    expect(source.pulls).toBe(2 + 3);
    await iterator.return();
  });

  it("gives the items of any source, in order", async () => {
    expect(await collect(prefetch([1, 2, 3], 2))).toEqual([1, 2, 3]);
    expect(await collect(prefetch(new ProbeSource([1, 2, 3], true), 10))).toEqual([1, 2, 3]);
    expect(await collect(prefetch([], 1))).toEqual([]);
  });

  it("leaves an asynchronous source's values alone, promises too, as `for await` does", async () => {
    const later = Promise.resolve(1);
    // biome-ignore lint/suspicious/noThenProperty: a thenable is what is tested
    const thenable = { then: () => expect.unreachable() };
    const iterator = prefetch(new ProbeSource<unknown>([later, thenable], true), 2);
    expect(Object.is((await iterator.next()).value, later)).toBe(true);
    expect(Object.is((await iterator.next()).value, thenable)).toBe(true);
  });

  it("gives an error after the items before it", async () => {
    const source = new ProbeSource(["a", "b"]);
    const iterator = prefetch(source, 5, { eager: true });
    await quiesce();
    source.fail(new Error("source"));
    await quiesce();
    expect((await iterator.next()).value).toBe("a");
    expect((await iterator.next()).value).toBe("b");
    await expect(iterator.next()).rejects.toThrow("source");
  });
});
