import { nodeEngine } from "@asyncdelta/engine-node";
import { type DataType, Field, Float64, Int64, Map_, Schema, Struct, Table, tableToIPC, Utf8 } from "apache-arrow";
import fc from "fast-check";
import { Table as WasmTable, WriterPropertiesBuilder, writeParquet } from "parquet-wasm";
import { afterAll, describe, expect, test } from "vitest";
import type { Engine } from "../src/engine/engine.js";
import { logSchema } from "../src/log/log-schema.js";
import { parsePredicate } from "../src/predicate/parse-predicate.js";
import { findFiles } from "../src/scan/find-files.js";
import { planScan } from "../src/scan/plan-scan.js";
import { SkippingCounts } from "../src/skipping/skipping-counts.js";
import { loadSnapshot } from "../src/snapshot/load-snapshot.js";
import {
  type Action,
  add,
  LOG,
  LogTable,
  lines,
  metadata,
  padded,
  protocol,
  ROOT,
  remove,
} from "./support/log-table.js";
import { field, struct } from "./support/scan-tasks.js";

const group = (fields: Readonly<Record<string, DataType>>) =>
  new Struct<never>(Object.entries(fields).map(([name, type]) => new Field(name, type, true)) as never);
const values = () => group({ id: new Int64(), price: new Float64(), name: new Utf8() });
const counts = () => group({ id: new Int64(), price: new Int64(), name: new Int64() });
const PARSED: Readonly<Record<string, DataType>> = {
  numRecords: new Int64(),
  minValues: values(),
  maxValues: values(),
  nullCount: counts(),
};

/** What a file's partition values and statistics may be. */
const file = fc.record({
  p: fc.constantFrom("eu", "us", "Zürich", 'a"b\\c', "", null, undefined),
  n: fc.constantFrom("1", "2", "30", "-4", null),
  records: fc.constantFrom(0, 1, 3),
  id: fc.constantFrom([1, 3], [5, 5], [9_007_199_254_740_991, 9_007_199_254_740_991], undefined),
  price: fc.constantFrom([0.5, 2.25], [-0, 0], [10, 1234.0625], [7, 7], undefined),
  name: fc.constantFrom(["a", "b"], ["eu", "eu"], ["\u{1f600}", "\u{1f600}"], ['q"', 'q"'], undefined),
  nulls: fc.constantFrom(0, 1, undefined),
  vector: fc.constantFrom(undefined, "first", "second"),
  text: fc.constantFrom("whole", "absent", "broken"),
});
type TestFile = typeof file extends fc.Arbitrary<infer T> ? T : never;

function statsOf({ records, id, price, name, nulls }: TestFile): object {
  const side = (at: number) => ({ id: id?.[at], price: price?.[at], name: name?.[at] });
  return {
    numRecords: records,
    minValues: side(0),
    maxValues: side(1),
    nullCount: { id: nulls, price: nulls, name: nulls },
  };
}

const vectorOf = (vector: string) => ({
  storageType: "i",
  pathOrInlineDv: vector,
  sizeInBytes: vector.length,
  cardinality: 1,
});

function addOf(at: number, some: TestFile): Action {
  const stats = JSON.stringify(statsOf(some));
  return add(`f${at}`, {
    partitionValues: { ...(some.p !== undefined && { p: some.p }), n: some.n },
    stats: some.text === "absent" ? undefined : some.text === "broken" ? stats.slice(0, -1) : stats,
    ...(some.vector !== undefined && { deletionVector: vectorOf(some.vector) }),
  });
}

const TEXT = new Utf8();
const ADD: Readonly<Record<string, DataType>> = {
  path: TEXT,
  size: new Int64(),
  partitionValues: new Map_(
    new Field("entries", new Struct([new Field("key", TEXT, false), new Field("value", TEXT, true)]), false) as never,
  ) as unknown as DataType,
  deletionVector: group({
    storageType: TEXT,
    pathOrInlineDv: TEXT,
    sizeInBytes: new Int64(),
    cardinality: new Int64(),
  }),
};

