import { describe, expect, test } from "vitest";
import { virtualClock } from "../src/testing/index.js";

describe("a virtual clock", () => {
  test("moves only when told, and wakes sleepers in the order of their time", async () => {
    const clock = virtualClock({ start: 1000 });
    const woken: string[] = [];
    void clock.sleep(20).then(() => woken.push("20"));
    void clock.sleep(10).then(() => woken.push("10"));
    void clock.sleep(10).then(() => woken.push("10 again"));
    clock.advance(9);
    await idle();
    expect(woken).toEqual([]);
    clock.advance(11);
    await idle();
    expect(woken).toEqual(["10", "10 again", "20"]);
    expect({ now: clock.now(), sleepers: clock.sleepers }).toEqual({ now: 1020, sleepers: 0 });
  });

  test("does not wait for no time", async () => {
    const clock = virtualClock();
    await clock.sleep(0);
    await clock.sleep(-5);
    expect(clock.now()).toBe(0);
  });

  test("moves by itself when all is quiet", async () => {
    const clock = virtualClock({ idle });
    const times: number[] = [];
    const walk = async (steps: number[]) => {
      for (const ms of steps) {
        await clock.sleep(ms);
        times.push(clock.now());
      }
    };
    await Promise.all([walk([50, 50]), walk([30, 30, 30])]);
    expect(times).toEqual([30, 50, 60, 90, 100]);
  });

  test("stands still while it is held", async () => {
    const clock = virtualClock({ idle });
    const release = clock.hold();
    const sleep = clock.sleep(10);
    for (let turn = 0; turn < 5; turn++) await idle();
    expect(clock.now()).toBe(0);
    release();
    release();
    await sleep;
    expect(clock.now()).toBe(10);
  });

  test("ends a sleep in ABORTED when the signal aborts, and keeps no listener", async () => {
    const clock = virtualClock();
    const controller = new AbortController();
    const sleep = clock.sleep(10, { signal: controller.signal });
    controller.abort("why");
    await expect(sleep).rejects.toMatchObject({ code: "ABORTED", cause: "why" });
    await expect(clock.sleep(10, { signal: controller.signal })).rejects.toMatchObject({ code: "ABORTED" });
    expect(clock.sleepers).toBe(0);
  });
});

function idle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
