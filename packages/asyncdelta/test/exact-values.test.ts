import { isDeltaError } from "@asyncdelta/kernel-core";
import * as arrow from "apache-arrow";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dateText, timestampWriter } from "../src/rows/calendar.js";
import { columnReader } from "../src/rows/column-reader.js";
import { decimalText } from "../src/rows/decimal-text.js";
import { rowReader } from "../src/rows/row-reader.js";
import type { Value } from "../src/rows/value.js";
import { batch, column, days, decimals, int64, LOCAL_MICROS, struct, T, UTC_MICROS } from "./arrow-batches.js";

type DeltaType = Parameters<typeof columnReader>[0];

function read(type: DeltaType, data: arrow.Data): Value[] {
  const at = columnReader(type, data, "c");
  return Array.from({ length: data.length }, (_, i) => at(i));
}

describe("exact values of each type", () => {
  it("keeps every digit of a long", () => {
    const values = [0n, -1n, 9007199254740993n, 9223372036854775807n, -9223372036854775808n, null];
    expect(read(T.long, int64(new arrow.Int64(), values))).toEqual(values);
  });

  it("writes decimals with their scale, as text", () => {
    const cases: [precision: number, scale: number, unscaled: bigint, text: string][] = [
      [10, 2, -10n, "-0.10"],
      [10, 2, 0n, "0.00"],
      [5, 5, -1n, "-0.00001"],
      [7, 0, 7n, "7"],
      [15, 3, -999999999999999n, "-999999999999.999"],
      [18, 9, 123456789012345678n, "123456789.012345678"],
      [38, 18, -(10n ** 38n - 1n), "-99999999999999999999.999999999999999999"],
      [38, 38, 1n, `0.${"1".padStart(38, "0")}`],
    ];
    for (const [precision, scale, unscaled, text] of cases) {
      expect(read(T.decimal(precision, scale), decimals(precision, scale, [unscaled, null]))).toEqual([text, null]);
    }
  });

  it("agrees with integer arithmetic on decimals of any precision", () => {
    const cell = fc
      .integer({ min: 1, max: 38 })
      .chain((precision) =>
        fc.tuple(
          fc.constant(precision),
          fc.integer({ min: 0, max: precision }),
          fc.bigInt({ min: -(10n ** BigInt(precision)) + 1n, max: 10n ** BigInt(precision) - 1n }),
        ),
      );
    fc.assert(
      fc.property(cell, ([precision, scale, unscaled]) => {
        const [text] = read(T.decimal(precision, scale), decimals(precision, scale, [unscaled])) as [string];
        expect(text).toBe(decimalText(unscaled, scale));
        expect(text.split(".")[1]?.length ?? 0).toBe(scale);
        expect(BigInt(text.replace(".", ""))).toBe(unscaled);
      }),
      { seed: 5, numRuns: 500 },
    );
  });

  it("writes timestamps to the microsecond, in any year", () => {
    const cases: [micros: bigint, text: string][] = [
      [0n, "1970-01-01T00:00:00.000000"],
      [-1n, "1969-12-31T23:59:59.999999"],
      [253402300799999999n, "9999-12-31T23:59:59.999999"],
      [253402300800000000n, "+010000-01-01T00:00:00.000000"],
      [-62167219200000000n, "0000-01-01T00:00:00.000000"],
      [-62167219200000001n, "-000001-12-31T23:59:59.999999"],
      [9223372036854775807n, "+294247-01-10T04:00:54.775807"],
      [-9223372036854775808n, "-290308-12-21T19:59:05.224192"],
      // A double's quotient by the length of a day would round up to the next day.
      [86400000000n * 104249n - 1n, "2255-06-04T23:59:59.999999"],
    ];
    const micros = cases.map(([value]) => value);
    expect(read(T.timestamp, int64(UTC_MICROS, micros))).toEqual(cases.map(([, text]) => `${text}Z`));
    expect(read(T.timestampNtz, int64(LOCAL_MICROS, micros))).toEqual(cases.map(([, text]) => text));
  });

  it("agrees with Date where a Date can tell", () => {
    const write = timestampWriter("Z");
    const millis = fc.integer({ min: -8_640_000_000_000_000, max: 8_640_000_000_000_000 });
    fc.assert(
      fc.property(millis, fc.integer({ min: 0, max: 999 }), (ms, micros) => {
        const iso = new Date(ms).toISOString();
        expect(write(BigInt(ms) * 1000n + BigInt(micros))).toBe(
          iso.replace("Z", `${String(micros).padStart(3, "0")}Z`),
        );
        expect(dateText(Math.floor(ms / 86_400_000))).toBe(iso.slice(0, iso.indexOf("T")));
      }),
      { seed: 6, numRuns: 2000 },
    );
  });

  it("writes dates beyond the years of a Date", () => {
    expect(read(T.date, days([0, -719528, 2932896, 2932897, -141427, null, 2 ** 31 - 1]))).toEqual([
      "1970-01-01",
      "0000-01-01",
      "9999-12-31",
      "+010000-01-01",
      "1582-10-15",
      null,
      "+5881580-07-11",
    ]);
  });

  it("gives numbers, booleans, text and bytes as they are", () => {
    expect(read(T.byte, column(new arrow.Int8(), [-128, null, 127]))).toEqual([-128, null, 127]);
    expect(read(T.short, column(new arrow.Int16(), [-32768, 32767]))).toEqual([-32768, 32767]);
    expect(read(T.integer, column(new arrow.Int32(), [2147483647, null]))).toEqual([2147483647, null]);
    expect(read(T.float, column(new arrow.Float32(), [1.5, Number.NaN]))).toEqual([1.5, Number.NaN]);
    expect(read(T.double, column(new arrow.Float64(), [0.1, -0, Number.POSITIVE_INFINITY]))).toEqual([
      0.1,
      -0,
      Number.POSITIVE_INFINITY,
    ]);
    expect(read(T.boolean, column(new arrow.Bool(), [true, null, false, true]))).toEqual([true, null, false, true]);
    expect(read(T.string, column(new arrow.Utf8(), ["", "é😀\ufeff", null]))).toEqual(["", "é😀\ufeff", null]);
    expect(read(T.binary, column(new arrow.Binary(), [Uint8Array.of(0, 255), null]))).toEqual([
      Uint8Array.of(0, 255),
      null,
    ]);
    expect(read(T.void, arrow.makeData({ type: new arrow.Null(), length: 2 }))).toEqual([null, null]);
  });

  it("gives structs as objects, arrays as arrays, maps as Maps", () => {
    const point = struct({ x: T.integer, tags: T.array(T.string) });
    const arrowPoint = new arrow.Struct([
      new arrow.Field("x", new arrow.Int32(), true),
      new arrow.Field("tags", new arrow.List(new arrow.Field("element", new arrow.Utf8(), true)), true),
    ]);
    expect(read(point, column(arrowPoint, [{ x: 1, tags: ["a", null] }, null, { x: null, tags: [] }]))).toEqual([
      { x: 1, tags: ["a", null] },
      null,
      { x: null, tags: [] },
    ]);
    const entries = new arrow.Struct([
      new arrow.Field("key", new arrow.Utf8(), false),
      new arrow.Field("value", new arrow.Int64(), true),
    ]) as never;
    const map = new arrow.Map_(new arrow.Field("entries", entries, false));
    const values = [new Map([["a", 1n]]), null, new Map(), new Map([["b", null] as const])];
    expect(read(T.map(T.string, T.long), column(map, values))).toEqual(values);
  });

  it("gives variants as JSON text with every digit", () => {
    const type = new arrow.Struct([
      new arrow.Field("metadata", new arrow.Binary(), true),
      new arrow.Field("value", new arrow.Binary(), true),
    ]);
    // Version 1 with one name, "a"; {"a": 9007199254740993} as an object of one int64; a short string.
    const metadata = Uint8Array.of(1, 1, 0, 1, 0x61);
    const object = Uint8Array.of(2, 1, 0, 0, 9, 24, 1, 0, 0, 0, 0, 0, 32, 0);
    const text = Uint8Array.of((2 << 2) | 1, 0x68, 0x69);
    const values = [{ metadata, value: object }, null, { metadata, value: text }];
    expect(read(T.variant, column(type, values))).toEqual(['{"a":9007199254740993}', null, '"hi"']);
  });

  it("refuses a map that has one key twice rather than lose an entry", () => {
    const type = new arrow.Map_(
      new arrow.Field(
        "entries",
        new arrow.Struct([
          new arrow.Field("key", new arrow.Utf8(), false),
          new arrow.Field("value", new arrow.Int32(), true),
        ]) as never,
        false,
      ),
    );
    const child = arrow.makeData({
      type: type.childType as unknown as arrow.Struct,
      length: 2,
      nullCount: 0,
      children: [column(new arrow.Utf8(), ["k", "k"]), column(new arrow.Int32(), [1, 2])],
    });
    const data = arrow.makeData({ type, length: 1, nullCount: 0, valueOffsets: Int32Array.of(0, 2), child } as never);
    expect(() => read(T.map(T.string, T.integer), data as arrow.Data)).toThrowError(/one key twice/);
  });

  it("reads dictionary-encoded columns", () => {
    const type = new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32());
    expect(read(T.string, column(type, ["a", "b", null, "a"]))).toEqual(["a", "b", null, "a"]);
  });

  it("names the column and both types when a batch cannot have the schema", () => {
    const point = struct({ inner: struct({ n: T.long }) });
    const wrong = batch({ inner: column(new arrow.Struct([new arrow.Field("n", new arrow.Int32())]), [{ n: 1 }]) });
    try {
      rowReader(point, wrong);
      expect.unreachable();
    } catch (error) {
      expect(isDeltaError(error, "TYPE_MISMATCH") && error.column).toBe("inner.n");
      expect((error as Error).message).toMatch(/long.*Int32/);
    }
  });
});

