import { Field, Int64, type RecordBatch, Schema, Struct, Table, tableToIPC, Utf8 } from "apache-arrow";
import { Table as WasmTable, WriterPropertiesBuilder, writeParquet } from "parquet-wasm";
import { describe, expect, test } from "vitest";
import { logSchema } from "../src/log/log-schema.js";
import { parsePredicate } from "../src/predicate/parse-predicate.js";
import { findFiles } from "../src/scan/find-files.js";
import { planScan } from "../src/scan/plan-scan.js";
import { loadSnapshot } from "../src/snapshot/load-snapshot.js";
import { LOG, LogTable, lines, metadata, padded, protocol, ROOT } from "./support/log-table.js";
import { field, struct } from "./support/scan-tasks.js";

const FILES = 4000;
const COLUMNS = ["id", "a", "b", "c", "d", "e", "f", "g"];
const group = (...children: Field[]) => new Struct<never>(children as never);
const values = () => group(...COLUMNS.map((name) => new Field(name, new Int64(), true)));
const ADD = group(
  new Field("path", new Utf8(), true),
  new Field("size", new Int64(), true),
  new Field("partitionValues_parsed", group(new Field("p", new Int64(), true)), true),
  new Field("stats", new Utf8(), true),
  new Field(
    "stats_parsed",
    group(
      new Field("numRecords", new Int64(), true),
      ...["minValues", "maxValues", "nullCount"].map((name) => new Field(name, values(), true)),
    ),
    true,
  ),
);

/** Statistics of a file whose ids are its own: ten of them. */
function statsOf(file: number): object {
  const numbers = (id: number) =>
    Object.fromEntries(
      COLUMNS.map((name, at) => [name, name === "id" ? id : (file * 7919 + at * 104_729) % 1_000_003]),
    );
  return { numRecords: 10, minValues: numbers(file * 10), maxValues: numbers(file * 10 + 9), nullCount: { id: 0 } };
}

/** Forty files each; those of the last have none. */
const partitionOf = (file: number): number | null => (file >= FILES - 40 ? null : Math.floor(file / 40));

/** A table whose checkpoint has the statistics of each file as text, parsed or both. */
async function tableWith(form: (file: number) => "text" | "parsed" | "both", rowGroup = 100_000): Promise<LogTable> {
  const table = new LogTable();
  const url = `${LOG}actions`;
  const schemaString = JSON.stringify(struct(...COLUMNS.map((name) => field(name, "long")), field("p", "long")));
  const { metaData } = metadata() as { metaData: object };
  const head = lines([protocol(), { metaData: { ...metaData, schemaString, partitionColumns: ["p"] } }]);
  const adds = Array.from({ length: FILES }, (_, file) => {
    const stats = statsOf(file);
    const text = form(file) === "parsed" ? {} : { stats: JSON.stringify(stats) };
    const parsed = form(file) === "text" ? {} : { stats_parsed: stats };
    return `${JSON.stringify({ add: { path: `f${file}`, size: 1, partitionValues_parsed: { p: partitionOf(file) }, ...text, ...parsed } })}\n`;
  });
  const text = head + adds.join("");
  table.memory.set(url, text);
  const { fields } = await logSchema({ files: false, stats: false, table: true });
  const schema = new Schema([...fields.slice(0, 2), new Field("add", ADD, true)]);
  const batches: RecordBatch[] = [];
  const range = { offset: 0, length: text.length };
  for await (const batch of table.engine.json.readBatches(url, { schema, range })) batches.push(batch);
  const properties = new WriterPropertiesBuilder().setMaxRowGroupSize(rowGroup).build();
  const bytes = writeParquet(WasmTable.fromIPCStream(tableToIPC(new Table(schema, batches), "stream")), properties);
  table.put(`${padded(0)}.checkpoint.parquet`, bytes);
  return table;
}

