import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { bench } from "./support/bench.js";

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
