import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { parseOptions } from "../src/roads/options.js";
import { bench, childrenOf, isAlive, isRefused, startBench, TRIPS } from "./support/bench.js";

interface Measured {
  readonly road: string;
  readonly cost: Record<string, { median: number; values: number[] }>;
}

async function roads(...args: string[]): Promise<{ found: Record<string, unknown>; roads: Measured[] }> {
  const { status, stdout, stderr } = await bench("roads", TRIPS, "--json", ...args);
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout);
}

describe("roads", () => {
  test.each([
    ["snapshot", { version: 12, files: 0, rows: 0 }],
    ["files", { version: 12, files: 16, size: 35_493 }],
    ["scan", { version: 12, rows: 117 }],
  ])("runs %s on three roads that find the same", async (operation, found) => {
    const result = await roads("--op", operation, "--repeat", "1", "--width", "2");
    expect(result.found).toMatchObject(found);
    expect(result.roads.map(({ road }) => road)).toEqual(["serial", "easy", "hard"]);
    const [serial, easy] = result.roads.map(({ cost }) => cost);
    expect(serial!.inFlightMost!.median).toBe(1);
    expect(serial!.rounds!.median).toBe(serial!.requests!.median);
    expect(easy!.requests!.median).toBe(serial!.requests!.median);
    expect(easy!.bytes!.median).toBe(serial!.bytes!.median);
    for (const { cost } of result.roads) {
      for (const name of ["ms", "requests", "bytes", "busyCores", "peakMib"]) {
        expect(cost[name]!.values).toHaveLength(1);
        expect(cost[name]!.median).toBeGreaterThan(0);
      }
    }
  });

  test("shows over a slow store how many requests wait for others", async () => {
    const result = await roads("--op", "scan", "--repeat", "2", "--latency", "25", "--width", "4");
    const [serial, easy, hard] = result.roads.map(({ cost }) => cost);
    expect(serial!.ms!.values).toHaveLength(2);
    expect(serial!.inFlightMost!.median).toBe(1);
    expect(easy!.inFlightMost!.median).toBeGreaterThan(1);
    expect(easy!.inFlightMost!.median).toBeLessThanOrEqual(4);
    expect(hard!.inFlightMost!.median).toBeGreaterThan(easy!.inFlightMost!.median);
    expect(hard!.rounds!.median).toBeLessThan(easy!.rounds!.median);
  });

  test("says in words what it found", async () => {
    const { stdout, stderr } = await bench("roads", TRIPS, "--op", "scan", "--repeat", "1");
    expect(stdout).toContain("scan of version 12, 117 rows");
    expect(stdout).toContain("All three roads found the same.");
    for (const road of ["serial", "easy", "hard"]) expect(stdout).toMatch(new RegExp(`^${road} +\\d`, "m"));
    expect(stderr.trimEnd().split("\n").at(-1)).toBe("[6/6] scan, hard road: measure");
  });

  test("fails when there is no table", async () => {
    const { status, stderr, stdout } = await bench("roads", `${TRIPS}/nothing`);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain("TABLE_NOT_FOUND");
  });

  test.skipIf(process.platform !== "linux")("ends at once when interrupted, and leaves no process", async () => {
    const child = await startBench("roads", TRIPS, "--op", "scan", "--latency", "5000", "--repeat", "1");
    let measuring: number[] = [];
    while (measuring.length === 0) {
      await sleep(20);
      measuring = childrenOf(child.pid!);
    }
    const exit = once(child, "exit");
    child.kill("SIGINT");
    expect(await exit).toEqual([130, null]);
    await expect.poll(() => measuring.filter(isAlive)).toEqual([]);
  });

  test.each([
    [[]],
    [[TRIPS, TRIPS]],
    [[TRIPS, "--op", "guess"]],
    [[TRIPS, "--latency", "-1"]],
    [[TRIPS, "--repeat", "0"]],
    [[TRIPS, "--width", "many"]],
    [[TRIPS, "--width", "1025"]],
    [["s3://bucket/trips", "--latency", "30"]],
    [[TRIPS, "--fast"]],
  ])("refuses %j", (args) => {
    expect(isRefused(() => parseOptions(args))).toBe(true);
  });

  test("tells wrong usage, and ends in status 2", async () => {
    const { status, stdout, stderr } = await bench("roads", "--no-such-option");
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(/no-such-option.*\nUsage: roads TABLE/);
  });
});
