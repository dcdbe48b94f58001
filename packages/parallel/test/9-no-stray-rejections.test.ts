import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { parallelFlatMap, parallelMap } from "../src/index.js";
import { combinators, maps } from "./support/combinators.js";
import { countedSignal } from "./support/counted-signal.js";
import { ProbeSource } from "./support/probe-source.js";
import { straysOf } from "./support/strays.js";
import { TaskBoard } from "./support/task-board.js";
import { collect, quiesce } from "./support/turns.js";

describe("rule 9, no stray rejections: the measure itself", () => {
  it("runs with --unhandled-rejections=strict", () => {
    expect(process.execArgv).toContain("--unhandled-rejections=strict");
  });

  it("sees a stray rejection", async () => {
    const error = new Error("stray");
    expect(await straysOf(() => void Promise.reject(error))).toEqual([error]);
  });
});

describe.each(maps)("rule 9, no stray rejections: $name", ({ map }) => {
  it("drops every failure after the first", async () => {
    const strays = await straysOf(async () => {
      const board = new TaskBoard<number>();
      board.heedsSignal = false;
      const iterator = map([0, 1, 2, 3], board.task, { concurrency: 4 });
      const next = iterator.next().catch((error: Error) => error.message);
      await quiesce();
      for (const index of [0, 1, 2, 3]) board.fail(index, new Error(`task ${index}`));
      expect(await next).toBe("task 0");
    });
    expect(strays).toEqual([]);
  });

  it("leaves nothing behind when the consumer never comes back", async () => {
    const strays = await straysOf(async () => {
      const failing = map([0, 1, 2], () => Promise.reject(new Error("task")), { concurrency: 3, eager: true });
      await quiesce();
      expect(failing).toBeDefined();
      const { signal, abort } = countedSignal();
      map(new ProbeSource([0]), async (item) => item, { concurrency: 2, signal, eager: true });
      await quiesce();
      abort(new Error("enough"));
    });
    expect(strays).toEqual([]);
  });

  it("leaves nothing behind when the loop's body throws", async () => {
    const strays = await straysOf(async () => {
      const board = new TaskBoard<number>();
      const source = new ProbeSource([0, 1, 2, 3]);
      source.onReturn = () => Promise.reject(new Error("cannot close"));
      const loop = async (): Promise<void> => {
        for await (const _ of map(source, board.task, { concurrency: 3 })) throw new Error("body");
      };
      const ended = loop().catch((error: Error) => error.message);
      await quiesce();
      board.finish(0, 0);
      board.finish(1, 1);
      expect(await ended).toBe("body");
    });
    expect(strays).toEqual([]);
  });

  it("leaves nothing behind when tasks fail after a return()", async () => {
    const strays = await straysOf(async () => {
      const board = new TaskBoard<number>();
      const iterator = map([0, 1, 2], board.task, { concurrency: 3, eager: true });
      await quiesce();
      await iterator.return();
    });
    expect(strays).toEqual([]);
  });
});

describe.each(combinators)("rule 9, no stray rejections: $name", ({ start }) => {
  it("takes in a source's failure that comes after a return()", async () => {
    const strays = await straysOf(async () => {
      let fail!: (error: Error) => void;
      const pull = new Promise<IteratorResult<number>>((_, reject) => {
        fail = reject;
      });
      const iterator = start({ [Symbol.asyncIterator]: () => ({ next: () => pull }) }, { concurrency: 2, eager: true });
      const closed = iterator.return();
      fail(new Error("too late"));
      await closed;
    });
    expect(strays).toEqual([]);
  });

  it("takes in a failure to close after an abort, when nobody asks any more", async () => {
    const strays = await straysOf(async () => {
      const { signal, abort } = countedSignal();
      const source = new ProbeSource([0]);
      source.onReturn = () => Promise.reject(new Error("cannot close"));
      start(source, { concurrency: 2, signal, eager: true });
      await quiesce();
      abort(new Error("enough"));
    });
    expect(strays).toEqual([]);
  });

  it("keeps one listener on the caller's signal while it runs, and none after", async () => {
    const counted = countedSignal();
    const options = { concurrency: 4, signal: counted.signal };
    for (let round = 0; round < 50; round++) {
      // At the natural end, at an early one, at an error, and at a return() before the start.
      await collect(start([1, 2, 3, 4, 5, 6], options));
      for await (const _ of start([1, 2, 3, 4, 5, 6], options)) break;
      const failing = new ProbeSource<number>();
      const next = start(failing, options).next();
      await quiesce();
      failing.fail(new Error("source"));
      await expect(next).rejects.toThrow("source");
      await start([1], options).return();
    }
    expect([counted.listeners, counted.most]).toEqual([0, 1]);
  });

  it("leaves the caller's signal when the last result is taken, not only when the end is told", async () => {
    const counted = countedSignal();
    const iterator = start([1, 2], { concurrency: 4, signal: counted.signal });
    await iterator.next();
    await iterator.next();
    await quiesce();
    expect(counted.listeners).toBe(0);
    // A result that is waited for, and one that is there already.
    await start([1], { concurrency: 4, signal: counted.signal }).next();
    await quiesce();
    expect([counted.listeners, counted.most]).toEqual([0, 1]);
  });

  it("leaves the caller's signal when it aborts", async () => {
    const counted = countedSignal();
    const iterator = start(new ProbeSource([1]), { concurrency: 4, signal: counted.signal, eager: true });
    await quiesce();
    counted.abort(new Error("enough"));
    expect(counted.listeners).toBe(0);
    await expect(iterator.next()).rejects.toThrow("enough");
  });
});

describe("rule 9, no stray rejections: memory", () => {
  // Asked for here and not on the command line, so that the test runs under any configuration.
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as () => void;

  /** How many are still there. What optimised code has on its stack goes a little later, so it looks more than once. */
  async function alive(refs: readonly WeakRef<object>[]): Promise<number> {
    let count = refs.length;
    for (let look = 0; look < 20 && count > 0; look++) {
      await quiesce();
      gc();
      count = refs.filter((ref) => ref.deref() !== undefined).length;
    }
    return count;
  }

  it("does not keep finished runs alive through a long-lived signal", async () => {
    const { signal } = new AbortController();
    const refs: WeakRef<object>[] = [];
    for (let i = 0; i < 100; i++) {
      const iterator = parallelMap([0, 1], async (item) => item, { concurrency: 2, signal });
      refs.push(new WeakRef(iterator));
      await collect(iterator);
    }
    expect(await alive(refs)).toBeLessThan(10);
  });

  it("does not keep results that have been taken", async () => {
    function* objects(): Generator<{ i: number }> {
      for (let i = 0; ; i++) yield { i };
    }
    for (const iterator of [
      parallelMap(objects(), async ({ i }) => ({ i }), { concurrency: 4 }),
      parallelFlatMap([0, 1], objects, { concurrency: 2 }),
    ]) {
      const refs: WeakRef<object>[] = [];
      for (let i = 0; i < 100; i++) refs.push(new WeakRef((await iterator.next()).value));
      expect(await alive(refs)).toBeLessThan(4);
      await iterator.return();
    }
  });

  it("does not keep the last results of an iterator that is kept", async () => {
    const refs: WeakRef<object>[] = [];
    const iterator = parallelMap(Array(32).keys(), async (i) => ({ i }), { concurrency: 32 });
    for await (const value of iterator) refs.push(new WeakRef(value));
    expect(await alive(refs)).toBeLessThan(4);
    expect((await iterator.next()).done).toBe(true);
  });
});
