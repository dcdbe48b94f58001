import { Int64, vectorFromArray } from "apache-arrow";
import { describe, expect, test } from "vitest";
import { batchOf } from "./support/arrow-files.js";
import { askedColumns, failureOf, field, readBatches, readRows, schemaOf, taskOf } from "./support/scan-tasks.js";

const file = {
  batches: [3, 3, 2].map((count) => batchOf({ v: vectorFromArray(new Array(count).fill(5n), new Int64()) })),
};

const VALUES: readonly (readonly [type: string, text: string | null, value: unknown])[] = [
  ["boolean", "true", true],
  ["byte", "-5", -5],
  ["short", "300", 300],
  ["integer", "70000", 70000],
  ["long", "9007199254740993", 9007199254740993n],
  ["float", "1.5", 1.5],
  ["double", "-0.25", -0.25],
  ["string", "a/é", "a/é"],
  ["binary", "é", [0xc3, 0xa9]],
  ["date", "2021-09-08", 18878],
  ["timestamp", "2021-09-08T11:11:11.000001Z", 1631099471000001n],
  ["timestamp_ntz", "2021-09-08 11:11:11", 1631099471000000n],
  ["decimal(38,2)", "-123456789012345678901234.5", -12345678901234567890123450n],
  ["string", "", null],
  ["string", null, null],
  ["long", null, null],
  ["void", null, null],
];

describe("partition columns", () => {
  test.each(VALUES)("%s %j is in every row, between the file's columns", async (type, text, value) => {
    const schema = schemaOf(field("v", "long"), field("p", type), field("w", "long"));
    const task = taskOf(schema, { partitionColumns: ["p"], partitionValues: { p: text } });
    const batches = await readBatches(task, file);
    expect(batches.map(({ numRows }) => numRows)).toEqual([3, 3, 2]);
    expect(await readRows(task, file)).toEqual(new Array(8).fill({ v: 5n, p: value, w: null }));
    expect(await askedColumns(task, file)).toEqual([["v"]]);
  });

  test("of one width share no memory, so that a batch can be transferred", async () => {
    const schema = schemaOf(field("p", "string"), field("q", "string"));
    const partitionColumns = ["p", "q"];
    const task = taskOf(schema, { partitionColumns, partitionValues: { p: "v0", q: "w1" } });
    const [batch] = await readBatches(task, file);
    const [other] = await readBatches(task, file);
    const buffers = [batch!, other!].flatMap(({ data }) =>
      data.children.flatMap(({ valueOffsets, values }) => [valueOffsets.buffer, values.buffer]),
    );
    expect(new Set(buffers).size).toBe(8);
  });

  test("a key that is missing is null", async () => {
    const task = taskOf(schemaOf(field("p", "string")), { partitionColumns: ["p"] });
    expect(await readRows(task, file)).toEqual(new Array(8).fill({ p: null }));
  });

  test("alone are read without any column of the file", async () => {
    const task = taskOf(schemaOf(field("p", "long")), { partitionColumns: ["p"], partitionValues: { p: "7" } });
    expect(await askedColumns(task, file)).toEqual([]);
    expect(await readRows(task, file)).toEqual(new Array(8).fill({ p: 7n }));
  });

  test("have the log's value where the file has a column of the name too", async () => {
    const task = taskOf(schemaOf(field("v", "string")), { partitionColumns: ["v"], partitionValues: { v: "log" } });
    expect((await readRows(task, file))[0]).toEqual({ v: "log" });
    expect(await askedColumns(task, file)).toEqual([]);
  });

  test("are found by their physical name", async () => {
    const schema = schemaOf(field("p", "long", "col-1", 1));
    for (const columnMapping of ["name", "id"] as const) {
      const task = taskOf(schema, {
        columnMapping,
        partitionColumns: ["p"],
        partitionValues: { "col-1": "7", p: "8" },
      });
      expect((await readRows(task, file))[0]).toEqual({ p: 7n });
    }
  });

  test("text that is no value is VALUE_INVALID with the column", async () => {
    const task = taskOf(schemaOf(field("p", "long")), { partitionColumns: ["p"], partitionValues: { p: "seven" } });
    expect(await failureOf(readRows(task, file))).toMatchObject({ code: "VALUE_INVALID", column: "p" });
  });

  test("a value that does not fit a batch is refused, not cut short", async () => {
    const text = "x".repeat(2 ** 20);
    const rows = { batches: [batchOf({ v: vectorFromArray(new Array(3000).fill(1n), new Int64()) })] };
    const task = taskOf(schemaOf(field("p", "string")), { partitionColumns: ["p"], partitionValues: { p: text } });
    expect((await failureOf(readBatches(task, rows))).code).toBe("INVALID_ARGUMENT");
  });
});
