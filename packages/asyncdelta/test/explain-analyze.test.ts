import { copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DeltaTable } from "asyncdelta";
import { afterAll, describe, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "asyncdelta-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A table of one file without statistics, of `engine-node/test/fixtures/indexes`. */
async function tableOf(name: string, fields: Readonly<Record<string, string>>): Promise<DeltaTable> {
  const root = join(folder, name);
  mkdirSync(join(root, "_delta_log"), { recursive: true });
  const file = join(root, "data.parquet");
  copyFileSync(new URL(`../../engine-node/test/fixtures/indexes/${name}.parquet`, import.meta.url), file);
  const columns = Object.entries(fields).map(([name, type]) => ({ name, type, nullable: true, metadata: {} }));
  const schemaString = JSON.stringify({ type: "struct", fields: columns });
  const actions = [
    { protocol: { minReaderVersion: 1, minWriterVersion: 2 } },
    {
      metaData: {
        id: name,
        format: { provider: "parquet", options: {} },
        schemaString,
        partitionColumns: [],
        configuration: {},
      },
    },
    {
      add: {
        path: "data.parquet",
        size: statSync(file).size,
        partitionValues: {},
        modificationTime: 0,
        dataChange: true,
      },
    },
  ];
  const lines = actions.map((action) => `${JSON.stringify(action)}\n`).join("");
  writeFileSync(join(root, "_delta_log", "00000000000000000000.json"), lines);
  return DeltaTable.open(root);
}

async function analyze(table: DeltaTable, where: string) {
  const scan = table.scan({ where });
  const { analysis, read } = await scan.explain({ analyze: true });
  expect(read.files).toBe(1);
  expect(analysis!.rows).toBe(await scan.count());
  const { there, read: wanted, ...levels } = analysis!;
  const skipped = Object.values(levels).map((level) => (typeof level === "number" ? 0 : level.bytes));
  expect(skipped.reduce((sum, bytes) => sum + bytes, wanted.bytes)).toBe(there.bytes);
  return analysis!;
}

describe("an explanation that reads the files", () => {
  it("says which row groups bloom filters, dictionaries and statistics left out", async () => {
    const table = await tableOf("large", { key: "integer", kind: "string" });
    const none = { rowGroups: 0, bytes: 0 };
    const byFilter = await analyze(table, "key = 7");
    expect(byFilter).toMatchObject({ rows: 0, skippedByStatistics: none, skippedByValues: byFilter.there });
    const byDictionary = await analyze(table, "kind in ('kind 1', 'kind 3')");
    expect(byDictionary).toMatchObject({ rows: 0, skippedByValues: byDictionary.there });
    const byStatistics = await analyze(table, "key > 100000");
    expect(byStatistics).toMatchObject({ rows: 0, skippedByStatistics: byStatistics.there, skippedByValues: none });
    expect(await analyze(table, "key = 8")).toMatchObject({ rows: 1, skippedByValues: none });
    expect((await table.scan({ where: "key = 8" }).explain()).analysis).toBe(undefined);
    await table.close();
  });

  it("says which pages were left out", async () => {
    const table = await tableOf("pages", { id: "long", text: "string" });
    const some = await analyze(table, "id between 42 and 47");
    expect([some.rows, some.skippedPages.pages]).toEqual([6, 38]);
    const all = await analyze(table, "text is null and id = 60");
    expect(all).toMatchObject({ rows: 0, skippedByPages: all.there });
    await table.close();
  });

  it("has no other option", async () => {
    const table = await tableOf("bloom", { long: "long" });
    expect(() => table.scan().explain({ analyse: true } as never)).toThrow("analyse");
    await table.close();
  });
});