describe("rows of a batch", () => {
  const schema = struct({
    b: T.boolean,
    n: T.long,
    s: T.string,
    d: T.decimal(20, 2),
    l: T.array(T.integer),
    o: struct({ x: T.integer }),
  });
  const values = Array.from({ length: 40 }, (_, i) =>
    i % 7 === 3
      ? { b: null, n: null, s: null, d: null, l: null, o: null }
      : { b: i % 2 === 0, n: BigInt(i), s: `s${i}`, d: `${i}.05`, l: Array(i % 3).fill(i), o: { x: i } },
  );
  const whole = batch({
    b: column(
      new arrow.Bool(),
      values.map((v) => v.b),
    ),
    n: int64(
      new arrow.Int64(),
      values.map((v) => v.n),
    ),
    s: column(
      new arrow.Utf8(),
      values.map((v) => v.s),
    ),
    d: decimals(
      20,
      2,
      values.map((v) => (v.d === null ? null : BigInt(v.d.replace(".", "")))),
    ),
    l: column(
      new arrow.List(new arrow.Field("element", new arrow.Int32(), true)),
      values.map((v) => v.l),
    ),
    o: column(
      new arrow.Struct([new arrow.Field("x", new arrow.Int32(), true)]),
      values.map((v) => v.o),
    ),
  });

  it("has the same values in every slice, whatever bit it starts at", () => {
    for (let start = 0; start < 40; start++) {
      const slice = whole.slice(start, Math.min(40, start + 11));
      const row = rowReader(schema, slice);
      expect(Array.from({ length: slice.numRows }, (_, i) => row(i))).toEqual(values.slice(start, start + 11));
    }
  });

  it("has the same values after an Arrow IPC round trip", () => {
    const [again] = arrow.tableFromIPC(arrow.tableToIPC(new arrow.Table(whole.schema, [whole]), "stream")).batches;
    const row = rowReader(schema, again!);
    expect(Array.from({ length: 40 }, (_, i) => row(i))).toEqual(values);
  });

  it("keeps a column whose name is __proto__", () => {
    const row = rowReader(struct({ ["__proto__"]: T.integer, a: T.integer }), {
      ...batch({ a: column(new arrow.Int32(), [1]) }),
      data: {
        ...batch({}).data,
        typeId: 13,
        children: [column(new arrow.Int32(), [7]), column(new arrow.Int32(), [1])],
      },
    } as unknown as arrow.RecordBatch)(0);
    expect(Object.entries(row)).toEqual([
      ["__proto__", 7],
      ["a", 1],
    ]);
    expect(Object.getPrototypeOf(row)).toBe(Object.prototype);
  });
});
