import {
  Vector as ArrowVector,
  Field,
  Int32,
  Int64,
  List,
  Map_,
  makeData,
  Struct,
  Utf8,
  type Vector,
  vectorFromArray,
} from "apache-arrow";
import { describe, expect, test } from "vitest";
import { batchOf, valuesOf } from "./support/arrow-files.js";
import {
  array,
  askedColumns,
  failureOf,
  field,
  map,
  readBatches,
  readRows,
  schemaOf,
  struct,
  taskOf,
} from "./support/scan-tasks.js";

const longs = (...values: (bigint | null)[]): Vector => vectorFromArray(values, new Int64());
const texts = (...values: (string | null)[]): Vector => vectorFromArray(values, new Utf8());
function structOf(members: Record<string, Vector>, validity?: number[]): Vector {
  const entries = Object.entries(members);
  const type = new Struct(entries.map(([name, vector]) => new Field(name, vector.type, true)));
  const length = entries[0]![1].length;
  const children = entries.map(([, vector]) => vector.data[0]!);
  const nullBitmap =
    validity && Uint8Array.from([validity.reduce((bits, valid, at) => bits | (valid << at), 0), 0, 0, 0, 0, 0, 0, 0]);
  return new ArrowVector([makeData({ type, length, children, ...(nullBitmap ? { nullBitmap } : { nullCount: 0 }) })]);
}
function listOf(element: Vector, offsets: number[]): Vector {
  const type = new List(new Field("element", element.type, true));
  return new ArrowVector([
    makeData({
      type,
      length: offsets.length - 1,
      nullCount: 0,
      valueOffsets: Int32Array.from(offsets),
      child: element.data[0]!,
    }),
  ]);
}
function mapOf(key: Vector, value: Vector, offsets: number[]): Vector {
  const entries = structOf({ key, value });
  const type = new Map_(new Field("key_value", entries.type as never, false));
  return new ArrowVector([
    makeData({
      type,
      length: offsets.length - 1,
      nullCount: 0,
      valueOffsets: Int32Array.from(offsets),
      child: entries.data[0]!,
    }),
  ]);
}

describe("columns of a file", () => {
  const file = { batches: [batchOf({ b: texts("x", null), a: longs(1n, 2n), extra: longs(9n, 9n) })] };

  test("come in the order of the task, and what the task does not want is not read", async () => {
    const task = taskOf(schemaOf(field("a", "long"), field("b", "string")));
    expect(await readRows(task, file)).toEqual([
      { a: 1n, b: "x" },
      { a: 2n, b: null },
    ]);
    expect(Object.keys((await readRows(task, file))[0]!)).toEqual(["a", "b"]);
    expect(await askedColumns(task, file)).toEqual([["a"], ["b"]]);
  });

  test("that are not there are null", async () => {
    const task = taskOf(
      schemaOf(field("c", "string"), field("a", "long"), field("d", array(struct(field("x", "date"))))),
    );
    expect(await readRows(task, file)).toEqual([
      { c: null, a: 1n, d: null },
      { c: null, a: 2n, d: null },
    ]);
    expect(await askedColumns(task, file)).toEqual([["a"]]);
  });

  test("are found without case, for Delta's names have none; an exact name goes first", async () => {
    const task = taskOf(schemaOf(field("A", "long"), field("B", "string")));
    expect(await readRows(task, file)).toEqual([
      { A: 1n, B: "x" },
      { A: 2n, B: null },
    ]);
    const two = { batches: [batchOf({ ID: longs(1n), id: longs(2n) })] };
    expect(await readRows(taskOf(schemaOf(field("id", "long"))), two)).toEqual([{ id: 2n }]);
    // Which one is meant cannot be known.
    expect(await readRows(taskOf(schemaOf(field("Id", "long"))), two)).toEqual([{ Id: null }]);
  });

  test("a void column is never read, and always null", async () => {
    const task = taskOf(schemaOf(field("a", "void"), field("b", "string")));
    expect(await readRows(task, file)).toEqual([
      { a: null, b: "x" },
      { a: null, b: null },
    ]);
    expect(await askedColumns(task, file)).toEqual([["b"]]);
  });

  test("none at all leaves the number of rows", async () => {
    const [batch] = await readBatches(taskOf(schemaOf()), file);
    expect([batch!.numRows, batch!.numCols]).toEqual([2, 0]);
    expect(await askedColumns(taskOf(schemaOf()), file)).toEqual([]);
    expect(await readRows(taskOf(schemaOf(field("zz", "long"))), file)).toEqual([{ zz: null }, { zz: null }]);
  });

  test("share their memory with the table's where their form is the same", async () => {
    const task = taskOf(schemaOf(field("a", "long"), field("b", "string")));
    const [batch] = await readBatches(task, file);
    const [b, a] = file.batches[0]!.data.children;
    expect(batch!.data.children[0]!.values).toBe(a!.values);
    expect(batch!.data.children[1]!.values).toBe(b!.values);
    expect(batch!.data.children[1]!.valueOffsets).toBe(b!.valueOffsets);
  });
});

