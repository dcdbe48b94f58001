import type { Data } from "apache-arrow";
import fc from "fast-check";
import { dateText, decimalText, timestampText } from "../../src/columnar/value-text.js";
import type { Literal } from "../../src/predicate/literal.js";
import { writeDecimal } from "../../src/read/decimal-words.js";
import { bitmapBytes, newData } from "../../src/read/new-data.js";
import { toArrowType } from "../../src/read/to-arrow-type.js";
import type { DataType, PrimitiveName } from "../../src/schema/types.js";

/** A value as the tests have it: decimals unscaled, timestamps in microseconds, dates in days, binaries as hexadecimal. */
export type CellValue = null | boolean | number | bigint | string;

/** A type of columns: what values it has, how they stand in statistics, and what they are compared with. */
export interface CellType {
  readonly type: DataType;
  readonly values: fc.Arbitrary<Exclude<CellValue, null>>;
  /** The literal that stands for a value. */
  literal(value: Exclude<CellValue, null>): Literal;
  /** Literals that are no values of the type, or far from them. */
  readonly others: fc.Arbitrary<Literal>;
  /** The JSON of a least or greatest value; `undefined` for types without. */
  stat(value: Exclude<CellValue, null>, side: "min" | "max", cut: boolean): string | undefined;
  /** The text of a partition value; `null` for types of which not every value has one. */
  readonly partition: ((value: Exclude<CellValue, null>) => string) | null;
}

const primitive = (name: PrimitiveName): DataType => ({ kind: "primitive", name });
const number = (value: unknown): Literal => ({ type: "number", value: String(value) });
const numbers = (...texts: string[]): fc.Arbitrary<Literal> => fc.constantFrom(...texts.map(number));
const BEYOND = ["1.5", "-0.5", "1e-9", "3000000000", "-1e30", "1e300", "NaN", "Infinity", "-Infinity", "0"] as const;

function integers(name: "byte" | "short" | "integer", bits: number): CellType {
  const half = 2 ** (bits - 1);
  return {
    type: primitive(name),
    values: fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(-half, half - 1)),
    literal: number,
    others: numbers(...BEYOND),
    stat: String,
    partition: String,
  };
}

function floats(name: "float" | "double"): CellType {
  const special = fc.constantFrom(
    Number.NaN,
    -0,
    0,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    0.1,
    -1.5,
    2,
    1e30,
  );
  return {
    type: primitive(name),
    values: special.map((value) => (name === "float" ? Math.fround(value) : value)),
    literal: number,
    others: numbers(...BEYOND, "0.1"),
    stat: (value) => (Number.isFinite(value) ? floatText(name, value as number) : JSON.stringify(String(value))),
    partition: (value) => (Object.is(value, -0) ? "-0.0" : String(value)),
  };
}

/** The shortest text that gives the value back, of a float as Java and Rust write it. */
function floatText(name: "float" | "double", value: number): string {
  if (name === "double") return String(value);
  for (let digits = 1; ; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return text.replace("e+", "e");
  }
}

function decimals(precision: number, scale: number): CellType {
  const most = 10n ** BigInt(precision) - 1n;
  return {
    type: { kind: "decimal", precision, scale },
    values: fc.oneof(fc.bigInt({ min: -3n, max: 3n }), fc.constantFrom(most, -most, most - 1n)),
    literal: (value) => number(decimalText(value as bigint, scale)),
    others: fc.oneof(numbers(...BEYOND, "0.015", "1e40"), fc.constant<Literal>({ type: "string", value: "0.01" })),
    stat: (value) => decimalText(value as bigint, scale),
    partition: (value) => decimalText(value as bigint, scale),
  };
}

const TEXTS = [
  "",
  "a",
  "ab",
  "b",
  "zebra",
  "\uffee",
  "\u{1f600}",
  "é",
  "x".repeat(40),
  `${"x".repeat(40)}y`,
  `${"x".repeat(31)}\u{1f600}b`,
];

/** As Spark cuts: 32 characters, no pair in two, and a last one that no other is above. */
export function cutText(text: string, side: "min" | "max"): string {
  if (text.length <= 32) return text;
  const end = text.charCodeAt(31) >= 0xd800 && text.charCodeAt(31) < 0xdc00 ? 31 : 32;
  return text.slice(0, end) + (side === "max" ? "\u{10ffff}" : "");
}

function timestamps(name: "timestamp" | "timestamp_ntz"): CellType {
  const text = (micros: bigint, digits = 6) => {
    const { date, time, fraction } = timestampText(micros);
    return `${date}T${time}.${fraction.slice(0, digits)}${name === "timestamp" ? "Z" : ""}`;
  };
  const day = 86_400_000_000n;
  return {
    type: primitive(name),
    values: fc.oneof(
      fc.bigInt({ min: -2000n, max: 2000n }),
      fc.constantFrom(day, -day, day - 1n, 253_402_300_799_999_999n, -62_135_596_800_000_000n),
    ),
    literal: (micros) => ({ type: "timestamp", value: text(micros as bigint) }),
    others: fc.constantFrom<Literal>(
      { type: "date", value: "1970-01-01" },
      { type: "date", value: "1969-12-31" },
      { type: "string", value: "1970-01-01 00:00:00.000500" },
      { type: "timestamp", value: "1970-01-01T05:30:00.000001+05:30" },
    ),
    stat: (micros, _, cut) => JSON.stringify(text(micros as bigint, cut ? 3 : 6)),
    partition: (micros) => text(micros as bigint),
  };
}

