import { isDeltaError } from "@asyncdelta/kernel-core";
import {
  Binary,
  Bool,
  type Data,
  type DataType,
  DateDay,
  DateMillisecond,
  Decimal,
  Field,
  FixedSizeBinary,
  Float16,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  List,
  Map_,
  Null,
  RecordBatch,
  RecordBatchFileWriter,
  Schema,
  Struct,
  TimestampMicrosecond,
  TimestampMillisecond,
  tableFromIPC,
  Uint8,
  Uint16,
  Uint32,
  Uint64,
  Utf8,
} from "apache-arrow";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeColumnBuilder } from "../dist/arrow/make-column-builder.js";
import { plainColumns, plainValues } from "./arrow-plain.js";
import { cases } from "./parquet-cases.js";

const nullable = (name: string, type: DataType) => new Field(name, type, true);
const mapOf = (value: DataType) =>
  new Map_(
    new Field("entries", new Struct([new Field("key", new Utf8(), false), nullable("value", value)] as never), false),
  ) as unknown as DataType;

function build(type: DataType, values: readonly unknown[]): Data {
  const builder = makeColumnBuilder(nullable("c", type));
  for (const value of values) builder.append(value);
  expect(builder.length).toBe(values.length);
  return builder.finish();
}

function refusal(type: DataType, value: unknown): { code: string; column: string | undefined } {
  try {
    build(type, [value]);
  } catch (error) {
    if (isDeltaError(error)) return { code: error.code, column: error.column };
    throw error;
  }
  return expect.fail(`${String(value)} was taken for ${type}`);
}

