import {
  Binary,
  Bool,
  type DataType,
  DateDay,
  Decimal,
  FixedSizeBinary,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  makeData,
  TimestampMicrosecond,
  Uint8,
  Uint16,
  Uint32,
  Uint64,
  Utf8,
  Vector,
} from "apache-arrow";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { batchOf } from "./support/arrow-files.js";
import { failureOf, field, readRows, schemaOf, taskOf } from "./support/scan-tasks.js";

/** A column of a fixed width; null rows hold `fill`, as decoders leave there whatever they like. */
function column(type: DataType, values: readonly (number | bigint | null)[], fill?: number | bigint): Vector {
  const data = new type.ArrayType(values.length);
  if (fill !== undefined) data.fill(fill);
  values.forEach((value, at) => {
    if (value !== null) data[at] = value;
  });
  return new Vector([makeData({ type, length: values.length, data, nullBitmap: bitmapOf(values) } as never)]);
}
function decimals(type: Decimal, values: readonly (bigint | null)[]): Vector {
  const data = new Uint32Array(4 * values.length);
  values.forEach((value, at) => {
    for (let word = 0; word < 4; word++)
      data[4 * at + word] = Number(BigInt.asUintN(32, (value ?? -7n) >> BigInt(32 * word)));
  });
  return new Vector([makeData({ type, length: values.length, data, nullBitmap: bitmapOf(values) })]);
}
function bytes(type: DataType, values: readonly (readonly number[] | null)[]): Vector {
  const data = Uint8Array.from(values.flatMap((value) => value ?? []));
  const valueOffsets = new Int32Array(values.length + 1);
  values.forEach((value, at) => {
    valueOffsets[at + 1] = valueOffsets[at]! + (value?.length ?? 0);
  });
  return new Vector([
    makeData({ type, length: values.length, data, valueOffsets, nullBitmap: bitmapOf(values) } as never),
  ]);
}
function bitmapOf(values: readonly unknown[]): Uint8Array {
  const bitmap = new Uint8Array(((values.length + 63) & ~63) >> 3);
  values.forEach((value, at) => {
    if (value !== null) bitmap[at >> 3]! |= 1 << (at & 7);
  });
  return bitmap;
}

async function read(type: string, vector: Vector): Promise<unknown[]> {
  const rows = await readRows(taskOf(schemaOf(field("c", type))), { batches: [batchOf({ c: vector })] });
  return rows.map(({ c }) => c);
}

describe("a form that means the same", () => {
  const day = 18878;
  test.each([
    ["byte", "without its annotation", column(new Int32(), [-128, null, 127], 999), [-128, null, 127]],
    ["short", "without its annotation", column(new Int32(), [-32768, null, 32767]), [-32768, null, 32767]],
    ["byte", "as a short", column(new Int16(), [-1, null]), [-1, null]],
    ["timestamp", "said to be of no zone", column(new TimestampMicrosecond(), [1n, null, -1n]), [1n, null, -1n]],
    ["timestamp_ntz", "said to be UTC", column(new TimestampMicrosecond("UTC"), [1n, null]), [1n, null]],
    [
      "binary",
      "of fixed length",
      new Vector([
        makeData({
          type: new FixedSizeBinary(2),
          length: 3,
          data: Uint8Array.of(1, 2, 0, 0, 5, 6),
          nullBitmap: bitmapOf([1, null, 1]),
        }),
      ]),
      [[1, 2], null, [5, 6]],
    ],
    ["binary", "said to be text", bytes(new Utf8(), [[0x61], null, []]), [[0x61], null, []]],
    ["string", "said to be bytes", bytes(new Binary(), [[0xc3, 0xa9], null, [0x61], []]), ["é", null, "a", ""]],
    ["string", "text", bytes(new Utf8(), [[0xc3, 0xa9], null]), ["é", null]],
    ["date", "days", column(new DateDay(), [day, null, -719162]), [day, null, -719162]],
    [
      "boolean",
      "bits",
      new Vector([
        makeData({ type: new Bool(), length: 3, data: Uint8Array.of(0b101), nullBitmap: bitmapOf([1, null, 1]) }),
      ]),
      [true, null, true],
    ],
  ])("%s, %s", async (type, _, vector, values) => {
    expect(await read(type, vector)).toEqual(values);
  });
});

