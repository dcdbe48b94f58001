import { readFileSync } from "node:fs";
import { nodeEngine } from "@asyncdelta/engine-node";
import { memoryStorage, recordingStorage } from "@asyncdelta/kernel-core/testing";
import { Int64, RecordBatch, Table, tableToIPC, Utf8, vectorFromArray } from "apache-arrow";
import fc from "fast-check";
import { Table as WasmTable, WriterPropertiesBuilder, WriterVersion, writeParquet } from "parquet-wasm";
import { afterAll, describe, expect, test } from "vitest";
import type { RowRanges } from "../src/deletion-vector/row-ranges.js";
import type { Engine } from "../src/engine/engine.js";
import { bindPredicate } from "../src/predicate/bind-predicate.js";
import { formatPredicate } from "../src/predicate/format-predicate.js";
import { parsePredicate } from "../src/predicate/parse-predicate.js";
import { openTask, readOpenTask } from "../src/read/read-file.js";
import { readTask } from "../src/read/read-task.js";
import { ObjectFileBatch } from "../src/replay/file-batch.js";
import type { ScanTask } from "../src/scan/scan-task.js";
import { toScanTask } from "../src/scan/to-scan-task.js";
import { FileFilter } from "../src/skipping/file-filter.js";
import { filterSchema } from "../src/skipping/filter-schema.js";
import { joinNear, selectPages } from "../src/skipping/page-filter.js";
import { ReadCounts } from "../src/skipping/read-counts.js";
import { RowGroupFilter } from "../src/skipping/row-group-filter.js";
import { valuesOf } from "./support/arrow-files.js";
import { addOfFile, batchOfFile, predicateOn, testTable } from "./support/filtered-tables.js";
import { plainRows } from "./support/plain-rows.js";
import { positionScan } from "./support/position-scan.js";
import { field, schemaOf, taskOf } from "./support/scan-tasks.js";

const ROOT = "memory:///t/";
const memory = memoryStorage();
const storage = recordingStorage(memory);
const engine: Engine = nodeEngine({ storage });
afterAll(() => engine.close());

/** A Parquet file of these rows in small pages, written by arrow-rs; its size. */
function write(url: string, batch: RecordBatch, pageRows: number, version: WriterVersion, pageBytes = 1): number {
  const properties = new WriterPropertiesBuilder()
    .setWriterVersion(version)
    .setWriteBatchSize(pageRows)
    .setDataPageSizeLimit(pageBytes)
    .setDictionaryEnabled(false)
    .build();
  const bytes = writeParquet(WasmTable.fromIPCStream(tableToIPC(new Table(batch), "stream")), properties);
  memory.set(url, bytes);
  return bytes.length;
}

const rowsOf = ({ data }: RecordBatch): number[] => valuesOf(data.children.at(-1)!).map(Number);

/** The rows that pages leave of the one row group of a file, before near ones are joined. */
async function pageRows(task: ScanTask): Promise<RowRanges | undefined> {
  const { file, columns } = await openTask(engine, task, undefined);
  const filter = new RowGroupFilter(file, task.filter!, task.columnMapping);
  const bounded = filter.columns.map(({ place }) => (place.kind === "leaf" ? place.path : []));
  const pages = (await file.pages!({ rowGroups: [0], bounded, columns })).get(0);
  return pages && selectPages(filter, filter.bounds(0), pages.bounded, file.numRows);
}

