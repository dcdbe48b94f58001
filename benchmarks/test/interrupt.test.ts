import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { childrenOf, isAlive, startBench, startBenchIn, TRIPS } from "./support/bench.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = await mkdtemp(join(tmpdir(), "asyncdelta-interrupt-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** More work than is done within a test. */
const LONG: readonly [name: string, ...args: string[]][] = [
  ["roads", TRIPS, "--op", "scan", "--latency", "5000", "--repeat", "100"],
  ["rsa", "--bits", "4096", "--keys", "10000", "--width", "2"],
  ["parallel", "--rounds", "100000"],
  ["report", TRIPS, "--out", join(folder, "report"), "--op", "scan", "--latency", "5000", "--repeat", "100"],
  ["tables", "--out", join(folder, "tables"), "adds-1m-1commit", "chk-1m"],
  // The first second of these is all checkpoint, or all sorting.
  ["tables", "--out", join(folder, "checkpoint"), "chk-1m"],
  ["tables", "--out", join(folder, "sorted"), "chk-1m-sorted"],
  ["gate", root, "--tables", join(folder, "gate"), "--repeat", "1000"],
];

describe.skipIf(process.platform !== "linux")("Ctrl-C", () => {
  test.each(LONG)("ends %s at once, and leaves no process", async (...args) => {
    const child = await startBench(...args);
    const seen = new Set<number>();
    for (let look = 0; look < 25; look++) {
      for (const pid of childrenOf(child.pid!)) seen.add(pid);
      await sleep(20);
    }
    expect(child.exitCode).toBe(null);
    for (const pid of childrenOf(child.pid!)) seen.add(pid);
    const exit = once(child, "exit");
    const interruptedAt = performance.now();
    child.kill("SIGINT");
    // A shell says 130 of both.
    expect([
      [130, null],
      [null, "SIGINT"],
    ]).toContainEqual(await exit);
    expect(performance.now() - interruptedAt).toBeLessThan(10_000);
    await expect.poll(() => [...seen].filter(isAlive)).toEqual([]);
  });

  test("takes away the tables that a report has made for itself", async () => {
    const temporary = join(folder, "temporary");
    await mkdir(temporary);
    const child = await startBenchIn({ TMPDIR: temporary }, "report", "--out", join(folder, "own"));
    expect(await readdir(temporary)).toHaveLength(1);
    const exit = once(child, "exit");
    child.kill("SIGINT");
    await exit;
    expect(await readdir(temporary)).toEqual([]);
  });

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("and so does %s, though a child be deaf while it makes a key: status %i", async (signal, status) => {
    const child = await startBench("rsa", "--bits", "16384", "--width", "1", "--keys", "4");
    await expect.poll(() => childrenOf(child.pid!).length, { timeout: 10_000 }).toBeGreaterThan(0);
    // Time enough for it to begin with a key.
    await sleep(1000);
    const children = childrenOf(child.pid!);
    const exit = once(child, "exit");
    child.kill(signal);
    expect(await exit).toEqual([status, null]);
    await expect.poll(() => children.filter(isAlive)).toEqual([]);
  });
});