describe("a type that was widened", () => {
  const big = 2n ** 63n - 1n;
  test.each([
    ["byte", "short", column(new Int8(), [-128, null, 127]), [-128, null, 127]],
    ["byte", "integer", column(new Int8(), [-128, null, 127]), [-128, null, 127]],
    ["byte", "long", column(new Int8(), [-128, null, 127]), [-128n, null, 127n]],
    ["short", "integer", column(new Int16(), [-32768, null]), [-32768, null]],
    ["integer", "long", column(new Int32(), [-2147483648, null, 2147483647], -1), [-2147483648n, null, 2147483647n]],
    ["unsigned integer", "long", column(new Uint32(), [4294967295, null]), [4294967295n, null]],
    ["unsigned byte", "short", column(new Uint8(), [255]), [255]],
    ["unsigned short", "integer", column(new Uint16(), [65535]), [65535]],
    ["float", "double", column(new Float32(), [1.5, null, Number.NaN]), [1.5, null, Number.NaN]],
    ["byte", "double", column(new Int8(), [-1, null]), [-1, null]],
    ["integer", "double", column(new Int32(), [2147483647, null]), [2147483647, null]],
    [
      "date",
      "timestamp_ntz",
      column(new DateDay(), [18878, null, -719162, 2932896]),
      [1631059200000000n, null, -62135596800000000n, 253402214400000000n],
    ],
    ["byte", "decimal(10,0)", column(new Int8(), [-128, null, 127]), [-128n, null, 127n]],
    ["integer", "decimal(12,2)", column(new Int32(), [-2147483648, null, 42]), [-214748364800n, null, 4200n]],
    [
      "integer",
      "decimal(38,28)",
      column(new Int32(), [-2147483648, null, 42]),
      [-2147483648n * 10n ** 28n, null, 42n * 10n ** 28n],
    ],
    [
      "long",
      "decimal(22,2)",
      column(new Int64(), [big, null, -big - 1n, -1n]),
      [big * 100n, null, (-big - 1n) * 100n, -100n],
    ],
    ["decimal(5,2)", "decimal(7,2)", decimals(new Decimal(2, 5), [-12345n, null]), [-12345n, null]],
    ["decimal(5,2)", "decimal(8,4)", decimals(new Decimal(2, 5), [-12345n, null, 1n]), [-1234500n, null, 100n]],
    [
      "decimal(20,0)",
      "decimal(38,18)",
      decimals(new Decimal(0, 20), [-(10n ** 20n) + 1n, null, 10n ** 15n]),
      [(-(10n ** 20n) + 1n) * 10n ** 18n, null, 10n ** 33n],
    ],
  ])("%s to %s", async (_, type, vector, values) => {
    expect(await read(type, vector)).toEqual(values);
  });

  test("decimals are scaled exactly, whatever their size", async () => {
    const amount = fc.bigInt({ min: -(10n ** 20n) + 1n, max: 10n ** 20n - 1n });
    const amounts = fc.array(fc.oneof(amount, fc.bigInt({ min: -(2n ** 54n), max: 2n ** 54n }), fc.constant(null)), {
      minLength: 1,
      maxLength: 20,
    });
    await fc.assert(
      fc.asyncProperty(amounts, fc.nat(18), async (values, digits) => {
        const expected = values.map((value) => value && value * 10n ** BigInt(digits));
        expect(await read(`decimal(38,${digits})`, decimals(new Decimal(0, 20), values))).toEqual(expected);
        const integers = values.map((value) => value && BigInt.asIntN(64, value));
        const scaled = integers.map((value) => value && value * 10n ** BigInt(digits));
        expect(await read(`decimal(38,${digits})`, column(new Int64(), integers))).toEqual(scaled);
      }),
      { seed: 5, numRuns: 100 },
    );
  });
});

describe("anything else is refused, with the column, the file and both types", () => {
  test.each([
    ["long", column(new Uint64(), [1n])],
    ["integer", column(new Int64(), [1n])],
    ["integer", column(new Uint32(), [1])],
    ["long", column(new Float64(), [1])],
    ["long", bytes(new Utf8(), [[0x31]])],
    ["float", column(new Float64(), [1])],
    ["float", column(new Int32(), [1])],
    ["double", column(new Int64(), [1n])],
    ["string", column(new Int32(), [1])],
    ["date", column(new Int32(), [1])],
    ["timestamp", column(new DateDay(), [1])],
    ["timestamp", column(new Int64(), [1n])],
    ["boolean", column(new Int8(), [1])],
    ["decimal(12,3)", column(new Int32(), [1])],
    ["decimal(21,2)", column(new Int64(), [1n])],
    ["decimal(5,2)", decimals(new Decimal(3, 6), [1n])],
    ["decimal(5,2)", decimals(new Decimal(2, 6), [1n])],
    ["decimal(6,3)", decimals(new Decimal(2, 6), [1n])],
    ["decimal(5,2)", column(new Float64(), [1])],
  ])("%s", async (type, vector) => {
    const error = await failureOf(read(type, vector));
    expect(error).toMatchObject({ code: "TYPE_MISMATCH", column: "c", path: "part.parquet" });
    for (const part of ["part.parquet", String(vector.type), type, "Column c"]) expect(error.message).toContain(part);
  });

  test.each([
    ["byte", "a value that needs more bits", column(new Int32(), [1, 128])],
    ["short", "a value that needs more bits", column(new Int32(), [-32769])],
    ["string", "bytes that are no text", bytes(new Binary(), [[0x61], [0xff]])],
    ["string", "a letter cut in two", bytes(new Binary(), [[0xc3], [0xa9]])],
  ])("%s: %s", async (type, _, vector) => {
    expect(await failureOf(read(type, vector))).toMatchObject({ code: "TYPE_MISMATCH", column: "c" });
  });

  test("a struct, a list and a map where the file has something else", async () => {
    for (const type of [
      { type: "struct", fields: [field("x", "long")] },
      { type: "array", elementType: "long", containsNull: true },
      { type: "map", keyType: "string", valueType: "long", valueContainsNull: true },
    ]) {
      const reading = readRows(taskOf(schemaOf(field("c", type))), {
        batches: [batchOf({ c: column(new Int64(), [1n]) })],
      });
      expect((await failureOf(reading)).code).toBe("TYPE_MISMATCH");
    }
  });
});
