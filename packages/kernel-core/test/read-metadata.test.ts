import { Int32, Int64, type Vector, vectorFromArray } from "apache-arrow";
import { describe, expect, test } from "vitest";
import type { Metadata } from "../src/actions/metadata.js";
import { DeletionVector, encodeDeletionVector } from "../src/deletion-vector/deletion-vector.js";
import { encodeZ85 } from "../src/deletion-vector/z85.js";
import { type MetadataColumn, withMetadataColumns } from "../src/scan/metadata-columns.js";
import { type ScanColumns, scanShape } from "../src/scan/scan-shape.js";
import type { ScanTask } from "../src/scan/scan-task.js";
import { toScanTask } from "../src/scan/to-scan-task.js";
import type { StructType } from "../src/schema/types.js";
import { batchOf } from "./support/arrow-files.js";
import { askedColumns, failureOf, field, readBatches, readRows, schemaOf, taskOf } from "./support/scan-tasks.js";

const longs = (...values: (bigint | null)[]): Vector => vectorFromArray(values, new Int64());
const schema = schemaOf(field("v", "long"));

function tracked(columns: MetadataColumn[], more: Partial<ScanTask> = {}): ScanTask {
  return taskOf(withMetadataColumns(schema, columns), {
    metadataColumns: columns,
    materialized: { rowId: "_row-id", rowCommitVersion: "_row-version" },
    baseRowId: 1000n,
    defaultRowCommitVersion: 7n,
    ...more,
  });
}
function deleting(...rows: number[]): Pick<Required<ScanTask>, "deletionVector"> {
  const bytes = encodeDeletionVector(DeletionVector.of(rows));
  const padded = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
  padded.set(bytes);
  const pathOrInlineDv = encodeZ85(padded);
  return { deletionVector: { storageType: "i", pathOrInlineDv, sizeInBytes: bytes.length, cardinality: rows.length } };
}

describe("metadata columns", () => {
  const file = { batches: [batchOf({ v: longs(1n, 2n, 3n) }), batchOf({ v: longs(4n, 5n) })] };

  test("tell of each row its file, its position in it, its id and its version", async () => {
    const task = tracked(["row_id", "row_commit_version", "file_path", "row_index"]);
    const rows = await readRows(task, file);
    expect(rows.map((row) => row.v)).toEqual([1n, 2n, 3n, 4n, 5n]);
    expect(rows.map((row) => row["_metadata.row_index"])).toEqual([0n, 1n, 2n, 3n, 4n]);
    expect(rows.map((row) => row["_metadata.row_id"])).toEqual([1000n, 1001n, 1002n, 1003n, 1004n]);
    expect(rows.map((row) => row["_metadata.row_commit_version"])).toEqual([7n, 7n, 7n, 7n, 7n]);
    expect(new Set(rows.map((row) => row["_metadata.file_path"]))).toEqual(new Set([task.url]));
    expect(await askedColumns(task, file)).toEqual([["v"]]);
  });

  test("go by the position in the file, whatever is deleted", async () => {
    const task = tracked(["row_index", "row_id"], deleting(0, 2, 3));
    expect(await readRows(task, file)).toEqual([
      { v: 2n, "_metadata.row_index": 1n, "_metadata.row_id": 1001n },
      { v: 5n, "_metadata.row_index": 4n, "_metadata.row_id": 1004n },
    ]);
  });

  test("are the last ones, in the order they were asked for, and need no other", async () => {
    const columns: MetadataColumn[] = ["row_index", "row_id"];
    const task = tracked(columns, { schema: withMetadataColumns(schemaOf(), columns) });
    const [batch] = await readBatches(task, file);
    expect(batch!.schema.fields.map(({ name }) => name)).toEqual(["_metadata.row_index", "_metadata.row_id"]);
    expect(batch!.numRows).toBe(3);
    expect(await askedColumns(task, file)).toEqual([]);
  });

  test("keep every digit beyond 2^53", async () => {
    const task = tracked(["row_id"], { baseRowId: 9223372036854775800n });
    expect((await readRows(task, file))[1]!["_metadata.row_id"]).toBe(9223372036854775801n);
  });
});