describe("nested columns", () => {
  const inner = structOf({ y: longs(1n, 2n, 3n), x: texts("a", "b", "c"), gone: longs(0n, 0n, 0n) }, [1, 0, 1]);
  const file = { batches: [batchOf({ s: inner })] };

  test("members are put in order, missing ones are null, and a null struct stays null", async () => {
    const task = taskOf(schemaOf(field("s", struct(field("x", "string"), field("new", "date"), field("y", "long")))));
    expect(await readRows(task, file)).toEqual([
      { s: { x: "a", new: null, y: 1n } },
      { s: null },
      { s: { x: "c", new: null, y: 3n } },
    ]);
    expect(await askedColumns(task, file)).toEqual([
      ["s", "x"],
      ["s", "y"],
    ]);
  });

  test("a struct of whose members none is left still knows where it is null", async () => {
    const task = taskOf(schemaOf(field("s", struct(field("new", "long")))));
    expect(await readRows(task, file)).toEqual([{ s: { new: null } }, { s: null }, { s: { new: null } }]);
    expect(await askedColumns(task, file)).toEqual([["s", "y"]]);
  });

  test("asks for the smallest leaf that tells: no list where a leaf will do, also one level down", async () => {
    const deep = structOf({ l: listOf(longs(1n, 2n), [0, 1, 2]), in: structOf({ z: longs(1n, 2n) }) });
    const task = taskOf(schemaOf(field("s", struct(field("new", "long")))));
    expect(await askedColumns(task, { batches: [batchOf({ s: deep })] })).toEqual([["s", "in", "z"]]);
  });

  test("structs in lists and maps are converted as well, and lists are read whole", async () => {
    const element = structOf({ b: longs(1n, 2n, 3n), a: vectorFromArray([1, 2, 3], new Int32()) });
    const value = structOf({ n: longs(7n, 8n) });
    const columns = batchOf({ l: listOf(element, [0, 2, 3]), m: mapOf(texts("k", "l"), value, [0, 0, 2]) });
    const schema = schemaOf(
      field("m", map("string", struct(field("new", "string"), field("N", "long")))),
      field("l", array(struct(field("a", "integer"), field("c", "double")))),
    );
    expect(await askedColumns(taskOf(schema), { batches: [columns] })).toEqual([["m"], ["l"]]);
    expect(await readRows(taskOf(schema), { batches: [columns] })).toEqual([
      {
        m: [],
        l: [
          { a: 1, c: null },
          { a: 2, c: null },
        ],
      },
      {
        m: [
          ["k", { new: null, N: 7n }],
          ["l", { new: null, N: 8n }],
        ],
        l: [{ a: 3, c: null }],
      },
    ]);
  });

  test("a slice of a batch is converted like a batch of its own", async () => {
    const element = structOf({ b: longs(1n, 2n, 3n, 4n), a: vectorFromArray([1, 2, 3, 4], new Int32()) });
    const whole = batchOf({
      l: listOf(element, [0, 1, 1, 4]),
      s: structOf({ n: vectorFromArray([5, 6, 7], new Int32()) }, [1, 0, 1]),
    });
    const schema = schemaOf(
      field("l", array(struct(field("a", "long")))),
      field("s", struct(field("n", "long"), field("o", "long"))),
    );
    const rows = await readRows(taskOf(schema), { batches: [whole] });
    expect(rows[2]).toEqual({ l: [{ a: 2n }, { a: 3n }, { a: 4n }], s: { n: 7n, o: null } });
    const slices = { batches: [whole.slice(1, 3), whole.slice(0, 1)] };
    expect(await readRows(taskOf(schema), slices)).toEqual([rows[1], rows[2], rows[0]]);
  });
});

