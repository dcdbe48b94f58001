import {
  Binary,
  Bool,
  type Data,
  type DataType,
  DateDay,
  DateMillisecond,
  Decimal,
  DenseUnion,
  Dictionary,
  Field,
  FixedSizeBinary,
  FixedSizeList,
  Float16,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  LargeBinary,
  LargeUtf8,
  List,
  Map_,
  makeData,
  Null,
  RecordBatch,
  Schema,
  SparseUnion,
  Struct,
  Table,
  TimeMicrosecond,
  TimestampMicrosecond,
  tableFromIPC,
  tableToIPC,
  Uint8,
  Uint16,
  Uint32,
  Uint64,
  Utf8,
  Utf8View,
  Vector,
  vectorFromArray,
} from "apache-arrow";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { takeRanges, takeRows } from "../src/read/filter-batch.js";

/** A random column: its type, and how to draw a value that is not null. */
interface Kind {
  readonly type: DataType;
  readonly value: fc.Arbitrary<unknown>;
}

const decimal128 = new Decimal(10, 38, 128);
const leaves: Kind[] = [
  { type: new Bool(), value: fc.boolean() },
  { type: new Int8(), value: fc.integer({ min: -128, max: 127 }) },
  { type: new Int16(), value: fc.integer({ min: -32768, max: 32767 }) },
  { type: new Int32(), value: fc.integer() },
  { type: new Int64(), value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) },
  { type: new Uint8(), value: fc.nat(255) },
  { type: new Uint16(), value: fc.nat(65535) },
  { type: new Uint32(), value: fc.nat() },
  { type: new Uint64(), value: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) },
  { type: new Float16(), value: fc.nat(100) },
  { type: new Float32(), value: fc.float() },
  { type: new Float64(), value: fc.double() },
  { type: decimal128, value: fc.uint32Array({ minLength: 4, maxLength: 4 }) },
  { type: new DateDay(), value: fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(2 ** 41) }) },
  { type: new DateMillisecond(), value: fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(2 ** 41) }) },
  { type: new TimestampMicrosecond("UTC"), value: fc.nat() },
  { type: new TimeMicrosecond(), value: fc.bigInt({ min: 0n, max: 2n ** 60n }) },
  { type: new Utf8(), value: fc.string({ unit: "grapheme", maxLength: 12 }) },
  { type: new LargeUtf8(), value: fc.string({ maxLength: 12 }) },
  { type: new Binary(), value: fc.uint8Array({ maxLength: 12 }) },
  { type: new LargeBinary(), value: fc.uint8Array({ maxLength: 12 }) },
  { type: new FixedSizeBinary(3), value: fc.uint8Array({ minLength: 3, maxLength: 3 }) },
  { type: new FixedSizeBinary(12), value: fc.uint8Array({ minLength: 12, maxLength: 12 }) },
];
/** Not nested: vectors of one dictionary type must share a dictionary, which the builders of these tests do not do. */
const dictionary: Kind = { type: new Dictionary(new Utf8(), new Int32()), value: fc.constantFrom("a", "bb", "ccc") };

const nullable = (value: fc.Arbitrary<unknown>) => fc.option(value, { freq: 4 });

function list({ type, value }: Kind): Kind {
  return { type: new List(new Field("element", type, true)), value: fc.array(nullable(value), { maxLength: 4 }) };
}
function fixedList({ type, value }: Kind): Kind {
  const pair = fc.array(nullable(value), { minLength: 2, maxLength: 2 });
  return { type: new FixedSizeList(2, new Field("element", type, true)), value: pair };
}
function struct(kinds: readonly Kind[]): Kind {
  const fields = kinds.map(({ type }, index) => new Field(`f${index}`, type, true));
  const value = fc.record(Object.fromEntries(kinds.map(({ value }, index) => [`f${index}`, nullable(value)])));
  return { type: new Struct(fields), value };
}
function map({ type, value }: Kind): Kind {
  const entries = new Struct([new Field("key", new Utf8(), false), new Field("value", type, true)]);
  const entry = fc.tuple(fc.string({ maxLength: 3 }), nullable(value));
  return {
    type: new Map_(new Field("entries", entries as never, false)),
    value: fc.uniqueArray(entry, { maxLength: 3, selector: ([key]) => key }).map((pairs) => new Map(pairs)),
  };
}

