import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DeltaTable } from "asyncdelta";
import { afterAll, describe, expect, it } from "vitest";
import { python, scriptArguments } from "../../engine-node/test/interop/python.js";

const SCRIPT = new URL("./judged/paged_tables.py", import.meta.url);

interface Case {
  readonly where: string;
  readonly rows: number;
  readonly ids: number;
  readonly listed: number;
}

const folder = await mkdtemp(join(tmpdir(), "asyncdelta-pages-"));
afterAll(() => rm(folder, { recursive: true }));
const made = spawnSync(python, scriptArguments(SCRIPT, folder), { maxBuffer: 2 ** 24 });
if (made.status !== 0) throw new Error(made.stderr.toString());
const { tables, cases }: { tables: string[]; cases: Case[] } = JSON.parse(made.stdout.toString());

describe.each(["javascript", "wasm"] as const)("predicates over files with page indexes, decoded by %s", (parquet) => {
  it.each(tables)("leave the rows that pyarrow leaves: %s", { timeout: 120_000 }, async (path) => {
    await using table = await DeltaTable.open(path, { engineOptions: { parquet } });
    for (const { where, ...expected } of cases) {
      let [rows, ids, listed] = [0, 0, 0];
      for await (const { id, l } of table.scan({ where }).rows()) {
        rows++;
        ids += Number(id);
        for (const value of (l as Iterable<bigint> | null) ?? []) listed += Number(value);
      }
      expect({ rows, ids, listed }, where).toEqual(expected);
    }
  });

  it.each(tables)("leave most pages unread: %s", async (path) => {
    await using table = await DeltaTable.open(path, { engineOptions: { parquet } });
    const { analysis } = await table.scan({ where: "id between 100 and 300" }).explain({ analyze: true });
    expect(analysis).toMatchObject({ rows: 201 });
    // Of a row group's 29 pages of a column one or two have these rows.
    expect(analysis!.skippedByStatistics.rowGroups).toBe(2);
    expect(analysis!.skippedPages.pages).toBeGreaterThan(4 * 25);
  });
});
