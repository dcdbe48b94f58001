import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { fileStorage, nodeEngine } from "@asyncdelta/engine-node";
import { findFiles, liveFiles, loadSnapshot, parsePredicate } from "@asyncdelta/kernel-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeTable } from "../src/tables/make-tables.js";
import { readManifest } from "../src/tables/manifest.js";
import { parseOptions } from "../src/tables/options.js";
import { bench, isRefused, startBench } from "./support/bench.js";

let out: string;
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), "asyncdelta-tables-"));
});
afterAll(() => rm(out, { recursive: true, force: true }));

async function make(...args: string[]): Promise<Record<string, unknown>[]> {
  const { status, stdout, stderr } = await bench("tables", "--out", out, "--json", ...args);
  expect(status, stderr).toBe(0);
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

/** What the kernel finds in a table. */
async function read(name: string): Promise<{ version: number; files: number; size: number; statistics: number }> {
  const engine = nodeEngine();
  const snapshot = await loadSnapshot(engine, `${pathToFileURL(join(out, name)).href}/`);
  let [files, size, statistics] = [0, 0, 0];
  for await (const batch of liveFiles(engine, snapshot, { stats: true })) {
    size += batch.totalSize;
    for (const { stats } of batch) {
      files++;
      if (JSON.parse(stats!).numRecords > 0) statistics++;
    }
  }
  await engine.close();
  return { version: snapshot.version, files, size, statistics };
}

/** The files that a predicate leaves of a table, and what was asked of its checkpoint for that, the snapshot included. */
async function find(
  name: string,
  where: string,
): Promise<{ paths: string[]; bytesRead: number; checkpointBytes: number }> {
  const log = join(out, name, "_delta_log");
  const checkpoint = (await readdir(log)).find((file) => file.endsWith(".checkpoint.parquet"))!;
  const checkpointBytes = (await stat(join(log, checkpoint))).size;
  const files = fileStorage();
  let bytesRead = 0;
  const note = (url: string, { length }: { readonly length: number }): void => {
    if (url.endsWith(checkpoint)) bytesRead += length;
  };
  const engine = nodeEngine({
    storage: {
      ...files,
      read(url, options) {
        note(url, options?.range ?? { length: checkpointBytes });
        return files.read(url, options);
      },
      readRanges(url, ranges, options) {
        for (const range of ranges) note(url, range);
        return files.readRanges(url, ranges, options);
      },
    },
  });
  const snapshot = await loadSnapshot(engine, `${pathToFileURL(join(out, name)).href}/`);
  const paths: string[] = [];
  for await (const kept of findFiles(engine, snapshot, parsePredicate(where))) {
    paths.push(...kept.map(({ path }) => path));
  }
  await engine.close();
  return { paths: paths.sort(), bytesRead, checkpointBytes };
}

describe("tables", () => {
  test("are what the Python generator makes of the same seed", async () => {
    const [entry] = await make("adds-1k-1commit");
    // From the manifest of the Python generator, and of the file that it wrote.
    expect(entry).toMatchObject({ version: 0, files: 1000, size: 6_608_471_874, log_objects: 1, log_bytes: 954_769 });
    const commit = await readFile(join(out, "adds-1k-1commit/_delta_log/00000000000000000000.json"));
    expect(createHash("sha256").update(commit).digest("hex")).toBe(
      "47d2c87d3f82804f880b3ea30ff0af349aeeb3d0765b563d1d4aa8bf44e10b58",
    );
  });

  test.each([
    ["20k-100commits-crc50", { version: 200, files: 20_090, size: 130_576_293_012 }, 104],
    ["chk-700", { version: 10, files: 700 }, 3],
    ["chk-500-sorted", { version: 10, files: 500 }, 3],
    ["chk-300-parsed", { version: 10, files: 300 }, 3],
    ["adds-250-1commit", { version: 0, files: 250 }, 1],
  ])("hold what their manifest says: %s", async (name, facts, objects) => {
    const [entry] = await make(name);
    expect(entry).toMatchObject({ shape: name, ...facts, log_objects: objects, seed: 1 });
    const { version, files, size } = entry as Record<string, number>;
    expect(await read(name)).toEqual({ version, files, size, statistics: files });
    const manifest = JSON.parse(await readFile(join(out, "manifest.json"), "utf8"));
    expect(manifest[name]).toMatchObject({ version, files, size });
  });

  test("of a sorted shape can be read in part: the row groups' statistics do not overlap", async () => {
    await make("chk-500-sorted");
    const log = join(out, "chk-500-sorted/_delta_log");
    const checkpoint = join(log, (await readdir(log)).find((name) => name.endsWith(".checkpoint.parquet"))!);
    const engine = nodeEngine();
    const file = await engine.parquet.open(pathToFileURL(checkpoint).href, { size: (await stat(checkpoint)).size });
    expect(file.rowGroups.map(({ numRows }) => numRows)).toEqual([...Array(25).fill(20), 2]);
    const add = file.fields.find(({ name }) => name === "add")!;
    expect(add.children.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["stats", "partitionValues_parsed", "stats_parsed"]),
    );
    const keys: string[] = [];
    const columns = ["region", "pdate"].map((name) => ["add", "partitionValues_parsed", name]);
    for await (const { batch } of file.read({ columns })) {
      for (const row of batch) {
        if (row.add) keys.push(`${row.add.partitionValues_parsed.region} ${row.add.partitionValues_parsed.pdate}`);
      }
    }
    expect(keys).toHaveLength(500);
    expect(new Set(keys.map((key) => key.split(" ")[0])).size).toBe(8);
    const regions = keys.map((key) => key.split(" ")[0]!);
    expect(regions).toEqual([...regions].sort());
    await engine.close();
  });

  test("of a sorted shape need less than a tenth of its checkpoint's bytes under a selective predicate", async () => {
    const where = "region = 'eu-west' and pdate >= '2024-10-01' and price > 9000";
    await make("chk-20k-sorted", "chk-20k-parsed");
    const [sorted, unsorted] = [await find("chk-20k-sorted", where), await find("chk-20k-parsed", where)];
    expect(sorted.paths.length).toBeGreaterThan(0);
    expect(sorted.paths).toEqual(unsorted.paths);
    expect(sorted.bytesRead).toBeGreaterThan(0);
    expect(sorted.bytesRead).toBeLessThan(sorted.checkpointBytes / 10);
  });

  test.each(["adds-400k-1commit", "chk-400k"])("that an interrupt stopped are not there: %s", async (name) => {
    const child = await startBench("tables", "--out", out, name);
    await expect.poll(() => readdir(join(out, `.${name}.tmp/_delta_log`)).catch(() => [])).toHaveLength(1);
    const exit = once(child, "exit");
    child.kill("SIGINT");
    await exit;
    expect(existsSync(join(out, name))).toBe(false);
    expect(await readManifest(out)).not.toHaveProperty(name);
  });

  test("stay whole while the same is made anew, and interrupted", async () => {
    await make("adds-20k-1commit");
    const before = await read("adds-20k-1commit");
    const child = await startBench("tables", "--out", out, "adds-20k-1commit");
    await expect.poll(() => readdir(join(out, ".adds-20k-1commit.tmp/_delta_log")).catch(() => [])).toHaveLength(1);
    const exit = once(child, "exit");
    child.kill("SIGINT");
    await exit;
    const [entry] = await make("--skip-existing", "adds-20k-1commit");
    expect(entry).toMatchObject({ files: 20_000 });
    expect(await read("adds-20k-1commit")).toEqual(before);
  });

  test("are left as they are by --skip-existing if they are whole, and made anew if their log was cut", async () => {
    const [whole] = await make("adds-100-1commit");
    const commit = join(out, "adds-100-1commit/_delta_log/00000000000000000000.json");
    const { ino } = await stat(commit);
    expect(await make("--skip-existing", "adds-100-1commit")).toEqual([whole]);
    expect((await stat(commit)).ino).toBe(ino);
    await truncate(commit, 5000);
    expect(await make("--skip-existing", "adds-100-1commit")).toEqual([whole]);
    expect(await read("adds-100-1commit")).toMatchObject({ files: 100 });
  });

  test("are made anew by --skip-existing for another seed", async () => {
    const [first] = await make("adds-50-1commit");
    const [other] = await make("--skip-existing", "--seed", "2", "adds-50-1commit");
    expect(other).toMatchObject({ files: 50, seed: 2 });
    expect(other!.size).not.toBe(first!.size);
    expect(await read("adds-50-1commit")).toMatchObject({ size: other!.size });
  });

  test.each(["adds-30k-1commit", "chk-30k", "chk-30k-sorted"])("tell how far they are: %s", async (name) => {
    const told: number[] = [];
    await makeTable(out, name, 1, (files) => told.push(files));
    expect(told).toEqual([10_000, 20_000, 30_000]);
  });

  test("are told by --list, the large ones marked", async () => {
    const { stdout } = await bench("tables", "--list", "--json");
    const shapes: { name: string; large: boolean }[] = JSON.parse(stdout);
    expect(shapes.filter(({ large }) => large).map(({ name }) => name)).toEqual([
      "adds-10m-1commit",
      "chk-10m",
      "v2-10m-sidecars",
    ]);
  });

  test.each([
    [[]],
    [["--out", "x", "no-such-shape"]],
    [["--out", "x", "--seed", "-1", "chk-10"]],
    [["--out"]],
    [["--out", "", "chk-10"]],
  ])("refuses %j", (args) => {
    expect(isRefused(() => parseOptions(args))).toBe(true);
  });

  test.each(["FILE", "FILE/below"])("says in one line that tables cannot lie where a file is: %s", async (where) => {
    const file = join(out, "a-file");
    await writeFile(file, "");
    const { status, stdout, stderr } = await bench("tables", "--out", where.replace("FILE", file), "chk-10");
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(/^Tables cannot be written into .*a-file.*name another folder\.\n$/);
  });

  test.each(["{", "[]", '{ "chk-1k": null }', '{\n "chk-10": {\n  "seed" }'])(
    "says in one line that a manifest is broken, before it makes a table: %j",
    async (text) => {
      const broken = await mkdtemp(join(out, "broken-"));
      await writeFile(join(broken, "manifest.json"), text);
      for (const more of [[], ["--skip-existing"]]) {
        const { status, stdout, stderr } = await bench("tables", "--out", broken, "chk-10", ...more);
        expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
        expect(stderr).toMatch(/^.*manifest\.json is not a manifest of tables: delete it.*\n$/);
      }
      expect(await readdir(broken)).toEqual(["manifest.json"]);
    },
  );

  test("tells wrong usage, and ends in status 2", async () => {
    const { status, stdout, stderr } = await bench("tables", "--no-such-option");
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(/no-such-option.*\nUsage: tables/);
  });
});
