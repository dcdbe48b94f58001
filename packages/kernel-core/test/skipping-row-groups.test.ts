import { nodeEngine } from "@asyncdelta/engine-node";
import { memoryStorage, recordingStorage } from "@asyncdelta/kernel-core/testing";
import { Binary, type Data, Int64, RecordBatch, Table, tableToIPC, Utf8, vectorFromArray } from "apache-arrow";
import fc from "fast-check";
import { Table as WasmTable, WriterPropertiesBuilder, writeParquet } from "parquet-wasm";
import { afterAll, describe, expect, test } from "vitest";
import type { Engine } from "../src/engine/engine.js";
import { bindPredicate } from "../src/predicate/bind-predicate.js";
import { formatPredicate } from "../src/predicate/format-predicate.js";
import { parsePredicate } from "../src/predicate/parse-predicate.js";
import { newData } from "../src/read/new-data.js";
import { openTask, readOpenTask } from "../src/read/read-file.js";
import { readTask } from "../src/read/read-task.js";
import { readTasks } from "../src/read/read-tasks.js";
import { ObjectFileBatch } from "../src/replay/file-batch.js";
import { toScanTask } from "../src/scan/to-scan-task.js";
import { FileFilter } from "../src/skipping/file-filter.js";
import { filterSchema } from "../src/skipping/filter-schema.js";
import { selectRowGroups } from "../src/skipping/row-group-filter.js";
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

/** A Parquet file of these rows in row groups of so many, written by arrow-rs; its size. */
function write(url: string, batch: RecordBatch, rowGroup: number): number {
  const properties = new WriterPropertiesBuilder().setMaxRowGroupSize(rowGroup).build();
  const bytes = writeParquet(WasmTable.fromIPCStream(tableToIPC(new Table(batch), "stream")), properties);
  memory.set(url, bytes);
  return bytes.length;
}

/** Looks at the columns of the filter first, whatever they are of all. */
const ALWAYS = { spared: 0, share: 1 };

/** Bytes that no codec makes fewer. */
function noiseOf(length: number): Uint8Array {
  let state = 9;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  });
}

const rowsOf = ({ data }: RecordBatch): number[] => valuesOf(data.children.at(-1)!).map(Number);

