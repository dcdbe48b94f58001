import { nodeEngine } from "@asyncdelta/engine-node";
import { loadSnapshot, planScan, readTask, readTasks, type ScanTask } from "@asyncdelta/kernel-core";
import { memoryStorage } from "@asyncdelta/kernel-core/testing";
import {
  type DataType,
  Field,
  Int32,
  Int64,
  List,
  RecordBatch,
  Schema,
  Struct,
  Table,
  tableToIPC,
  Utf8,
  vectorFromArray,
} from "apache-arrow";
import { Table as WasmTable, writeParquet } from "parquet-wasm";
import { describe, expect, test } from "vitest";
import { rowsOf } from "./support/arrow-files.js";
import { add, LOG, lines, padded, ROOT } from "./support/log-table.js";
import { array, failureOf, field, struct } from "./support/scan-tasks.js";

/** A table of Parquet files in memory, each of which arrow-rs has written. */
class DataTable {
  readonly memory = memoryStorage();
  readonly engine = nodeEngine({ storage: this.memory });

  async commit(version: number, actions: readonly object[]): Promise<void> {
    this.memory.set(`${LOG}${padded(version)}.json`, lines(actions as never));
  }

  /** Writes a file and gives its size. */
  write(url: string, batch: RecordBatch): number {
    const bytes = writeParquet(WasmTable.fromIPCStream(tableToIPC(new Table([batch]), "stream")));
    this.memory.set(url, bytes);
    return bytes.length;
  }

  async plan(options: Parameters<typeof planScan>[2] = {}): Promise<ScanTask[]> {
    const snapshot = await loadSnapshot(this.engine, ROOT);
    const tasks: ScanTask[] = [];
    for await (const batch of planScan(this.engine, snapshot, options)) tasks.push(...batch);
    return tasks;
  }

  async rows(options: Parameters<typeof planScan>[2] = {}): Promise<Record<string, unknown>[]> {
    const snapshot = await loadSnapshot(this.engine, ROOT);
    const rows: Record<string, unknown>[] = [];
    for await (const batch of readTasks(this.engine, planScan(this.engine, snapshot, options)))
      rows.push(...rowsOf(batch));
    return rows;
  }
}

function metadata(
  fields: readonly object[],
  partitionColumns: readonly string[] = [],
  configuration: object = {},
): object {
  const format = { provider: "parquet", options: {} };
  return {
    metaData: { id: "t", format, schemaString: JSON.stringify(struct(...fields)), partitionColumns, configuration },
  };
}
const withId = (name: string, type: DataType, id: number): Field =>
  new Field(name, type, true, new Map([["PARQUET:field_id", String(id)]]));

describe("a plan", () => {
  async function table(): Promise<DataTable> {
    const data = new DataTable();
    const batch = (...ids: bigint[]) => new RecordBatch({ id: vectorFromArray(ids, new Int64()).data[0]! });
    const size = data.write(`${ROOT}day=2026-01-01/a%20b.parquet`, batch(1n, 2n));
    const other = data.write("memory:///elsewhere/c.parquet", batch(3n));
    await data.commit(0, [
      { protocol: { minReaderVersion: 1, minWriterVersion: 2 } },
      metadata([field("id", "long"), field("Day", "date")], ["Day"]),
      add("day=2026-01-01/a%20b.parquet", { size, partitionValues: { Day: "2026-01-01" } }),
      add("memory:/elsewhere/c.parquet", { size: other, partitionValues: { Day: null } }),
    ]);
    return data;
  }

  test("has a task for each file: plain data, which another engine reads as well", async () => {
    const data = await table();
    const tasks = (await data.plan({ stats: true })).sort((a, b) => a.url.localeCompare(b.url));
    expect(
      tasks.map(({ url, path, partitionValues, numRecords }) => ({ url, path, partitionValues, numRecords })),
    ).toEqual([
      {
        url: "memory:///elsewhere/c.parquet",
        path: "memory:/elsewhere/c.parquet",
        partitionValues: { Day: null },
        numRecords: 3,
      },
      {
        url: `${ROOT}day=2026-01-01/a%20b.parquet`,
        path: "day=2026-01-01/a%20b.parquet",
        partitionValues: { Day: "2026-01-01" },
        numRecords: 3,
      },
    ]);
    const sent = structuredClone(tasks[1]!);
    expect(sent).toEqual(tasks[1]);
    const rows: unknown[] = [];
    for await (const batch of readTask(nodeEngine({ storage: data.memory }), sent)) rows.push(...rowsOf(batch));
    expect(rows).toEqual([
      { id: 1n, Day: 20454 },
      { id: 2n, Day: 20454 },
    ]);
  });

  test("is of the wanted columns, found without case", async () => {
    const data = await table();
    expect(await data.rows({ columns: ["DAY"] })).toEqual(
      expect.arrayContaining([{ Day: 20454 }, { Day: 20454 }, { Day: null }]),
    );
    const [task] = await data.plan({ columns: ["ID"] });
    expect(task).toMatchObject({ schema: { fields: [{ name: "id" }] }, partitionColumns: [] });
  });

  test("fails at the call for a column that is not there, and with ABORTED for its signal", async () => {
    const data = await table();
    const snapshot = await loadSnapshot(data.engine, ROOT);
    expect(() => planScan(data.engine, snapshot, { columns: ["dey"] })).toThrow(/Did you mean Day/);
    const signal = AbortSignal.abort("enough");
    expect((await failureOf(planScan(data.engine, snapshot, { signal }).next())).code).toBe("ABORTED");
  });
});

describe("column mapping by id", () => {
  test("survives renames, drops and new columns of old names, in files that arrow-rs wrote", async () => {
    const data = new DataTable();
    const id = vectorFromArray([1n, 2n], new Int64()).data[0]!;
    const text = vectorFromArray(["x", null], new Utf8()).data[0]!;
    const inner = new Struct([withId("p-3", new Int32(), 3), withId("p-4", new Utf8(), 4)]);
    const nested = new List(new Field("element", inner, true));
    const values = vectorFromArray([[{ "p-3": 7, "p-4": "a" }], []], nested as never).data[0]!;
    const fields = [withId("p-1", id.type, 1), withId("p-2", text.type, 2), withId("p-5", nested, 5)];
    const rows = new RecordBatch(
      new Schema(fields),
      (new RecordBatch({ a: id, b: text, c: values }) as RecordBatch).data as never,
    );
    const size = data.write(`${ROOT}f.parquet`, rows);
    const features = ["columnMapping"];
    await data.commit(0, [
      { protocol: { minReaderVersion: 3, minWriterVersion: 7, readerFeatures: features, writerFeatures: features } },
      metadata(
        [
          field("renamed", "string", "p-2", 2),
          field("p-1", "long", "p-9", 9),
          field(
            "list",
            array(
              struct(field("b.c", "string", "p-4", 4), field("a", "integer", "p-3", 3), field("new", "date", "p-8", 8)),
            ),
            "p-5",
            5,
          ),
        ],
        [],
        { "delta.columnMapping.mode": "id" },
      ),
      add("f.parquet", { size }),
    ]);
    expect(await data.rows()).toEqual([
      { renamed: "x", "p-1": null, list: [{ "b.c": "a", a: 7, new: null }] },
      { renamed: null, "p-1": null, list: [] },
    ]);
    expect(await data.rows({ columns: ["LIST"] })).toEqual([{ list: [{ "b.c": "a", a: 7, new: null }] }, { list: [] }]);
  });
});
