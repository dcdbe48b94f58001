import { describe, expect, test } from "vitest";
import { libuvThreads } from "../src/rsa/compare-keys.js";
import { parseOptions } from "../src/rsa/options.js";
import { bench, isRefused } from "./support/bench.js";

const small = ["rsa", "--bits", "512", "--keys", "6", "--repeat", "1"];

describe("rsa", () => {
  test("measures every worker at every width", async () => {
    const { status, stdout, stderr } = await bench(...small, "--width", "1,3", "--json");
    expect(status, stderr).toBe(0);
    const { figures, bits } = JSON.parse(stdout);
    expect(bits).toBe(512);
    expect(figures.map(({ worker, width, keys }: Record<string, unknown>) => [worker, width, keys])).toEqual([
      ["event loop", 1, 6],
      ["event loop", 3, 6],
      ["libuv pool", 1, 6],
      ["libuv pool", 3, 6],
      ["worker threads", 1, 6],
      ["worker threads", 3, 6],
    ]);
    for (const { keysASecond, busyCores, ideal } of figures) {
      for (const value of [keysASecond.median, busyCores.median, ideal]) expect(value).toBeGreaterThan(0);
    }
  });

  test("says in words what it found", async () => {
    const { stdout } = await bench(...small, "--width", "2");
    expect(stdout).toContain("RSA keys of 512 bits, 6 to a run");
    for (const worker of ["event loop", "libuv pool", "worker threads"]) {
      expect(stdout).toMatch(new RegExp(`^${worker} +2 `, "m"));
    }
    expect(stdout).toContain("however many keys are asked for at once");
  });

  test.each([
    [["--bits", "100"]],
    [["--bits", "20000"]],
    [["--width", "1,0"]],
    [["--width", "1,1025"]],
    [["--keys", "x"]],
    [["table"]],
  ])("refuses %j", (args) => {
    expect(isRefused(() => parseOptions(args))).toBe(true);
  });

  test("measures a width that is given twice once", () => {
    expect(parseOptions(["--width", "2,1,2"]).widths).toEqual([2, 1]);
  });

  test.each([
    [undefined, 4],
    ["", 1],
    ["abc", 1],
    ["0", 1],
    ["6 threads", 6],
    ["5000", 1024],
    ["-1", 1024],
  ])("takes UV_THREADPOOL_SIZE=%s as libuv does, as %i", (value, threads) => {
    expect(libuvThreads(value)).toBe(threads);
  });

  test("tells wrong usage, and ends in status 2", async () => {
    const { status, stdout, stderr } = await bench("rsa", "--no-such-option");
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(/no-such-option.*\nUsage: rsa/);
  });
});
