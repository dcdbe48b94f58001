import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { prepareTables } from "../src/gate/compare-checkouts.js";
import { parseOptions } from "../src/gate/options.js";
import { readManifest } from "../src/tables/manifest.js";
import { bench, isRefused } from "./support/bench.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

let tables: string;
beforeAll(async () => {
  tables = await mkdtemp(join(tmpdir(), "asyncdelta-gate-"));
});
afterAll(() => rm(tables, { recursive: true, force: true }));

describe("gate", () => {
  test("compares two checkouts, here the same one, on tables that it makes", async () => {
    const args = ["gate", root, "--tables", tables, "--shapes", "chk-50", "--repeat", "2", "--limit", "1000", "--json"];
    const { status, stdout, stderr } = await bench(...args);
    expect(status, stderr).toBe(0);
    const { figures } = JSON.parse(stdout);
    expect(figures.map(({ table, operation }: Record<string, string>) => `${table} ${operation}`)).toEqual([
      "chk-50 snapshot",
      "chk-50 metadata",
      "chk-50 metadata --no-stats",
      "trips scan",
    ]);
    for (const { own, other, ratio, isSlower } of figures) {
      expect(own.values).toHaveLength(2);
      expect(other.values).toHaveLength(2);
      expect(ratio.values[1]).toBeCloseTo(own.values[1] / other.values[1], 9);
      expect(isSlower).toBe(false);
    }
  });

  test("makes a table anew that an interrupt had cut: the manifest does not list it", async () => {
    const folder = join(tables, "cut");
    await mkdir(join(folder, "chk-20/_delta_log"), { recursive: true });
    await prepareTables(parseOptions([root, "--tables", folder, "--shapes", "chk-20"]));
    const [made] = await readdir(join(folder, "chk-20/_delta_log"));
    expect(made).toMatch(/checkpoint\.parquet$/);
    expect(await readManifest(folder)).toMatchObject({ "chk-20": { files: 20 } });
  });

  test("says what to do with a checkout that is not built, before it makes a table", async () => {
    const folder = join(tables, "unmade");
    const { status, stdout, stderr } = await bench("gate", tables, "--tables", folder, "--shapes", "chk-50");
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(/^There is no .*cli\.js: run npm run build in that checkout first\.\n$/);
    expect(existsSync(folder)).toBe(false);
  });

  test.each([
    ["other", ["FOLDER"]],
    ["this", [root, "--this", "FOLDER"]],
  ])("says that there is no checkout where none is, before it makes a table: %s", async (_, args) => {
    const folder = join(tables, "unmade");
    for (const none of [join(tables, "none"), join(root, "package.json")]) {
      const named = args.map((arg) => arg.replace("FOLDER", none));
      const { status, stdout, stderr } = await bench("gate", ...named, "--tables", folder, "--shapes", "chk-50");
      expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
      expect(stderr).toBe(`There is no folder ${none}: give the root of a checkout.\n`);
    }
    expect(existsSync(folder)).toBe(false);
  });

  test("says in one line that its tables cannot lie where a file is", async () => {
    const file = join(root, "package.json");
    const { status, stdout, stderr } = await bench("gate", root, "--tables", file, "--shapes", "chk-50");
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(/^Tables cannot be written into .*package\.json .*name another folder\.\n$/);
  });

  test.each([
    [[]],
    [[root, root]],
    [[""]],
    [[root, "--this", ""]],
    [[root, "--tables", ""]],
    [[root, "--limit", "0.5"]],
    [[root, "--shapes", "guess"]],
    [[root, "--repeat", "x"]],
  ])("refuses %j", (args) => {
    expect(isRefused(() => parseOptions(args))).toBe(true);
  });

  test("tells wrong usage, and ends in status 2", async () => {
    const { status, stdout, stderr } = await bench("gate", "--no-such-option");
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(/no-such-option.*\nUsage: gate/);
  });
});
