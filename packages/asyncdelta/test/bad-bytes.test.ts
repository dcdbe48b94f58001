/**
 * Damaged tables: one file of a small table is damaged at random, and the table is opened, listed with its statistics and
 * read. It must end in a DeltaError that says so, or be right. Files by themselves are damaged in `parquet-damage` of
 * `engine-node` and in `deletion-vector-damage` of `kernel-core`.
 *
 * `ASYNCDELTA_SEEDS` scales the number of cases; `ASYNCDELTA_CASE="trips 17"` runs one of them alone.
 */
import { readdirSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeEngine } from "asyncdelta";
import { afterAll, describe, expect, it } from "vitest";
import { copyTable } from "./bad-bytes/bad-table.js";
import { type BadCase, pickCase } from "./bad-bytes/case.js";
import { Cases } from "./bad-bytes/cases.js";
import { Judge } from "./bad-bytes/judge.js";
import { scaled } from "./bad-bytes/random.js";
import { readWhole } from "./bad-bytes/read-whole.js";
import { smallTables } from "./bad-bytes/small-tables.js";

const small = await smallTables();
const cases = new Cases();
afterAll(() => cases.end());

describe("a small table of which a file is damaged", () => {
  it.each(small)("is right or an error: $name", { timeout: 300_000 }, async (table) => {
    const judge = await Judge.of(table);
    expect(await cases.run(judge, { parquet: "javascript" }, scaled(1300))).toEqual([]);
  });

  it.each(small)("is right or an error in workers too: $name", { timeout: 300_000 }, async (table) => {
    const judge = await Judge.of(table);
    const decoded = (bad: BadCase) => ["data", "change", "checkpoint", "sidecar"].includes(bad.file.kind);
    expect(await cases.run(judge, { parquet: "wasm", workers: 2 }, scaled(40), decoded)).toEqual([]);
  });

  it("leaves no file open", { timeout: 120_000 }, async () => {
    const table = small.find(({ name }) => name === "readings")!;
    const folder = await mkdtemp(join(tmpdir(), "asyncdelta-bad-"));
    const engine = nodeEngine();
    try {
      await copyTable(table, folder);
      const open = openFiles();
      for (let seed = 0; seed < scaled(150); seed++) {
        const { file, bytes } = pickCase(table, seed, undefined);
        const path = join(folder, decodeURIComponent(file.url.slice(table.url.length)));
        await writeFile(path, bytes);
        await readWhole(engine, folder, { rows: true, changes: false });
        await writeFile(path, file.bytes);
      }
      expect(openFiles()).toEqual(open);
    } finally {
      await engine.close();
      await rm(folder, { recursive: true });
    }
  });
});

describe("the cases", () => {
  it.skipIf(cases.chosen !== undefined)("are of each kind, and end in each way", () => {
    for (const kind of ["commit", "compaction", "checkpoint", "json checkpoint", "sidecar", "checksum", "hint"]) {
      expect(cases.tally.count(kind, "read"), kind).toBeGreaterThan(0);
    }
    for (const kind of ["commit", "checkpoint", "sidecar", "data", "change", "vector"]) {
      expect(cases.tally.count(kind, "error"), kind).toBeGreaterThan(0);
    }
  });
});

/** What the process has open, where the system says it: files and the like, by what they lead to. */
function openFiles(): string[] {
  try {
    return readdirSync("/proc/self/fd").sort().slice(0, -1);
  } catch {
    return [];
  }
}