/** What comes of a use of the table's snapshot, and how many bytes of the log it asked for. */
async function read<T>(
  table: LogTable,
  use: (snapshot: Awaited<ReturnType<typeof loadSnapshot>>) => AsyncIterable<readonly T[]>,
) {
  const snapshot = await loadSnapshot(table.engine, ROOT);
  table.storage.reset();
  const found: T[] = [];
  for await (const batch of use(snapshot)) found.push(...batch);
  const ranges = table.storage.requests.flatMap((request) => request.ranges);
  return { found, bytes: ranges.reduce((sum, { length }) => sum + length, 0) };
}

const where = parsePredicate("id between 20005 and 20014");

describe("the statistics of a checkpoint", () => {
  test("are read of the columns in question alone, where they are parsed", async () => {
    const table = await tableWith(() => "both");
    const some = await read(table, (snapshot) => findFiles(table.engine, snapshot, where));
    expect(some.found.map(({ path }) => path)).toEqual(["f2000", "f2001"]);
    const all = await read(table, (snapshot) => findFiles(table.engine, snapshot, where, { stats: true }));
    expect(all.found.map(({ path }) => path)).toEqual(["f2000", "f2001"]);
    expect(some.bytes).toBeLessThan(all.bytes / 5);
    // Those that were read in part are not shown.
    expect(some.found.map(({ stats }) => stats)).toEqual([undefined, undefined]);
    expect(JSON.parse(all.found[0]!.stats!)).toEqual(statsOf(2000));
    const none = await read(table, (snapshot) => findFiles(table.engine, snapshot, parsePredicate("true")));
    expect(none.found).toHaveLength(FILES);
    expect(none.bytes).toBeLessThan(some.bytes);
  });

  test.each([
    ["as text", () => "text" as const],
    ["parsed", () => "parsed" as const],
    ["as the one or the other", (file: number) => (file % 2 === 0 ? ("text" as const) : ("parsed" as const))],
  ])("skip files alike %s", async (_, form) => {
    const table = await tableWith(form);
    const { found } = await read(table, (snapshot) => planScan(table.engine, snapshot, { where }));
    expect(found.map(({ path, numRecords }) => [path, numRecords])).toEqual([
      ["f2000", 10],
      ["f2001", 10],
    ]);
  });

  test("leave row groups of the checkpoint unread that have no file with a wanted row", async () => {
    const table = await tableWith(() => "both", 100);
    const all = await read(table, (snapshot) =>
      findFiles(table.engine, snapshot, parsePredicate("true"), { stats: true }),
    );
    expect(all.found).toHaveLength(FILES);
    for (const [text, first, count] of [
      ["id between 20005 and 20014", 2000, 2],
      ["p = 50", 2000, 40],
      ["p = 50 and id >= 20390", 2039, 1],
      ["id is not null and id < 20", 0, 2],
      ["id < 0", 0, 0],
    ] as const) {
      const some = await read(table, (snapshot) => findFiles(table.engine, snapshot, parsePredicate(text)));
      const wanted = Array.from({ length: count }, (_, at) => `f${first + at}`);
      expect(
        some.found.map(({ path }) => path),
        text,
      ).toEqual(wanted);
      expect(some.bytes, text).toBeLessThan(all.bytes / 10);
    }
    // A null may be one that is not written here, and is looked for in the map as well.
    const none = await read(table, (snapshot) => findFiles(table.engine, snapshot, parsePredicate("p is null")));
    expect(none.found.map(({ path }) => path)).toEqual(Array.from({ length: 40 }, (_, at) => `f${FILES - 40 + at}`));
  });

  test("with statistics of some files as text alone, row groups are kept", async () => {
    const table = await tableWith((file) => (file % 150 === 0 ? "text" : "both"), 100);
    const { found } = await read(table, (snapshot) => findFiles(table.engine, snapshot, parsePredicate("id = 15000")));
    expect(found.map(({ path }) => path)).toEqual(["f1500"]);
  });
});