describe("column mapping by name", () => {
  test("finds physical names at every level, with case, and gives out logical ones", async () => {
    const s = structOf({ "col-3": longs(5n), "COL-4": longs(6n) });
    const file = {
      batches: [
        batchOf({
          "col-1": longs(1n),
          b: longs(2n),
          "col-2": s,
          "col-5": listOf(structOf({ "col-6": longs(7n) }), [0, 1]),
        }),
      ],
    };
    const schema = schemaOf(
      field("b", "long", "col-1"),
      field("s.t", struct(field("x", "long", "col-3"), field("y", "long", "col-4")), "col-2"),
      field("l", array(struct(field("z", "long", "col-6"))), "col-5"),
      field("col-1", "long", "col-9"),
    );
    expect(await readRows(taskOf(schema, { columnMapping: "name" }), file)).toEqual([
      { b: 1n, "s.t": { x: 5n, y: null }, l: [{ z: 7n }], "col-1": null },
    ]);
  });
});

describe("column mapping by id", () => {
  const s = structOf({ m: longs(5n), n: longs(6n) });
  const batches = [batchOf({ a: longs(1n), b: longs(2n), s })];
  const schema = schemaOf(
    field("first", "long", "a", 1),
    field("second", "long", "b", 2),
    field("third", struct(field("u", "long", "m", 4), field("v", "long", "n", 5)), "s", 3),
  );
  const task = taskOf(schema, { columnMapping: "id" });

  test("goes by field ids, whatever the names are", async () => {
    const fieldIds = { a: 2, b: 1, s: 3, "s.m": 5, "s.n": 4 };
    expect(await readRows(task, { batches, fieldIds })).toEqual([{ first: 2n, second: 1n, third: { u: 6n, v: 5n } }]);
  });

  test("an id that the file lacks is null, though the name is there", async () => {
    const fieldIds = { a: 1, b: 20, s: 3, "s.m": 40, "s.n": 5 };
    expect(await readRows(task, { batches, fieldIds })).toEqual([
      { first: 1n, second: null, third: { u: null, v: 6n } },
    ]);
  });

  test("a file without any ids is refused", async () => {
    const error = await failureOf(readRows(task, { batches }));
    expect(error).toMatchObject({ code: "FILE_CORRUPT", path: "part.parquet" });
    expect(error.message).toContain("field ids");
  });
});

test("mapping metadata that lingers on a table without the mode is not looked at", async () => {
  const file = { batches: [batchOf({ a: longs(1n), "col-1": longs(2n) })] };
  expect(await readRows(taskOf(schemaOf(field("a", "long", "col-1", 7))), file)).toEqual([{ a: 1n }]);
});

test("null columns of every type are of their Arrow type and all null", async () => {
  const names = ["boolean", "byte", "short", "integer", "long", "float", "double", "string", "binary", "date"];
  names.push("timestamp", "timestamp_ntz", "decimal(38,10)", "variant", "void");
  const types: unknown[] = [
    ...names,
    struct(field("x", "void"), field("y", "long")),
    array("void"),
    map("string", array("long")),
  ];
  const schema = schemaOf(...types.map((type, at) => field(`c${at}`, type)));
  const [batch] = await readBatches(taskOf(schema), { batches: [batchOf({ other: longs(1n, 2n, 3n) })] });
  expect(batch!.schema.fields.map(({ type }) => String(type))).toEqual([
    "Bool",
    "Int8",
    "Int16",
    "Int32",
    "Int64",
    "Float32",
    "Float64",
    "Utf8",
    "Binary",
    "Date32<DAY>",
    "Timestamp<MICROSECOND, UTC>",
    "Timestamp<MICROSECOND>",
    "Decimal[38e+10]",
    "Struct<{metadata:Binary, value:Binary}>",
    "Null",
    "Struct<{x:Null, y:Int64}>",
    "List<Null>",
    "Map<{key:Utf8, value:List<Int64>}>",
  ]);
  for (const column of batch!.data.children) {
    expect(valuesOf(column)).toEqual([null, null, null]);
    expect(column.nullCount).toBe(3);
  }
});