describe("a column builder", () => {
  it.each<[DataType, unknown[], unknown[]]>([
    [new Null(), [null, undefined], [null, null]],
    [new Bool(), [true, null, false], [true, null, false]],
    [new Int8(), [-128, null, 127n], [-128, null, 127]],
    [new Int16(), [-32768, 32767], [-32768, 32767]],
    [new Int32(), [-(2 ** 31), 2 ** 31 - 1, -0], [-(2 ** 31), 2 ** 31 - 1, 0]],
    [new Uint8(), [0, 255], [0, 255]],
    [new Uint16(), [65535], [65535]],
    [new Uint32(), [2 ** 32 - 1], [2 ** 32 - 1]],
    [new Int64(), [-(2n ** 63n), 2n ** 53n + 1n, 5, null], ["-9223372036854775808", "9007199254740993", "5", null]],
    [new Uint64(), [2n ** 64n - 1n, 0], ["18446744073709551615", "0"]],
    [new Float32(), [1.5, Number.NaN, 2n], [1.5, "NaN", 2]],
    [new Float64(), [1.1, Number.POSITIVE_INFINITY, -0, null], [1.1, "Infinity", "-0", null]],
    [new Decimal(2, 38, 128), [10n ** 38n - 1n, -1n, null], [`${10n ** 38n - 1n}`, "-1", null]],
    [new DateDay(), [-719162, 2932896], [-719162, 2932896]],
    [new TimestampMicrosecond(), [253402300799999999n, -1], ["253402300799999999", "-1"]],
    [new TimestampMicrosecond("UTC"), [0n], ["0"]],
    [new Utf8(), ["", null, "ä𝄞€", "a".repeat(100)], ["", null, "ä𝄞€", "a".repeat(100)]],
    [new Binary(), [new Uint8Array([0, 255]), null, new Uint8Array(0)], ["00ff", null, ""]],
    [new FixedSizeBinary(2), [new Uint8Array([1, 2]), null], ["0102", null]],
    [
      new Struct([nullable("a", new Int32()), nullable("b", new Utf8())]),
      [{ a: 1 }, null, { b: "x", c: 9 }],
      [[1, null], null, [null, "x"]],
    ],
    [new List(nullable("element", new Int32())), [[1, null], null, []], [[1, null], null, []]],
    [
      mapOf(new Int32()),
      [{ b: 1, a: null }, null, {}, new Map([["k", 2]]), [["p", 3]]],
      [
        [
          ["b", 1],
          ["a", null],
        ],
        null,
        [],
        [["k", 2]],
        [["p", 3]],
      ],
    ],
  ])("of %s holds what it is given", (type, values, expected) => {
    expect(plainValues(build(type, values))).toEqual(expected);
  });

  it.each<[DataType, unknown]>([
    [new Null(), 0],
    [new Bool(), 1],
    [new Bool(), "true"],
    [new Int8(), 128],
    [new Int8(), 1.5],
    [new Int32(), 2 ** 31],
    [new Int32(), "5"],
    [new Int32(), Number.NaN],
    [new Int32(), true],
    [new Uint8(), -1],
    [new Int64(), 2n ** 63n],
    [new Int64(), 2 ** 53],
    [new Int64(), 0.5],
    [new Int64(), "1"],
    [new Uint64(), -1n],
    [new Float64(), "1"],
    [new Decimal(2, 5, 128), 100000n],
    [new Decimal(2, 5, 128), -100000n],
    [new Decimal(2, 5, 128), 1],
    [new DateDay(), 0.5],
    [new TimestampMicrosecond(), 2n ** 63n],
    [new Utf8(), 5],
    [new Utf8(), { a: 1 }],
    [new Binary(), "text"],
    [new FixedSizeBinary(2), new Uint8Array(3)],
    [new Struct([]), "text"],
    [new Struct([]), [1]],
    [new List(nullable("element", new Int32())), { 0: 1 }],
    [mapOf(new Int32()), 5],
  ])("of %s refuses %s", (type, value) => {
    expect(refusal(type, value)).toEqual({ code: "VALUE_INVALID", column: "c" });
  });

  it("names the column within others that a value does not fit", () => {
    const inner = new Struct([nullable("n", new List(nullable("element", new Int8())))]);
    expect(refusal(new Struct([nullable("s", inner)]), { s: { n: [1, 1000] } })).toEqual({
      code: "VALUE_INVALID",
      column: "c.s.n.element",
    });
    expect(refusal(mapOf(new Bool()), { a: 1 })).toEqual({ code: "VALUE_INVALID", column: "c.value" });
  });

  it.each([
    new Bool(),
    new Int32(),
    new Int64(),
    new Utf8(),
    new FixedSizeBinary(1),
    new Struct([]),
    new List(nullable("e", new Bool())),
  ])("of %s that is not nullable refuses null, except below a null", (type) => {
    const required = new Field("r", type, false);
    expect(() => makeColumnBuilder(required).append(null)).toThrow(expect.objectContaining({ code: "VALUE_INVALID" }));
    const data = build(new Struct([required]), [null]);
    expect([data.length, data.children[0]!.length, data.nullCount]).toEqual([1, 1, 1]);
  });

  it("does not take inherited properties for members", () => {
    const type = new Struct([nullable("constructor", new Utf8()), nullable("toString", new Utf8())]);
    const values = [{}, JSON.parse('{"constructor":"a","toString":"b"}'), Object.create(null)];
    expect(plainValues(build(type, values))).toEqual([
      [null, null],
      ["a", "b"],
      [null, null],
    ]);
  });

  it("is empty after it has finished, and can be used again", () => {
    const builder = makeColumnBuilder(nullable("c", new Struct([nullable("l", new List(nullable("e", new Utf8())))])));
    builder.append({ l: ["a", null] });
    builder.append(null);
    const first = builder.finish();
    expect(builder.length).toBe(0);
    builder.append({ l: ["b"] });
    const second = builder.finish();
    expect([plainValues(first), plainValues(second)]).toEqual([[[["a", null]], null], [[["b"]]]]);
  });

  it.each([new DateMillisecond(), new TimestampMillisecond(), new Float16(), new Decimal(0, 40, 256)])(
    "is not made for %s",
    (type) => {
      expect(() => makeColumnBuilder(nullable("c", type))).toThrow(
        expect.objectContaining({ code: "TYPE_MISMATCH", column: "c" }),
      );
    },
  );

  it("grows with any number of values, nulls wherever they are", () => {
    const type = new Struct([
      nullable("long", new Int64()),
      nullable("text", new Utf8()),
      nullable("flag", new Bool()),
      nullable("list", new List(nullable("element", new Int32()))),
    ]);
    const row = fc.option(
      fc.record({
        long: fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
        text: fc.option(fc.string({ unit: "grapheme", maxLength: 40 })),
        flag: fc.option(fc.boolean()),
        list: fc.option(fc.array(fc.option(fc.integer({ min: -5, max: 5 })), { maxLength: 5 })),
      }),
    );
    fc.assert(
      fc.property(fc.array(row, { maxLength: 200 }), (rows) => {
        const expected = rows.map(
          (row) => row && [row.long === null ? null : String(row.long), row.text, row.flag, row.list],
        );
        expect(plainValues(build(type, rows))).toEqual(expected);
      }),
      { seed: 1, numRuns: cases(100) },
    );
  });

  it("makes columns that survive Arrow's own file format", async () => {
    const type = new Struct([nullable("a", mapOf(new Int64())), nullable("b", new List(nullable("e", new Bool())))]);
    const data = build(type, [{ a: { x: 1n }, b: [true, null] }, null, { a: null, b: [] }]);
    const schema = new Schema([nullable("c", type)]);
    const batch = new RecordBatch(
      schema,
      build(new Struct(schema.fields), [{ c: null }]).clone(new Struct(schema.fields), 0, 3, 0, undefined, [data]),
    );
    const table = tableFromIPC(await RecordBatchFileWriter.writeAll([batch]).toUint8Array());
    expect(plainColumns(table.batches)).toEqual([[[[["x", "1"]], [true, null]], null, [null, []]]]);
  });
});
