import { Field, Int32, Int64, type RecordBatch, Schema, Struct, Table, tableToIPC, Utf8 } from "apache-arrow";
import { Table as WasmTable, writeParquet } from "parquet-wasm";
import { describe, expect, test } from "vitest";
import type { AddFile } from "../src/actions/add-file.js";
import { logSchema } from "../src/log/log-schema.js";
import { liveFiles } from "../src/replay/live-files.js";
import { loadSnapshot } from "../src/snapshot/load-snapshot.js";
import { LOG, LogTable, lines, metadata, padded, protocol, ROOT } from "./support/log-table.js";

const struct = (...children: Field[]) => new Struct<never>(children as never);
const longs = () => struct(new Field("id", new Int64(), true));
const ADD = struct(
  new Field("path", new Utf8(), true),
  new Field("size", new Int64(), true),
  new Field("stats", new Utf8(), true),
  new Field(
    "stats_parsed",
    struct(new Field("numRecords", new Int64(), true), new Field("minValues", longs(), true)),
    true,
  ),
  new Field("partitionValues_parsed", struct(new Field("n", new Int32(), true)), true),
);

/** The files of a table whose checkpoint has these `add` actions, as lines of JSON, under their parsed forms alone. */
async function filesOf(adds: readonly string[], stats: boolean): Promise<AddFile[]> {
  const table = new LogTable();
  const url = `${LOG}actions`;
  const text = lines([protocol(), metadata()]) + adds.map((add) => `{"add":${add}}\n`).join("");
  table.memory.set(url, text);
  const { fields } = await logSchema({ files: false, stats: false, table: true });
  const schema = new Schema([...fields.slice(0, 2), new Field("add", ADD, true)]);
  const batches: RecordBatch[] = [];
  const range = { offset: 0, length: text.length };
  for await (const batch of table.engine.json.readBatches(url, { schema, range })) batches.push(batch);
  const bytes = writeParquet(WasmTable.fromIPCStream(tableToIPC(new Table(schema, batches), "stream")));
  table.put(`${padded(0)}.checkpoint.parquet`, bytes);
  const files: AddFile[] = [];
  const snapshot = await loadSnapshot(table.engine, ROOT);
  for await (const batch of liveFiles(table.engine, snapshot, { stats })) files.push(...batch);
  return files;
}

describe("a checkpoint that has stats_parsed and partitionValues_parsed alone", () => {
  const parsed =
    '{"path":"a","size":1,"stats_parsed":{"numRecords":3,"minValues":{"id":9007199254740993}},"partitionValues_parsed":{"n":7}}';
  const bare = '{"path":"b","size":1,"stats_parsed":null,"partitionValues_parsed":{"n":null}}';

  test("gives the texts that they stand for, every digit of them", async () => {
    const [a, b] = await filesOf([parsed, bare], true);
    expect(a).toMatchObject({ path: "a", partitionValues: { n: "7" } });
    expect(a!.stats).toBe('{"numRecords":3,"minValues":{"id":9007199254740993}}');
    expect(b).toMatchObject({ path: "b", partitionValues: { n: null } });
    expect(b!.stats).toBeUndefined();
  });

  test("leaves statistics unread that nobody asked for", async () => {
    const [a] = await filesOf([parsed], false);
    expect(a!.stats).toBeUndefined();
    expect(a!.partitionValues).toEqual({ n: "7" });
  });

  test("and stats too is read by its stats, where a file has them", async () => {
    const text = '{"path":"c","size":1,"stats":"{\\"numRecords\\":4}","stats_parsed":{"numRecords":3}}';
    const [c, a] = await filesOf([text, parsed], true);
    expect(c!.stats).toBe('{"numRecords":4}');
    expect(a!.stats).toContain('"numRecords":3');
  });
});