describe("the pages of a data file", () => {
  test("are left out without losing a row, and rows keep their positions", async () => {
    const tally = { rows: 0, left: 0, found: 0, apart: 0 };
    const cases = testTable.chain((table) =>
      fc.record({
        table: fc.constant(table),
        rows: fc.constantFrom(1, 2),
        version: fc.constantFrom(WriterVersion.V1, WriterVersion.V2),
        predicates: fc.array(predicateOn(table), { minLength: 25, maxLength: 25 }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(cases, async ({ table, rows, version, predicates }) => {
        const { shape, filtered } = positionScan(table, ROOT);
        for (const [at, file] of table.files.entries()) {
          const batch = batchOfFile(table, file);
          if (batch.numRows === 0 || batch.schema.fields.length === 0) continue;
          const { stats: _, ...add } = addOfFile(table, file, `f${at}`);
          const written = { ...add, size: write(ROOT + add.path, batch, rows, version) };
          for (const predicate of predicates) {
            const bound = bindPredicate(predicate, filtered.schema);
            const filter = new FileFilter(bound, filtered);
            const found: number[] = [];
            const apart: number[] = [];
            for (const { file: kept, filter: rows } of filter.keep(new ObjectFileBatch([written]))) {
              const task = toScanTask(shape, kept, rows);
              for await (const batch of readTask(engine, task)) found.push(...rowsOf(batch));
              const opened = await openTask(engine, task, undefined);
              const wanted = rows && opened.found.rowGroups.length > 0 ? await pageRows(task) : undefined;
              if (wanted !== undefined) {
                const count = wanted.reduce((sum, edge, pair) => sum + (pair % 2 === 0 ? -edge : edge), 0);
                tally.rows += batch.numRows;
                tally.left += batch.numRows - count;
                if (wanted.length > 2) tally.apart++;
              }
              // The same where no page is read only because it is near.
              const all = wanted === undefined ? opened.found.rows : new Map([[0, wanted]]);
              const rest = { ...opened, found: { rowGroups: opened.found.rowGroups, rows: all } };
              for await (const batch of readOpenTask(rest, {})) apart.push(...rowsOf(batch));
            }
            const where = formatPredicate(predicate);
            const wanted = plainRows(table, file, predicate);
            expect({ where, found, apart }).toEqual({ where, found: wanted, apart: wanted });
            tally.found += found.length;
          }
        }
      }),
      { numRuns: 12, seed: 71 },
    );
    expect(tally.left / tally.rows).toBeGreaterThan(0.3);
    expect(tally.apart).toBeGreaterThan(0);
    expect(tally.found).toBeGreaterThan(200);
  }, 120_000);

  const schema = schemaOf(field("id", "long"), field("text", "string"), field("pad", "string"));
  const count = 5000;
  const rows = Array.from({ length: count }, (_, row) => row);
  const file = new RecordBatch({
    id: vectorFromArray(rows.map(BigInt), new Int64()).data[0]!,
    text: vectorFromArray(
      rows.map((row) => `${row}`.padStart(100, "x")),
      new Utf8(),
    ).data[0]!,
    pad: vectorFromArray(
      rows.map((row) => `${row}`.padStart(4, "0").repeat(30)),
      new Utf8(),
    ).data[0]!,
  });
  const url = `${ROOT}part.parquet`;
  const size = write(url, file, 50, WriterVersion.V1, 4000);

  /** The ids that a predicate finds, the bytes that this took behind the footer, and what was counted. */
  async function find(where: string) {
    const predicate = bindPredicate(parsePredicate(where), schema);
    const filter = { predicate, schema: filterSchema(predicate, schema) };
    const counts = new ReadCounts();
    storage.reset();
    const ids: number[] = [];
    for await (const { data } of readTask(engine, taskOf(schema, { url, size, filter }), { counts })) {
      ids.push(...valuesOf(data.children[0]!).map(Number));
    }
    const ranges = storage.requests.flatMap((request) => request.ranges);
    return { ids, bytes: ranges.reduce((sum, { length }) => sum + length, 0), counts };
  }

  test("are not asked for where none of their rows is wanted", async () => {
    const all = await find("id >= 0");
    expect(all.ids).toEqual(rows);
    const none = await find("id > 10000");
    expect(none.ids).toEqual([]);
    const some = await find("id between 500 and 510");
    expect(some.ids).toEqual(rows.slice(500, 511));
    expect(some.bytes - none.bytes).toBeLessThan((all.bytes - none.bytes) / 5);
    expect(all.counts.pages.pages).toBe(0);
    expect(some.counts.pages.pages).toBeGreaterThan(some.counts.pagesThere.pages * 0.85);
    expect(some.counts.pages.bytes).toBeGreaterThan(some.counts.there.bytes * 0.85);
    const two = await find("id in (600, 4600)");
    expect(two.ids).toEqual([600, 4600]);
    expect(two.counts.pages.pages).toBeLessThan(some.counts.pages.pages);
    expect(two.bytes - none.bytes).toBeLessThan((all.bytes - none.bytes) / 4);
  });

  test("are left out if they are null, and kept if that is asked for", async () => {
    const url = `${ROOT}pages.parquet`;
    const bytes = readFileSync(new URL("../../engine-node/test/fixtures/indexes/pages.parquet", import.meta.url));
    memory.set(url, new Uint8Array(bytes));
    const rows = async (where: string) => {
      const predicate = bindPredicate(parsePredicate(where), schema);
      const filter = { predicate, schema: filterSchema(predicate, schema) };
      const task = taskOf(schemaOf(field("id", "long"), field("text", "string")), { url, size: bytes.length, filter });
      return [...((await pageRows(task)) ?? [])];
    };
    expect(await rows("text is not null")).toEqual([50, 100, 150, 200]);
    expect(await rows("text is null")).toEqual([0, 50, 100, 150]);
    expect(await rows("text is null and id < 72")).toEqual([0, 50]);
    expect(await rows("text is null or id = 72")).toEqual([0, 50, 70, 80, 100, 150]);
    expect(await rows("not (text is null or id < 172)")).toEqual([170, 200]);
    expect(await rows("text <=> null and id = 72")).toEqual([]);
    expect(await rows("id >= 0")).toEqual([]);
  });

  test("rule a row group out together that its bounds as a whole do not rule out", async () => {
    const found = await find("pad = '3' and id = 4000");
    expect(found.ids).toEqual([]);
    expect([found.counts.byPages.rowGroups, found.counts.byStatistics.rowGroups]).toEqual([1, 0]);
    expect(found.bytes).toBe((await find("id > 10000")).bytes);
  });
});

describe("ranges of rows", () => {
  test("are joined where next to no bytes lie between them", () => {
    const leaf = { firstRows: [0, 10, 20, 30], sizes: [5000, 5000, 5000, 5000] };
    const join = (rows: number[], ...leaves: (typeof leaf)[]) => [
      ...joinNear(Int32Array.from(rows), { leaves, bounded: [] }, 40),
    ];
    expect(join([0, 10, 20, 30], leaf)).toEqual([0, 10, 20, 30]);
    expect(join([0, 10, 20, 30], { ...leaf, sizes: [5000, 50, 5000, 5000] })).toEqual([0, 30]);
    // No page lies between them whole.
    expect(join([0, 11, 19, 30], leaf)).toEqual([0, 30]);
    const small = { firstRows: [0, 12, 18], sizes: [9, 9, 9] };
    expect(join([0, 11, 19, 30], leaf, small)).toEqual([0, 30]);
    expect(join([], leaf)).toEqual([]);
  });
});