/** A table whose checkpoint has these files, with their statistics as text or parsed, and commits that take some of them back. */
async function tableWith(
  files: readonly TestFile[],
  newer: readonly TestFile[],
  isParsed: boolean,
  isLarge = false,
): Promise<LogTable> {
  const table = new LogTable();
  const { metaData } = metadata() as { metaData: object };
  const schema = struct(
    field("id", "long"),
    field("price", "double"),
    field("name", "string"),
    field("p", "string"),
    field("n", "integer"),
  );
  const head = [
    protocol({
      minReaderVersion: 3,
      minWriterVersion: 7,
      readerFeatures: ["deletionVectors"],
      writerFeatures: ["deletionVectors"],
    }),
    { metaData: { ...metaData, schemaString: JSON.stringify(schema), partitionColumns: ["p", "n"] } },
  ];
  const adds = files.map((some, at): Action => {
    const { stats, ...rest } = (addOf(at, some) as { add: Record<string, unknown> }).add;
    return { add: { ...rest, ...(isParsed ? { stats_parsed: statsOf(some) } : { stats }) } };
  });
  table.memory.set(`${LOG}actions`, lines([...head, ...adds]));
  const fields = { ...ADD, ...(isParsed ? { stats_parsed: group(PARSED) } : { stats: TEXT }) };
  const arrow = new Schema([
    ...(await logSchema({ files: false, stats: false, table: true })).fields.slice(0, 2),
    new Field("add", group(fields), true),
  ]);
  const batches = [];
  for await (const batch of table.engine.json.readBatches(`${LOG}actions`, { schema: arrow })) batches.push(batch);
  await table.memory.delete(`${LOG}actions`);
  const properties = new WriterPropertiesBuilder()
    .setMaxRowGroupSize(40)
    .setDataPageSizeLimit(200)
    .setWriteBatchSize(7)
    .build();
  table.put(
    `${padded(0)}.checkpoint.parquet`,
    writeParquet(WasmTable.fromIPCStream(tableToIPC(new Table(arrow, batches), "stream")), properties),
  );
  // Every third file of the checkpoint is gone, and every fourth has come back with other facts and the same key.
  const gone = files.flatMap((some, at) =>
    at % 3 === 0 ? [remove(`f${at}`, some.vector === undefined ? {} : { deletionVector: vectorOf(some.vector) })] : [],
  );
  const back = files.flatMap((some, at) =>
    at % 4 === 1 && at % 3 !== 0 ? [addOf(at, { ...newer[at % newer.length]!, vector: some.vector })] : [],
  );
  // A commit of more than 2 MiB is read in pieces, where the table's own actions stand in front.
  const note = add("note", { tags: { note: "x".repeat(2 << 20) }, partitionValues: { p: "none" } });
  const front = isLarge ? [...head, ...Array.from({ length: 300 }, (_, at) => add(`g${at}`))] : [];
  const last = isLarge ? [note] : [];
  table.commit(1, [...front, ...gone, ...back, ...newer.map((some, at) => addOf(1000 + at, some)), ...last]);
  return table;
}

const PREDICATES = [
  "p = 'eu'",
  "p = 'Zürich' and price > 9",
  "n >= 2 and n < 31 and id = 5",
  "p is null and price < 8.5",
  "not (p = 'us' or price >= 7)",
  "price > 1234.0624 or n = -4",
  "price = 0 and id is not null",
  "name >= 'eu' and n <= 2",
  "p = 'a\"b\\c' or name = 'q\"'",
  "id > 9007199254740990",
  "id is null and p in ('eu', 'us')",
  "true",
].map((text) => [text, parsePredicate(text)] as const);

/** The same engine, that leaves nothing out by a selection. */
function unselective(engine: Engine): Engine {
  return {
    ...engine,
    json: {
      ...engine.json,
      readBatches: (url, { selection: _, ...options }) => engine.json.readBatches(url, options),
    },
    parquet: {
      open: async (url, options) => {
        const file = await engine.parquet.open(url, options);
        return { ...file, read: ({ selection: _, ...rest } = {}) => file.read(rest) };
      },
    },
  };
}

const engines: Engine[] = [];
const engineOver = (table: LogTable, parquet: "javascript" | "wasm"): Engine => {
  const engine = { ...nodeEngine({ storage: table.storage, parquet }), clock: table.clock };
  engines.push(engine);
  return engine;
};
afterAll(() => Promise.all(engines.map((engine) => engine.close())));

async function results(engine: Engine, predicates = PREDICATES): Promise<unknown[]> {
  const snapshot = await loadSnapshot(engine, ROOT);
  const found: unknown[] = [];
  for (const [text, where] of predicates) {
    const files: unknown[] = [];
    for await (const kept of findFiles(engine, snapshot, where, { trustFloatBounds: true })) files.push(...kept);
    const tasks: unknown[] = [];
    for await (const some of planScan(engine, snapshot, { where, columns: ["id"] })) tasks.push(...some);
    const counts = new SkippingCounts();
    let counted = 0;
    for await (const some of planScan(engine, snapshot, { where, columns: ["id"], counts })) counted += some.length;
    expect(counted, text).toBe(tasks.length);
    expect(counts.there.files - counts.byPartition.files - counts.byStatistics.files, text).toBe(counted);
    found.push({ text, files, tasks, counts });
  }
  return found;
}