const kinds: fc.Arbitrary<Kind> = fc.letrec<{ kind: Kind }>((tie) => ({
  kind: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    fc.constantFrom(...leaves),
    tie("kind").map(list),
    tie("kind").map(fixedList),
    tie("kind").map(map),
    fc.array(tie("kind"), { minLength: 1, maxLength: 3 }).map(struct),
  ),
})).kind;

/** A column with its values, some of them null, sliced out of a longer one so that its bits start anywhere. */
const columns = kinds.chain((kind) =>
  fc.tuple(fc.array(nullable(kind.value), { minLength: 1, maxLength: 80 }), fc.nat(20)).map(([values, cut]) => {
    const whole = vectorFromArray(values, kind.type);
    const start = Math.min(cut, values.length);
    return { kind, data: whole.data[0]!.slice(start, values.length - start) as Data };
  }),
);

function batchOf(data: Data): RecordBatch {
  const schema = new Schema([new Field("c", data.type, true)], new Map([["key", "of the schema"]]));
  const type = new Struct(schema.fields);
  return new RecordBatch(schema, makeData({ type, length: data.length, nullCount: 0, children: [data] }));
}

/** A value as plain, comparable data. */
function plain(value: unknown): unknown {
  if (value === null || typeof value !== "object") return value;
  if (ArrayBuffer.isView(value)) return [...(value as Uint8Array)].map(Number);
  if (value instanceof Vector) return [...value].map(plain);
  return [...(value as Iterable<[unknown, unknown]>)].map(([key, inner]) => [key, plain(inner)]);
}

function valuesOf(batch: RecordBatch): unknown[] {
  const column = batch.getChildAt(0)!;
  return Array.from({ length: batch.numRows }, (_, row) => plain(column.get(row)));
}

const picks = (length: number) =>
  fc.oneof(
    fc
      .array(fc.boolean(), { minLength: length, maxLength: length })
      .map((keep) => [...keep.keys()].filter((i) => keep[i])),
    fc.array(fc.nat(Math.max(0, length - 1)), { maxLength: length }).map((rows) => (length === 0 ? [] : rows)),
    fc.constantFrom([], [...Array(length).keys()]),
  );

function check(data: Data, rows: readonly number[]): void {
  const batch = batchOf(data);
  const before = valuesOf(batch);
  const expected = rows.map((row) => before[row]);
  const taken = takeRows(batch, Int32Array.from(rows));
  expect(taken.numRows).toBe(rows.length);
  expect(taken.schema.metadata.get("key")).toBe("of the schema");
  expect(valuesOf(taken)).toEqual(expected);
  expect(valuesOf(batch)).toEqual(before);
  // What counts for other readers is the buffers: they must be whole when they leave this process.
  const back = tableFromIPC(tableToIPC(new Table([taken]), "stream"));
  expect(back.batches.flatMap(valuesOf)).toEqual(expected);
  const nulls = expected.filter((value) => value === null).length;
  expect(taken.getChildAt(0)!.nullCount).toBe(nulls);
}

