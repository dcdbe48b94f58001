import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { openSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { bench, CLI, TRIPS } from "./support/bench.js";

const folder = await mkdtemp(join(tmpdir(), "asyncdelta-program-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("an ordinary mistake", () => {
  test.each([
    ["roads", ""],
    ["roads", "foo://x/y"],
    ["roads", "s3://"],
    ["roads", "http://"],
    ["report", "foo://x/y"],
  ])("in the URL of %s '%s' is told with its code and the usage, in status 2", async (command, url) => {
    const { status, stdout, stderr } = await bench(command, url);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(new RegExp(`^.+ \\(INVALID_ARGUMENT\\)\nUsage: ${command} `));
    expect(stderr).not.toMatch(/^ {4}at /m);
  });

  test("about a file is told in a line, in status 1", async () => {
    const file = join(folder, "file");
    await writeFile(file, "");
    for (const [out, code] of [
      [file, "EEXIST"],
      [join(file, "below"), "ENOTDIR"],
    ] as const) {
      const { status, stdout, stderr } = await bench("tables", "--out", out, "adds-1k-1commit");
      expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
      expect(stderr).toMatch(new RegExp(`${code}: .+\n$`));
      expect(stderr).not.toMatch(/^ {4}at /m);
    }
  });
});

describe.skipIf(process.platform !== "linux")("standard output", () => {
  test.each([
    ["anchor", "snapshot", TRIPS, "--repeat", "30"],
    ["tables", "--list"],
  ])("that nobody reads any more ends %s quietly", async (...args) => {
    const child = spawn(process.execPath, [CLI, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.destroy();
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    const [status] = await once(child, "close");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  test.each([
    ["anchor", "snapshot", TRIPS],
    ["tables", "--list"],
  ])("that is full ends %s in a line and status 1", (...args) => {
    const full = openSync("/dev/full", "w");
    const { status, stderr } = spawnSync(process.execPath, [CLI, ...args], {
      stdio: ["ignore", full, "pipe"],
      encoding: "utf8",
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^Standard output cannot be written: ENOSPC.*\n$/);
  });
});

describe("--help", () => {
  test.each([["--help"], ["-h"]])("as %s prints the commands on standard output, in status 0", async (help) => {
    const { status, stdout, stderr } = await bench(help);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^Usage: .*anchor\|parallel\|/);
  });

  test.each(["anchor", "parallel", "tables", "report", "gate", "rsa", "roads"])(
    "of %s prints what it takes on standard output, in status 0",
    async (command) => {
      const { status, stdout, stderr } = await bench(command, "--help");
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      expect(stdout).toMatch(new RegExp(`^Usage: ${command} `));
    },
  );

  test("is pointed to where the command is none", async () => {
    const { status, stdout, stderr } = await bench("road");
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(/^There is no command 'road'\.\nUsage: .+\n.*--help/);
  });
});