describe("the row groups of a data file", () => {
  test("are left out without losing a row, and rows keep their positions", async () => {
    const tally = { groups: 0, skipped: 0, rows: 0 };
    const cases = testTable.chain((table) =>
      fc.record({
        table: fc.constant(table),
        predicates: fc.array(predicateOn(table), { minLength: 25, maxLength: 25 }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(cases, async ({ table, predicates }) => {
        const { shape, filtered } = positionScan(table, ROOT);
        for (const [at, file] of table.files.entries()) {
          const batch = batchOfFile(table, file);
          if (batch.numRows === 0 || batch.schema.fields.length === 0) continue;
          const { stats: _, ...add } = addOfFile(table, file, `f${at}`);
          const written = { ...add, size: write(ROOT + add.path, batch, 2) };
          const parquet = await engine.parquet.open(ROOT + add.path, { size: written.size });
          for (const predicate of predicates) {
            const bound = bindPredicate(predicate, filtered.schema);
            const filter = new FileFilter(bound, filtered);
            const found: number[] = [];
            const looked: number[] = [];
            for (const { file: kept, filter: rows } of filter.keep(new ObjectFileBatch([written]))) {
              if (rows !== undefined) {
                tally.groups += parquet.rowGroups.length;
                tally.skipped += parquet.rowGroups.length - selectRowGroups(parquet, rows, table.mapping).length;
              }
              const task = toScanTask(shape, kept, rows);
              for await (const batch of readTask(engine, task)) found.push(...rowsOf(batch));
              const opened = await openTask(engine, task, undefined);
              for await (const batch of readOpenTask({ ...opened, lookFirst: ALWAYS }, {}))
                looked.push(...rowsOf(batch));
            }
            const where = formatPredicate(predicate);
            const wanted = plainRows(table, file, predicate);
            expect({ where, found, looked }).toEqual({ where, found: wanted, looked: wanted });
            tally.rows += found.length;
          }
        }
      }),
      { numRuns: 60, seed: 9 },
    );
    expect(tally.skipped / tally.groups).toBeGreaterThan(0.2);
    expect(tally.rows).toBeGreaterThan(1000);
  }, 120_000);

  const schema = schemaOf(field("id", "long"), field("text", "string"), field("later", "date"));
  const rows = Array.from({ length: 1000 }, (_, row) => row);
  const file = new RecordBatch({
    id: vectorFromArray(rows.map(BigInt), new Int64()).data[0]!,
    text: vectorFromArray(
      rows.map((row) => `${row}`.padStart(200, "x")),
      new Utf8(),
    ).data[0]!,
  });

  /** The ids that a predicate finds, and the bytes that this took behind the footer. */
  async function find(where: string): Promise<{ ids: number[]; bytes: number }> {
    const url = `${ROOT}part.parquet`;
    const size = write(url, file, 100);
    const predicate = bindPredicate(parsePredicate(where), schema);
    const filter = { predicate, schema: filterSchema(predicate, schema) };
    storage.reset();
    const ids: number[] = [];
    for await (const { data } of readTask(engine, taskOf(schema, { url, size, filter }))) {
      ids.push(...valuesOf(data.children[0]!).map(Number));
    }
    const ranges = storage.requests.flatMap((request) => request.ranges);
    return { ids, bytes: ranges.reduce((sum, { length }) => sum + length, 0) };
  }

  test("are not asked for where none of their rows is wanted", async () => {
    const all = await find("id >= 0");
    expect(all.ids).toEqual(rows);
    const some = await find("id between 250 and 260");
    expect(some.ids).toEqual(rows.slice(250, 261));
    const none = await find("id > 999 or text = 'y'");
    expect(none.ids).toEqual([]);
    expect(some.bytes - none.bytes).toBeLessThan((all.bytes - none.bytes) / 5);
  });

  test("are all left out by a column that the file lacks, since it is null", async () => {
    const none = await find("later > date '2024-01-01'");
    expect(none.ids).toEqual([]);
    expect((await find("later is null and id < 3")).ids).toEqual([0, 1, 2]);
    expect(none.bytes).toBe((await find("id < 0")).bytes);
  });

  test("are looked at by the columns of the filter first, where the others are large", async () => {
    const url = `${ROOT}large.parquet`;
    const [groups, rowsOf, width] = [6, 50, 100_000];
    // Where the columns are looked at alone, the one of the filter is in another place than among all of them.
    const large = schemaOf(field("other", "long"), field("id", "long"), field("payload", "binary"));
    const taken = (data: Data): bigint[] => {
      const [others, values] = [0, 1].map((at) => valuesOf(data.children[at]!) as bigint[]);
      expect(others).toEqual(values!.map((id) => -id));
      return values!;
    };
    // No bound tells these apart: each row group has the least and the greatest id.
    const ids = Array.from({ length: groups * rowsOf }, (_, row) =>
      row % rowsOf === 0 ? 0n : row % rowsOf === 1 ? 1_000_000n : BigInt(row),
    );
    const noise = noiseOf(width * ids.length);
    const offsets = Int32Array.from({ length: ids.length + 1 }, (_, row) => row * width);
    const payload = newData(new Binary(), ids.length, { offsets, values: noise });
    const size = write(
      url,
      new RecordBatch({
        other: vectorFromArray(
          ids.map((id) => -id),
          new Int64(),
        ).data[0]!,
        id: vectorFromArray(ids, new Int64()).data[0]!,
        payload,
      }),
      rowsOf,
    );
    const read = async (where: string) => {
      const predicate = bindPredicate(parsePredicate(where), large);
      const filter = { predicate, schema: filterSchema(predicate, large) };
      storage.reset();
      const found: bigint[] = [];
      for await (const { data } of readTask(engine, taskOf(large, { url, size, filter }))) {
        found.push(...taken(data));
      }
      const ranges = storage.requests.flatMap((request) => request.ranges);
      return { found, share: ranges.reduce((sum, { length }) => sum + length, 0) / size };
    };
    const one = await read("id = 210");
    expect(one.found).toEqual([210n]);
    expect(one.share).toBeLessThan(0.25);
    const none = await read("id = 999999");
    expect(none.found).toEqual([]);
    expect(none.share).toBeLessThan(0.05);
    // Where every row group has some, no more is asked for than without looking, but for what two looks take.
    const all = await read("id = 0");
    expect(all.found).toEqual(Array(groups).fill(0n));
    expect(all.share).toBeLessThan(1.01);
  });

  test("are looked at first in one file as long as that was worth it in the files before", async () => {
    const [files, rowsOf, width] = [30, 50, 100_000];
    const far = memoryStorage({ roundTrip: "costly" });
    const farRequests = recordingStorage(far);
    const farEngine = nodeEngine({ storage: farRequests });
    const noisy = schemaOf(field("id", "long"), field("payload", "binary"));
    const noise = noiseOf(width * rowsOf);
    const offsets = Int32Array.from({ length: rowsOf + 1 }, (_, row) => row * width);
    const payload = newData(new Binary(), rowsOf, { offsets, values: noise });
    const ids = Array.from({ length: rowsOf }, (_, row) => (row === 1 ? 1_000_000n : BigInt(row)));
    const id = vectorFromArray(ids, new Int64()).data[0]!;
    const size = write(`${ROOT}noisy.parquet`, new RecordBatch({ id, payload }), rowsOf);
    const bytes = await memory.read(`${ROOT}noisy.parquet`);
    for (let at = 0; at < files; at++) far.set(`${ROOT}${at}.parquet`, bytes);
    /** How often more was asked than for each file's footer, page indexes and rest, and the share of bytes. */
    const read = async (where: string) => {
      const predicate = bindPredicate(parsePredicate(where), noisy);
      const filter = { predicate, schema: filterSchema(predicate, noisy) };
      farRequests.reset();
      let found = 0;
      const tasks = Array.from({ length: files }, (_, at) =>
        taskOf(noisy, { url: `${ROOT}${at}.parquet`, size, filter }),
      );
      for await (const batch of readTasks(farEngine, [tasks])) found += batch.numRows;
      const looks = farRequests.requests.length - 3 * files;
      return { found, looks, share: farRequests.bytesRead / (files * size) };
    };
    const everywhere = await read("id = 7");
    expect(everywhere.found).toBe(files);
    // The first ones are under way before anything is known.
    expect(everywhere.looks).toBeGreaterThanOrEqual(2);
    expect(everywhere.looks).toBeLessThan(files / 2);
    const nowhere = await read("id = 999999");
    expect(nowhere.found).toBe(0);
    expect(nowhere.share).toBeLessThan(0.05);
    await farEngine.close();
  });
});
