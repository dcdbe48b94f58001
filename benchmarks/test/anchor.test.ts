import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";

const cli = fileURLToPath(new URL("../dist/cli.js", import.meta.url));
const trips = fileURLToPath(new URL("../../examples/tables/trips", import.meta.url));
const run = (...args: string[]) => promisify(execFile)(process.execPath, [cli, ...args]);

async function anchor(...args: string[]): Promise<Record<string, unknown>[]> {
  const { stdout } = await run("anchor", ...args);
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

describe("anchor", () => {
  test("prints a line for each iteration, with what it found and what it took", async () => {
    const lines = await anchor("metadata", trips, "--repeat", "2");
    expect(lines).toHaveLength(2);
    for (const [iter, line] of lines.entries()) {
      expect(line).toMatchObject({ iter, op: "metadata", version: 12, files: 16, size: 35_493, rows: 0 });
      const { ms, snapshot_ms: snapshot, peak_rss_mb: peak } = line as Record<string, number>;
      expect(snapshot).toBeGreaterThan(0);
      expect(ms).toBeGreaterThan(snapshot!);
      expect(peak).toBeGreaterThan(10);
    }
  });

  test("takes --json as every command does, and prints the same", async () => {
    const [plain] = await anchor("snapshot", trips);
    const [json] = await anchor("snapshot", trips, "--json");
    expect(Object.keys(json!)).toEqual(Object.keys(plain!));
  });

  test("finds the same files without statistics", async () => {
    expect(await anchor("metadata", trips, "--no-stats")).toMatchObject([{ files: 16, size: 35_493 }]);
  });

  test("stops at the snapshot, or reads every row, as it is told", async () => {
    expect(await anchor("snapshot", trips)).toMatchObject([{ op: "snapshot", version: 12, files: 0, rows: 0 }]);
    expect(await anchor("scan", trips)).toMatchObject([{ op: "scan", version: 12, files: 0, rows: 117 }]);
  });

  test("keeps the files, or the rows, of which a predicate of the peers' spelling is true", async () => {
    const where = "city = Lisbon and id >= 9007199254741100";
    const [all] = await anchor("metadata", trips, "--where", "city = Lisbon");
    const [kept] = await anchor("metadata", trips, "--where", where);
    expect(all!.files).toBeGreaterThan(kept!.files as number);
    const [rows] = await anchor("scan", trips, "--where", where);
    expect(kept!.files).toBeGreaterThan(0);
    expect(rows!.rows).toBeGreaterThan(0);
  });

  test.each([
    [["anchor", "metadata", trips, "--where", "city"], "column operator value"],
    [["anchor", "snapshot", trips, "--where", "city = x"], "no --where"],
    [["anchor", "guess", trips], "no operation 'guess'"],
    [["anchor", "scan"], "one table"],
    [["anchor", "scan", trips, "--repeat", "0"], "not '0'"],
    [["anchor", "scan", trips, "--repeat", "0x2"], "not '0x2'"],
    [["anchor", "scan", trips, "--where", "( = 3"], ")\nUsage: anchor"],
    [["anchor", "snapshot", ""], "(INVALID_ARGUMENT)\nUsage: anchor"],
    [["anchor", "snapshot", "foo://x/y"], "(INVALID_ARGUMENT)\nUsage: anchor"],
    [["anchor", "scan", trips, "--fast"], "--fast"],
    [[], "Usage"],
  ])("refuses %j with the usage", async (args, words) => {
    await expect(run(...args)).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining(words), stdout: "" });
  });

  test.each([
    [["metadata", join(trips, "none")], /^.+ \(TABLE_NOT_FOUND\)\n$/],
    [["metadata", trips, "--where", "nocol = 3"], /^.+ \([A-Z_]+\)\n$/],
  ])("tells in a line why %j fails, in status 1", async (args, words) => {
    await expect(run("anchor", ...args)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(words),
      stdout: "",
    });
  });

  test("is tuned for one reading where it reads once, however that is said", async () => {
    const once = await flags("--repeat", "1");
    expect(once).toContain("--no-lazy");
    expect(await flags()).toEqual(once);
    expect(await flags("--repeat=1")).toEqual(once);
    expect(await flags("--repeat=2")).toEqual(await flags("--repeat", "2"));
  });
});

/** The flags that V8 is given before the arguments are refused. */
async function flags(...args: string[]): Promise<string> {
  const spy =
    'import v8 from "node:v8"; import { syncBuiltinESMExports } from "node:module";' +
    "v8.setFlagsFromString = (flag) => console.log(flag); syncBuiltinESMExports();";
  const hook = `data:text/javascript,${encodeURIComponent(spy)}`;
  const all = ["--import", hook, cli, "anchor", "guess", trips, ...args];
  return promisify(execFile)(process.execPath, all).catch(({ stdout }) => stdout);
}