/** Every type that can be compared. */
export const CELL_TYPES: readonly CellType[] = [
  {
    type: primitive("boolean"),
    values: fc.boolean(),
    literal: (value) => ({ type: "boolean", value: value as boolean }),
    others: fc.constant({ type: "null" }),
    stat: () => undefined,
    partition: String,
  },
  integers("byte", 8),
  integers("short", 16),
  integers("integer", 32),
  {
    type: primitive("long"),
    values: fc.oneof(
      fc.bigInt({ min: -3n, max: 3n }),
      fc.constantFrom(2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n, 2n ** 53n + 1n, -(2n ** 53n) - 1n, 1n << 32n),
    ),
    literal: number,
    others: numbers(...BEYOND, "9223372036854775808", "-9223372036854775809", "9007199254740992.5"),
    stat: String,
    partition: String,
  },
  floats("float"),
  floats("double"),
  decimals(5, 2),
  decimals(38, 10),
  {
    type: primitive("string"),
    values: fc.constantFrom(...TEXTS),
    literal: (value) => ({ type: "string", value: value as string }),
    others: fc.constantFrom<Literal>({ type: "string", value: "aa" }, { type: "string", value: `${"x".repeat(32)}` }),
    stat: (value, side, cut) => JSON.stringify(cut ? cutText(value as string, side) : value),
    partition: (value) => value as string,
  },
  {
    type: primitive("binary"),
    values: fc.constantFrom("", "00", "7f", "80", "ff", "ff00"),
    literal: (value) => ({ type: "binary", value: value as string }),
    others: fc.constant({ type: "binary", value: "7f80" }),
    stat: () => undefined,
    partition: null,
  },
  {
    type: primitive("date"),
    values: fc.oneof(fc.integer({ min: -2, max: 2 }), fc.constantFrom(-719_162, 2_932_896)),
    literal: (value) => ({ type: "date", value: dateText(value as number) }),
    others: fc.constantFrom<Literal>(
      { type: "timestamp", value: "1970-01-01T00:00:00.000001Z" },
      { type: "timestamp", value: "1969-12-31T12:00:00Z" },
      { type: "string", value: "1970-01-02" },
    ),
    stat: (value) => JSON.stringify(dateText(value as number)),
    partition: (value) => dateText(value as number),
  },
  timestamps("timestamp"),
  timestamps("timestamp_ntz"),
];

/** An Arrow column of such values. */
export function cellData(type: DataType, cells: readonly CellValue[]): Data {
  const arrow = toArrowType(type);
  const { length } = cells;
  const bitmap = new Uint8Array(bitmapBytes(length));
  let nullCount = 0;
  cells.forEach((cell, row) => {
    if (cell === null) nullCount++;
    else bitmap[row >> 3]! |= 1 << (row & 7);
  });
  const validity = { offset: 0, nullCount, bitmap };
  const name = type.kind === "primitive" ? type.name : type.kind;
  if (name === "string" || name === "binary") {
    const texts = cells.map((cell) => Buffer.from((cell as string | null) ?? "", name === "string" ? "utf8" : "hex"));
    const offsets = new Int32Array(length + 1);
    texts.forEach((bytes, row) => {
      offsets[row + 1] = offsets[row]! + bytes.length;
    });
    return newData(arrow, length, { offsets, values: new Uint8Array(Buffer.concat(texts)), validity });
  }
  if (name === "decimal") {
    const words = new Uint32Array(4 * length);
    for (const [row, cell] of cells.entries()) writeDecimal(words, row, (cell as bigint | null) ?? 77n);
    return newData(arrow, length, { values: words, validity });
  }
  if (name === "boolean") {
    const bits = new Uint8Array(bitmapBytes(length));
    cells.forEach((cell, row) => {
      if (cell === true) bits[row >> 3]! |= 1 << (row & 7);
    });
    return newData(arrow, length, { values: bits, validity });
  }
  const values = new arrow.ArrayType(length);
  // What stands below a null is not to count.
  const below = values instanceof BigInt64Array ? 1n : 1;
  cells.forEach((cell, row) => {
    values[row] = cell ?? below;
  });
  return newData(arrow, length, { values, validity });
}

/** The order of two values that are there, by their type. */
export function compareCells(type: DataType, a: CellValue, b: CellValue): number {
  if (type.kind === "primitive" && type.name === "string") {
    return Buffer.compare(Buffer.from(a as string), Buffer.from(b as string));
  }
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a! < b! ? -1 : Number(a! > b!);
}