describe("files that are left out while the log is decoded", () => {
  test("are those that are left out afterwards, whatever commits have taken back of a checkpoint", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(file, { minLength: 1, maxLength: 120 }),
        fc.array(file, { minLength: 1, maxLength: 90 }),
        fc.boolean(),
        async (files, newer, isParsed) => {
          const table = await tableWith(files, newer, isParsed);
          const engine = engineOver(table, "javascript");
          const wanted = await results(unselective(engine));
          expect(await results(engine)).toEqual(wanted);
          expect(await results(engineOver(table, "wasm"))).toEqual(wanted);
        },
      ),
      { numRuns: 4, seed: 9 },
    );
  }, 300_000);

  test("are those also of a commit that is read in pieces", async () => {
    const files = fc.sample(file, { numRuns: 60, seed: 3 });
    const newer = fc.sample(file, { numRuns: 2000, seed: 4 });
    const table = await tableWith(files, newer, false, true);
    const engine = engineOver(table, "javascript");
    const some = PREDICATES.slice(1, 3);
    expect(await results(engine, some)).toEqual(await results(unselective(engine), some));
  }, 300_000);

  test("are fewer rows to decode", async () => {
    const [one] = fc.sample(file, { numRuns: 1, seed: 1 });
    const files = Array.from({ length: 100 }, (_, at): TestFile => ({ ...one!, p: at === 50 ? "eu" : "us" }));
    const table = await tableWith(files, [one!], false);
    const engine = engineOver(table, "javascript");
    const rows = { decoded: 0 };
    const counting: Engine = {
      ...engine,
      parquet: {
        open: async (url, options) => {
          const opened = await engine.parquet.open(url, options);
          return {
            ...opened,
            read: async function* (read) {
              for await (const batch of opened.read(read)) {
                if (read?.selection !== undefined) rows.decoded += batch.batch.numRows;
                yield batch;
              }
            },
          };
        },
      },
    };
    const snapshot = await loadSnapshot(counting, ROOT);
    const found: string[] = [];
    for await (const kept of findFiles(counting, snapshot, parsePredicate("p = 'eu'"))) {
      found.push(...kept.map(({ path }) => path));
    }
    expect(found.filter((path) => path === "f50")).toHaveLength(1);
    expect(rows.decoded).toBe(1);
  });
});

describe("lines of a commit whose partition is out", () => {
  test.each(["p = 'eu' and price > 1", "n = 2 and price > 1"])("come without their statistics: %s", async (text) => {
    const [one] = fc.sample(file, { numRuns: 1, seed: 2 });
    const some: TestFile = { ...one!, price: [0.5, 2.25], text: "whole" };
    const newer = Array.from(
      { length: 2000 },
      (_, at): TestFile => ({
        ...some,
        p: at % 10 === 0 ? "eu" : "us",
        n: at % 10 === 0 ? "2" : "1",
      }),
    );
    const table = await tableWith([some], newer, false, true);
    const where = parsePredicate(text);
    const seen = { rows: 0, stats: 0 };
    const { engine } = table;
    const looking: Engine = {
      ...engine,
      json: {
        ...engine.json,
        readBatches: async function* (url, options) {
          for await (const batch of engine.json.readBatches(url, options)) {
            const stats = batch.getChild("add")!.getChild("stats" as never)!;
            seen.rows += batch.numRows;
            for (let row = 0; row < batch.numRows; row++) if (stats.get(row) !== null) seen.stats++;
            yield batch;
          }
        },
      },
    };
    const snapshot = await loadSnapshot(looking, ROOT);
    const found: string[] = [];
    for await (const kept of findFiles(looking, snapshot, where)) found.push(...kept.map(({ path }) => path));
    const wanted = newer.flatMap((_, at) => (at % 10 === 0 ? [`f${1000 + at}`] : []));
    expect(found).toEqual(expect.arrayContaining(wanted));
    expect(seen.stats).toBeGreaterThan(0);
    expect(seen.stats).toBeLessThan(seen.rows / 5);
  });
});