describe("taking rows of a batch", () => {
  for (const kind of [...leaves, dictionary]) {
    it(`keeps values and nulls of ${kind.type}`, () => {
      const values = fc.array(nullable(kind.value), { minLength: 1, maxLength: 200 });
      const cases = fc.tuple(values, fc.nat(20)).chain(([all, cut]) => {
        const data = vectorFromArray(all, kind.type).data[0]!.slice(
          Math.min(cut, all.length),
          Math.max(0, all.length - cut),
        );
        return fc.tuple(fc.constant(data as Data), picks(data.length));
      });
      fc.assert(
        fc.property(cases, ([data, rows]) => check(data, rows)),
        { seed: 7, numRuns: 25 },
      );
    });
  }

  it("keeps values and nulls of structs, lists, fixed lists and maps, however nested", () => {
    const cases = columns.chain(({ data }) => fc.tuple(fc.constant(data), picks(data.length)));
    fc.assert(
      fc.property(cases, ([data, rows]) => check(data, rows)),
      { seed: 8, numRuns: 300 },
    );
  });

  it("keeps a column of nothing but null", () => {
    check(makeData({ type: new Null(), length: 10 }) as Data, [1, 2, 9]);
  });

  it("keeps sparse and dense unions", () => {
    const fields = [new Field("n", new Int32(), true), new Field("s", new Utf8(), true)];
    const typeIds = Int8Array.of(0, 1, 0, 1, 0);
    const numbers = vectorFromArray([1, null, 3, 0, 5], new Int32()).data[0]!;
    const texts = vectorFromArray(["", "b", "", "d", ""], new Utf8()).data[0]!;
    const sparse = new SparseUnion(Int32Array.of(0, 1), fields);
    const sparseData = makeData({ type: sparse, length: 5, typeIds, children: [numbers, texts] } as never) as Data;
    expect(valuesOf(takeRows(batchOf(sparseData), Int32Array.of(0, 3, 4)))).toEqual([1, "d", 5]);
    const dense = new DenseUnion(Int32Array.of(0, 1), fields);
    const valueOffsets = Int32Array.of(0, 1, 2, 3, 4);
    const denseData = makeData({
      type: dense,
      length: 5,
      typeIds,
      valueOffsets,
      children: [numbers, texts],
    } as never) as Data;
    expect(valuesOf(takeRows(batchOf(denseData), Int32Array.of(4, 3, 1)))).toEqual([5, "d", "b"]);
  });

  it("keeps views, inline and into buffers", () => {
    const views = new Uint8Array(48);
    const words = new DataView(views.buffer);
    for (const [row, length] of [2, 14, 3].entries()) words.setInt32(16 * row, length, true);
    views.set(new TextEncoder().encode("ab"), 4);
    words.setInt32(16 + 8, 0, true);
    words.setInt32(16 + 12, 1, true);
    views.set(new TextEncoder().encode("xyz"), 36);
    const variadicBuffers = [new TextEncoder().encode("-fourteen chars")];
    const data = makeData({ type: new Utf8View(), length: 3, views, variadicBuffers }) as Data;
    expect(valuesOf(batchOf(data))).toEqual(["ab", "fourteen chars", "xyz"]);
    expect(valuesOf(takeRows(batchOf(data), Int32Array.of(2, 1)))).toEqual(["xyz", "fourteen chars"]);
  });

  it("gives a batch without columns the right number of rows", () => {
    const batch = new RecordBatch(
      new Schema([]),
      makeData({ type: new Struct([]), length: 10, nullCount: 0, children: [] }),
    );
    expect(takeRows(batch, Int32Array.of(1, 5)).numRows).toBe(2);
  });

  it("copies the bits of NaN as they are", () => {
    const bits = BigInt64Array.of(0x7ff8000000000001n, -1n, 0x7ff0000000000001n);
    const data = makeData({ type: new Float64(), length: 3, data: new Float64Array(bits.buffer) });
    const taken = takeRanges(batchOf(data), Int32Array.of(1, 3)).getChildAt(0)!.data[0]!.values as Float64Array;
    expect(new BigInt64Array(taken.buffer)).toEqual(bits.slice(1));
  });

  it("drops validity when no null is left", () => {
    const data = vectorFromArray([1, null, 3], new Int32()).data[0]!;
    const taken = takeRows(batchOf(data), Int32Array.of(0, 2)).getChildAt(0)!;
    expect([taken.nullCount, taken.data[0]!.nullBitmap]).toEqual([0, undefined]);
  });
});
