import { expect, test, vi } from "vitest";
import { systemClock } from "../src/clock.js";

test("now is the machine's time in whole milliseconds", () => {
  const before = Date.now();
  const now = systemClock().now();
  expect(now).toBeGreaterThanOrEqual(before);
  expect(now).toBeLessThanOrEqual(Date.now());
});

test("sleep takes its time", async () => {
  const start = performance.now();
  await systemClock().sleep(20);
  expect(performance.now() - start).toBeGreaterThan(18);
});

test("sleep longer than a timer can be", async () => {
  vi.useFakeTimers();
  let awake = false;
  void systemClock()
    .sleep(2 ** 32)
    .then(() => {
      awake = true;
    });
  await vi.advanceTimersByTimeAsync(2 ** 32 - 1);
  expect(awake).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(awake).toBe(true);
  vi.useRealTimers();
});

test("an abort ends a sleep at once, and its timer with it", async () => {
  const controller = new AbortController();
  const sleep = systemClock().sleep(60_000, { signal: controller.signal });
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  const during = timers();
  controller.abort("why");
  await expect(sleep).rejects.toMatchObject({ code: "ABORTED", cause: "why" });
  expect(timers()).toBe(during - 1);
  await expect(systemClock().sleep(0, { signal: controller.signal })).rejects.toMatchObject({ code: "ABORTED" });
});
