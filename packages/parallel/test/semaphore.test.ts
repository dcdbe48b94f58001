import { describe, expect, it } from "vitest";
import { type Permit, Semaphore } from "../src/index.js";
import { countedSignal } from "./support/counted-signal.js";
import { straysOf } from "./support/strays.js";
import { quiesce, watch } from "./support/turns.js";

describe("Semaphore", () => {
  it("gives out as many permits as it has", async () => {
    const semaphore = new Semaphore(2);
    await semaphore.acquire();
    await semaphore.acquire();
    const third = watch(semaphore.acquire());
    await quiesce();
    expect([third.now.state, semaphore.available, semaphore.waiting]).toEqual(["pending", 0, 1]);
  });

  it("serves the waiting calls in the order of asking", async () => {
    const semaphore = new Semaphore(1);
    const held = await semaphore.acquire();
    const served: number[] = [];
    const calls = [0, 1, 2].map(async (call) => {
      const permit = await semaphore.acquire();
      served.push(call);
      await quiesce();
      permit.release();
    });
    held.release();
    // This one asks when a permit has just been given back, and still comes last.
    calls.push(semaphore.acquire().then(() => void served.push(3)));
    await Promise.all(calls);
    expect(served).toEqual([0, 1, 2, 3]);
  });

  it("gives a permit at once where one is free and nobody waits", async () => {
    const semaphore = new Semaphore(3);
    const held = semaphore.tryAcquire(2);
    expect([semaphore.available, semaphore.tryAcquire(2)]).toEqual([1, undefined]);
    const waiting = semaphore.acquire({ weight: 2 });
    // One is free, but whoever came first has not got his two.
    expect(semaphore.tryAcquire()).toBeUndefined();
    held?.release();
    (await waiting).release();
    expect([semaphore.available, semaphore.tryAcquire(9)?.release(), semaphore.available]).toEqual([3, undefined, 3]);
    expect(() => semaphore.tryAcquire(0)).toThrow(RangeError);
  });

  it("counts a permit that is given back twice once, by either name", async () => {
    const semaphore = new Semaphore(1);
    const permit = await semaphore.acquire();
    permit.release();
    permit.release();
    permit[Symbol.dispose]();
    expect(semaphore.available).toBe(1);
  });

  it("gives a permit back at the end of a `using` block", async () => {
    const semaphore = new Semaphore(1);
    const stack = new Set<Permit>();
    {
      using permit = await semaphore.acquire();
      stack.add(permit);
      expect(semaphore.available).toBe(0);
    }
    expect(semaphore.available).toBe(1);
  });

  it("rejects a waiting call with the signal's reason, and forgets it", async () => {
    const semaphore = new Semaphore(1);
    const held = await semaphore.acquire();
    const { signal, abort } = countedSignal();
    const cancelled = semaphore.acquire({ signal });
    const after = watch(semaphore.acquire());
    abort(new Error("enough"));
    await expect(cancelled).rejects.toThrow("enough");
    expect(semaphore.waiting).toBe(1);
    held.release();
    await quiesce();
    expect(after.now.state).toBe("fulfilled");
  });

  it("rejects at once when the signal has aborted before, though a permit is free", async () => {
    const semaphore = new Semaphore(1);
    await expect(semaphore.acquire({ signal: AbortSignal.abort("before") })).rejects.toBe("before");
    expect(semaphore.available).toBe(1);
  });

  it("does not take back a permit when the signal aborts later", async () => {
    const semaphore = new Semaphore(1);
    const { signal, abort } = countedSignal();
    const permit = await semaphore.acquire({ signal });
    abort(new Error("later"));
    expect(semaphore.available).toBe(0);
    permit.release();
    expect(semaphore.available).toBe(1);
  });

  it("leaves no listener on a long-lived signal", async () => {
    const semaphore = new Semaphore(1);
    const counted = countedSignal();
    for (let round = 0; round < 100; round++) {
      const first = await semaphore.acquire({ signal: counted.signal });
      const second = semaphore.acquire({ signal: counted.signal });
      first.release();
      (await second).release();
    }
    expect([counted.listeners, counted.most]).toEqual([0, 1]);
  });

  it("leaves no rejection that nobody asked for", async () => {
    const strays = await straysOf(async () => {
      const semaphore = new Semaphore(1);
      await semaphore.acquire();
      const { signal, abort } = countedSignal();
      const calls = [semaphore.acquire({ signal }), semaphore.acquire({ signal })];
      abort(new Error("enough"));
      await Promise.allSettled(calls);
    });
    expect(strays).toEqual([]);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("refuses %s permits", (permits) => {
    expect(() => new Semaphore(permits)).toThrow(RangeError);
    expect(() => new Semaphore(1).acquire({ weight: permits })).toThrow(RangeError);
  });

  it("keeps a long queue without slowing down", async () => {
    const semaphore = new Semaphore(1);
    let running = 0;
    let mostRunning = 0;
    let served = 0;
    await Promise.all(
      Array.from({ length: 20_000 }, async () => {
        const permit = await semaphore.acquire();
        running += 1;
        mostRunning = Math.max(mostRunning, running);
        await undefined;
        running -= 1;
        served += 1;
        permit.release();
      }),
    );
    expect([served, mostRunning]).toEqual([20_000, 1]);
  });
});

describe("Semaphore with weights", () => {
  it("takes and gives back as many permits as the weight says", async () => {
    const semaphore = new Semaphore(10);
    const permit = await semaphore.acquire({ weight: 7 });
    expect(semaphore.available).toBe(3);
    permit.release();
    expect(semaphore.available).toBe(10);
  });

  it("lets no light call overtake a heavy one", async () => {
    const semaphore = new Semaphore(10);
    const held = await semaphore.acquire({ weight: 6 });
    const heavy = watch(semaphore.acquire({ weight: 8 }));
    const light = watch(semaphore.acquire({ weight: 1 }));
    await quiesce();
    expect([heavy.now.state, light.now.state]).toEqual(["pending", "pending"]);
    held.release();
    await quiesce();
    expect([heavy.now.state, light.now.state, semaphore.available]).toEqual(["fulfilled", "fulfilled", 1]);
  });

  it("serves those behind a heavy call when that is cancelled", async () => {
    const semaphore = new Semaphore(10);
    await semaphore.acquire({ weight: 6 });
    const { signal, abort } = countedSignal();
    const heavy = semaphore.acquire({ weight: 8, signal });
    const light = watch(semaphore.acquire({ weight: 4 }));
    abort(new Error("enough"));
    await expect(heavy).rejects.toThrow("enough");
    await quiesce();
    expect([light.now.state, semaphore.available]).toEqual(["fulfilled", 0]);
  });

  it("lets what is heavier than everything pass alone", async () => {
    const semaphore = new Semaphore(10);
    const held = await semaphore.acquire();
    const heavy = watch(semaphore.acquire({ weight: 1_000 }));
    await quiesce();
    expect(heavy.now.state).toBe("pending");
    held.release();
    await quiesce();
    expect([heavy.now.state, semaphore.available]).toEqual(["fulfilled", 0]);
  });
});