describe("rows that were rewritten", () => {
  const columns = {
    v: longs(1n, 2n, 3n),
    "_row-id": longs(5n, null, 9007199254740993n),
    "_row-version": longs(null, 2n, null),
  };
  const file = { batches: [batchOf(columns)] };

  test("have the materialized id and version where there is one, else that of the file", async () => {
    const rows = await readRows(tracked(["row_id", "row_commit_version"]), file);
    expect(rows.map((row) => row["_metadata.row_id"])).toEqual([5n, 1001n, 9007199254740993n]);
    expect(rows.map((row) => row["_metadata.row_commit_version"])).toEqual([7n, 2n, 7n]);
    expect(await askedColumns(tracked(["row_id"], { materialized: { rowId: "_row-id" } }), file)).toEqual([
      ["v"],
      ["_row-id"],
    ]);
  });

  test("also beside deleted ones", async () => {
    const rows = await readRows(tracked(["row_id"], deleting(0)), file);
    expect(rows.map((row) => row["_metadata.row_id"])).toEqual([1001n, 9007199254740993n]);
  });

  test("need nothing of the log if all of them are materialized", async () => {
    const { baseRowId: _, ...task } = tracked(["row_id"]);
    const all = { batches: [batchOf({ v: longs(1n, 2n), "_row-id": longs(5n, 6n) })] };
    expect((await readRows(task, all)).map((row) => row["_metadata.row_id"])).toEqual([5n, 6n]);
    expect(await failureOf(readRows(task, file))).toMatchObject({ code: "LOG_CORRUPT", path: "part.parquet" });
  });

  test("a materialized column of another type is a TYPE_MISMATCH; the table's own schema never has it", async () => {
    const wrong = { batches: [batchOf({ v: longs(1n), "_row-id": vectorFromArray(["x"]) })] };
    expect(await failureOf(readRows(tracked(["row_id"]), wrong))).toMatchObject({
      code: "TYPE_MISMATCH",
      column: "_row-id",
    });
    const narrow = { batches: [batchOf({ v: longs(1n), "_row-id": vectorFromArray([3], new Int32()) })] };
    expect((await readRows(tracked(["row_id"]), narrow))[0]!["_metadata.row_id"]).toBe(3n);
    expect(await readRows(taskOf(schema), file)).toEqual([{ v: 1n }, { v: 2n }, { v: 3n }]);
  });
});

test("without a base id or version, a table that tracks its rows is damaged", async () => {
  const file = { batches: [batchOf({ v: longs(1n) })] };
  const { baseRowId: _, defaultRowCommitVersion: __, ...task } = tracked(["row_commit_version"]);
  expect(await failureOf(readRows(task, file))).toMatchObject({
    code: "LOG_CORRUPT",
    column: "_metadata.row_commit_version",
  });
});

describe("a scan", () => {
  const root = "memory:///t/";
  const protocol = { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ["rowTracking", "domainMetadata"] };
  function shape(options: ScanColumns, configuration: Record<string, string>, table: StructType = schema) {
    const format = { provider: "parquet", options: {} };
    const metadata: Metadata = { id: "t", format, schemaString: "", partitionColumns: ["v"], configuration };
    return scanShape({ root, protocol, metadata, schema: table }, options);
  }
  const enabled = {
    "delta.enableRowTracking": "true",
    "delta.rowTracking.materializedRowIdColumnName": "_row-id",
    "delta.rowTracking.materializedRowCommitVersionColumnName": "_row-version",
  };

  test("names the materialized columns that it wants, and puts metadata columns last", () => {
    const all = shape({ columns: ["V"], metadataColumns: ["row_commit_version", "file_path"] }, enabled);
    expect(all.schema.fields.map(({ name }) => name)).toEqual([
      "v",
      "_metadata.row_commit_version",
      "_metadata.file_path",
    ]);
    expect(all).toMatchObject({ partitionColumns: ["v"], materialized: { rowCommitVersion: "_row-version" } });
    expect(all.materialized).not.toHaveProperty("rowId");
    expect(shape({}, enabled)).not.toHaveProperty("metadataColumns");
  });

  test("gives its shape to each task, with the file's own facts", () => {
    const common = shape({ metadataColumns: ["row_id"] }, enabled);
    const file = { path: "a%20b.parquet", partitionValues: { v: "1" }, size: 9, modificationTime: 0, dataChange: true };
    const task = toScanTask(common, { ...file, baseRowId: 4n, defaultRowCommitVersion: 2n, stats: '{"numRecords":3}' });
    expect(task).toEqual({
      ...common,
      url: "memory:///t/a%20b.parquet",
      path: "a%20b.parquet",
      size: 9,
      partitionValues: { v: "1" },
      numRecords: 3,
      baseRowId: 4n,
      defaultRowCommitVersion: 2n,
    });
    expect(structuredClone(task)).toEqual(task);
    for (const stats of ["", "{", "null", "[]", '{"numRecords":-1}', '{"numRecords":"3"}']) {
      expect(toScanTask(common, { ...file, stats })).not.toHaveProperty("numRecords");
    }
  });

  test("refuses row ids of a table that does not track its rows, and not what any file has", () => {
    const refused = (options: ScanColumns, configuration = {}, table = schema) =>
      failureOf((async () => shape(options, configuration, table))());
    shape({ metadataColumns: ["file_path", "row_index"] }, {});
    return Promise.all([
      expect(refused({ metadataColumns: ["row_id"] })).resolves.toMatchObject({
        code: "INVALID_ARGUMENT",
        column: "_metadata.row_id",
      }),
      expect(refused({ metadataColumns: ["row_index", "row_index"] })).resolves.toMatchObject({
        code: "INVALID_ARGUMENT",
      }),
      expect(refused({ metadataColumns: ["row_ix" as never] })).resolves.toMatchObject({ code: "INVALID_ARGUMENT" }),
      expect(
        refused(
          { metadataColumns: ["row_index"] },
          {},
          schemaOf(field("v", "long"), field("_metadata.row_index", "long")),
        ),
      ).resolves.toMatchObject({ code: "INVALID_ARGUMENT" }),
    ]);
  });
});
