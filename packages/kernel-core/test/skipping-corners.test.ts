import { describe, expect, test } from "vitest";
import type { AddFile } from "../src/actions/add-file.js";
import { bindPredicate } from "../src/predicate/bind-predicate.js";
import { parsePredicate } from "../src/predicate/parse-predicate.js";
import { ObjectFileBatch } from "../src/replay/file-batch.js";
import type { DataType, StructField, StructType } from "../src/schema/types.js";
import { FileFilter, type FilteredTable } from "../src/skipping/file-filter.js";
import { SkippingCounts } from "../src/skipping/skipping-counts.js";
import { schemaOf } from "./support/scan-tasks.js";

const primitive = (name: string, metadata: object = {}): StructField => ({
  name: "c",
  type: { kind: "primitive", name } as DataType,
  nullable: true,
  metadata: metadata as StructField["metadata"],
});

/** Whether a file of such statistics is kept for a predicate on the column `c`. */
function isKept(
  field: StructField,
  stats: string | undefined,
  where: string,
  more: Partial<FilteredTable> = {},
): boolean {
  return keptOf({ kind: "struct", fields: [field] }, { ...(stats === undefined ? {} : { stats }) }, where, more);
}

function keptOf(schema: StructType, file: Partial<AddFile>, where: string, more: Partial<FilteredTable> = {}): boolean {
  const filter = new FileFilter(bindPredicate(parsePredicate(where), schema), {
    schema,
    partitionColumns: [],
    columnMapping: "none",
    ...more,
  });
  const add = { path: "f", partitionValues: {}, size: 1, modificationTime: 0, dataChange: true, ...file };
  return filter.keep(new ObjectFileBatch([add]), new SkippingCounts()).length === 1;
}

/** Statistics of ten rows, none of them null. */
const bounds = (min: string, max: string): string =>
  `{"numRecords":10,"minValues":{"c":${min}},"maxValues":{"c":${max}},"nullCount":{"c":0}}`;

const boundsAlone = (min: string, max: string): string => `{"minValues":{"c":${min}},"maxValues":{"c":${max}}}`;

describe("skipping by statistics", () => {
  test("longs are told apart beyond 2^53", () => {
    const stats = bounds("9007199254740993", "9223372036854775807");
    expect(isKept(primitive("long"), stats, "c < 9007199254740993")).toBe(false);
    expect(isKept(primitive("long"), stats, "c <= 9007199254740993")).toBe(true);
    expect(isKept(primitive("long"), stats, "c > 9223372036854775806")).toBe(true);
    expect(isKept(primitive("long"), stats, "c > 9223372036854775807")).toBe(false);
  });

  test.each([
    [18, 2, "1234567890123456.8", "1234567890123456.78", "1234567890123456.79"],
    [38, 26, "-65304143569.95481", "-65304143569.95481392963067278921147921", "-65304143569.954814"],
    [38, 1, "1e+20", "99999999999999999999.1", "99999999999999999999.5"],
    [20, 0, "9223372036854775807", "99999999999999999999", "9223372036854775808"],
    [20, 0, "-9223372036854775808", "-99999999999999999999", "-99999999999999999998"],
  ])("decimals(%i,%i) are looked for where a writer has rounded bounds to a double or a long: %s", (...row) => {
    const [precision, scale, bound, value, other] = row;
    const decimal: StructField = { ...primitive("x"), type: { kind: "decimal", precision, scale } };
    for (const where of [`c = ${value}`, `c <= ${value}`, `c >= ${value}`, `c < ${other} or c > ${other}`]) {
      expect({ where, isKept: isKept(decimal, bounds(bound, bound), where) }).toEqual({ where, isKept: true });
    }
  });

  test("short decimals are told apart whoever wrote them", () => {
    const decimal: StructField = { ...primitive("x"), type: { kind: "decimal", precision: 18, scale: 2 } };
    expect(isKept(decimal, bounds("1234567890123.45", "1234567890123.45"), "c = 1234567890123.46")).toBe(false);
    expect(isKept(decimal, bounds("1234567890123456.8", "1234567890123456.8"), "c = 1234567890123900")).toBe(false);
  });

  test("decimals are told apart by their last of 38 digits", () => {
    const decimal: StructField = { ...primitive("x"), type: { kind: "decimal", precision: 38, scale: 10 } };
    const stats = bounds("1234567890123456789012345678.0000000001", "1234567890123456789012345678.0000000002");
    expect(isKept(decimal, stats, "c = 1234567890123456789012345678.0000000001")).toBe(true);
    expect(isKept(decimal, stats, "c > 1234567890123456789012345678.0000000001")).toBe(true);
    expect(isKept(decimal, stats, "c > 1234567890123456789012345678.0000000002")).toBe(false);
    expect(isKept(decimal, stats, "c < 1234567890123456789012345678.0000000001")).toBe(false);
  });

  test("NaN may be above the greatest number, unless the writer is trusted", () => {
    const stats = bounds("1.5", "2.5");
    for (const type of ["float", "double"]) {
      expect(isKept(primitive(type), stats, "c > 3")).toBe(true);
      expect(isKept(primitive(type), stats, "c = double('NaN')")).toBe(true);
      expect(isKept(primitive(type), stats, "not c <= 3")).toBe(true);
      expect(isKept(primitive(type), stats, "c = 3")).toBe(false);
      expect(isKept(primitive(type), stats, "c < 1.5")).toBe(false);
      expect(isKept(primitive(type), stats, "c between 3 and 4")).toBe(false);
      expect(isKept(primitive(type), stats, "c > 3", { trustFloatBounds: true })).toBe(false);
    }
  });

  test.each(['"NaN"', '"Infinity"', '"+INF"', '"Inf"'])("a greatest float of %s is above every number", (max) => {
    expect(isKept(primitive("double"), bounds("1", max), "c between 1e300 and 1e301", { trustFloatBounds: true })).toBe(
      true,
    );
    expect(isKept(primitive("double"), bounds("1", max), "c < 1")).toBe(false);
    expect(isKept(primitive("double"), bounds('"-INF"', max), "c < -1e300")).toBe(true);
  });

  test("-0 and 0 are one value", () => {
    for (const zero of ["0", "-0", "0.0", "-0.0"]) {
      expect(isKept(primitive("double"), bounds(zero, zero), "c = 0")).toBe(true);
      expect(isKept(primitive("double"), bounds(zero, zero), "c = -0.0")).toBe(true);
      expect(isKept(primitive("double"), bounds(zero, zero), "c < 0")).toBe(false);
    }
  });

  test("a timestamp's bounds may have been cut to milliseconds", () => {
    for (const [type, zone] of [
      ["timestamp", "Z"],
      ["timestamp_ntz", ""],
    ] as const) {
      const stats = bounds(`"2024-01-01T00:00:00.123${zone}"`, `"2024-01-01T00:00:00.456${zone}"`);
      expect(isKept(primitive(type), stats, "c >= timestamp '2024-01-01 00:00:00.456999'")).toBe(true);
      expect(isKept(primitive(type), stats, "c >= timestamp '2024-01-01 00:00:00.457'")).toBe(false);
      expect(isKept(primitive(type), stats, "c < timestamp '2024-01-01 00:00:00.123'")).toBe(false);
      const before1970 = bounds(`"1969-12-31T23:59:59.999${zone}"`, `"1969-12-31T23:59:59.999${zone}"`);
      expect(isKept(primitive(type), before1970, "c = timestamp '1969-12-31 23:59:59.998500'")).toBe(true);
      const exact = bounds(`"2024-01-01T00:00:00.123${zone}"`, `"2024-01-01T00:00:00.456001${zone}"`);
      expect(isKept(primitive(type), exact, "c >= timestamp '2024-01-01 00:00:00.456002'")).toBe(false);
    }
  });

  test("a timestamp's bounds may have a zone", () => {
    const stats = bounds('"2024-01-01T00:00:00.000-08:00"', '"2024-01-01T00:00:00.000-08:00"');
    expect(isKept(primitive("timestamp"), stats, "c = timestamp '2024-01-01 08:00:00Z'")).toBe(true);
    expect(isKept(primitive("timestamp"), stats, "c < timestamp '2024-01-01 08:00:00Z'")).toBe(false);
  });

  test("a text's bounds may have been cut, with a last character above all others or without one", () => {
    const x = "x".repeat(32);
    for (const max of [`${x}\u{10ffff}`, x, `${x}\x7f`]) {
      expect(isKept(primitive("string"), bounds('"a"', JSON.stringify(max)), `c = '${x}abc'`)).toBe(true);
      expect(isKept(primitive("string"), bounds('"a"', JSON.stringify(max)), `c like '${x}abc%'`)).toBe(true);
      expect(isKept(primitive("string"), bounds('"a"', JSON.stringify(max)), "c = 'y'")).toBe(false);
    }
    // A short one is the value itself.
    expect(isKept(primitive("string"), bounds('"a"', '"x"'), "c = 'xa'")).toBe(false);
  });

  test("a text cut in the middle of a character bounds nothing", () => {
    for (const half of ["\\ud83d", "\ufffd"]) {
      expect(isKept(primitive("string"), bounds('"a"', `"b${half}"`), "c = 'b\u{1f600}'")).toBe(true);
    }
  });

  test("texts are in the order of code points, which is not JavaScript's", () => {
    const stats = bounds('"\uffee"', '"\u{1f600}"');
    expect(isKept(primitive("string"), stats, "c = '\u{1f5ff}'")).toBe(true);
    expect(isKept(primitive("string"), stats, "c > '\u{1f601}'")).toBe(false);
    expect(isKept(primitive("string"), stats, "c < '\uffee'")).toBe(false);
  });

  test("binaries and variants have no bounds to go by, but counts of nulls", () => {
    expect(isKept(primitive("binary"), bounds('"a"', '"b"'), "c = X'ff'")).toBe(true);
    expect(isKept(primitive("variant"), bounds('"0S&u501fk+ze0"', '"0S&u501fk+ze0"'), "c is null")).toBe(false);
    expect(isKept(primitive("variant"), bounds('"0S&u501fk+ze0"', '"0S&u501fk+ze0"'), "c is not null")).toBe(true);
  });

  test.each([
    ["none at all", undefined],
    ["no JSON", "{"],
    ["JSON of another kind", "7"],
    ["an empty object", "{}"],
    ["nothing of the column", '{"numRecords":10,"minValues":{"d":9},"maxValues":{"d":9},"nullCount":{"d":0}}'],
    ["bounds of another type", boundsAlone('"a"', '"b"')],
    ["bounds that are objects", boundsAlone("{}", "[]")],
    ["bounds that contradict each other", boundsAlone("9", "1")],
    ["nulls as bounds", boundsAlone("null", "null")],
    ["more nulls than rows", '{"numRecords":1,"nullCount":{"c":2}}'],
    ["a count below zero", '{"numRecords":-1,"nullCount":{"c":-1}}'],
    ["text behind the object", `${bounds("1", "2")}}`],
  ])("what says nothing skips nothing: %s", (_, stats) => {
    for (const where of ["c = 5", "c <> 5", "c is null", "c is not null", "not c > 5", "c <=> 5"]) {
      expect(isKept(primitive("integer"), stats, where), where).toBe(true);
    }
  });

  test("one bound is used without the other, and counts without the number of rows", () => {
    expect(isKept(primitive("long"), '{"minValues":{"c":5}}', "c < 5")).toBe(false);
    expect(isKept(primitive("long"), '{"minValues":{"c":5}}', "c > 5")).toBe(true);
    expect(isKept(primitive("long"), '{"maxValues":{"c":5}}', "c > 5")).toBe(false);
    expect(isKept(primitive("long"), '{"nullCount":{"c":0}}', "c is null")).toBe(false);
  });

  test("a column that is all null has no value, and one that is never null no null", () => {
    const all = '{"numRecords":3,"minValues":{},"maxValues":{},"nullCount":{"c":3}}';
    for (const where of ["c = 5", "c <> 5", "c is not null", "not c = 5", "c in (5)"]) {
      expect(isKept(primitive("integer"), all, where), where).toBe(false);
    }
    expect(isKept(primitive("integer"), all, "c is null")).toBe(true);
    expect(isKept(primitive("integer"), all, "c <=> null")).toBe(true);
    expect(isKept(primitive("integer"), bounds("1", "2"), "c is null")).toBe(false);
  });

  test("of wide bounds, counts of nulls between none and all are not looked at", () => {
    const wide = '{"numRecords":3,"tightBounds":false,"minValues":{"c":1},"maxValues":{"c":9},"nullCount":{"c":2}}';
    for (const where of ["c is null", "c is not null", "c = 5"]) {
      expect(isKept(primitive("integer"), wide, where), where).toBe(true);
    }
    expect(isKept(primitive("integer"), wide, "c > 9")).toBe(false);
  });

  test("beside a deletion vector the bounds hold, and no row is taken for wanted that is gone", () => {
    const schema = schemaOf({ name: "c", type: "integer", nullable: true, metadata: {} });
    const deletionVector = { storageType: "u", pathOrInlineDv: "x", sizeInBytes: 1, cardinality: 9 };
    const file = { stats: bounds("1", "5"), deletionVector };
    expect(keptOf(schema, file, "c = 7")).toBe(false);
    expect(keptOf(schema, file, "c = 5")).toBe(true);
  });

  test("flags may have counts and no bounds", () => {
    const counts = '{"numRecords":2,"nullCount":{"c":0}}';
    expect(isKept(primitive("boolean"), counts, "c")).toBe(true);
    expect(isKept(primitive("boolean"), counts, "not c")).toBe(true);
    expect(isKept(primitive("boolean"), counts, "c is null")).toBe(false);
    expect(isKept(primitive("boolean"), bounds("true", "true"), "not c")).toBe(false);
  });

  test("statistics of before a type was widened are those of its values", () => {
    expect(isKept(primitive("double"), bounds("1", "5"), "c between 6 and 7")).toBe(false);
    expect(isKept(primitive("timestamp_ntz"), bounds('"2024-01-01"', '"2024-01-02"'), "c = date '2024-01-02'")).toBe(
      true,
    );
    expect(isKept(primitive("timestamp_ntz"), bounds('"2024-01-01"', '"2024-01-02"'), "c >= date '2024-01-03'")).toBe(
      false,
    );
    const decimal: StructField = { ...primitive("x"), type: { kind: "decimal", precision: 12, scale: 1 } };
    // Digits that the scale has no place for move a bound outwards.
    expect(isKept(decimal, bounds("1.19", "1.21"), "c = 1.1")).toBe(true);
    expect(isKept(decimal, bounds("1.19", "1.21"), "c = 1.3")).toBe(true);
    expect(isKept(decimal, bounds("1.19", "1.21"), "c = 1.4")).toBe(false);
    // 3.4 as a float is 3.4000000953… as a double.
    const changes = { "delta.typeChanges": [{ fromType: "float", toType: "double" }] };
    expect(isKept(primitive("double", changes), bounds("3.4", "3.4"), "c between 3.4000000001 and 4")).toBe(true);
    expect(isKept(primitive("double"), bounds("3.4", "3.4"), "c between 3.4000000001 and 4")).toBe(false);
  });

  test("they go by physical names, nested ones too, and names with dots", () => {
    const mapped = (name: string, physicalName: string, type: DataType): StructField => ({
      name,
      type,
      nullable: false,
      metadata: { "delta.columnMapping.physicalName": physicalName },
    });
    const long: DataType = { kind: "primitive", name: "long" };
    const inner: DataType = { kind: "struct", fields: [mapped("x.y", "p.1", long)] };
    const schema: StructType = { kind: "struct", fields: [mapped("p-2", "p-0", long), mapped("a", "p-2", inner)] };
    const stats = '{"minValues":{"p-0":100,"p-2":{"p.1":5}},"maxValues":{"p-0":100,"p-2":{"p.1":6}}}';
    const more = { columnMapping: "name" } as const;
    expect(keptOf(schema, { stats }, "a.`x.y` > 6", more)).toBe(false);
    expect(keptOf(schema, { stats }, "a.`x.y` > 5", more)).toBe(true);
    expect(keptOf(schema, { stats }, "`p-2` < 100", more)).toBe(false);
  });

  test("a member of a struct that may be null may be null, whatever its own count says", () => {
    const inner = { type: "struct", fields: [{ name: "x", type: "long", nullable: true, metadata: {} }] };
    const stats = '{"numRecords":2,"nullCount":{"s":{"x":0}}}';
    for (const nullable of [true, false]) {
      const schema = schemaOf({ name: "s", type: inner, nullable, metadata: {} });
      expect(keptOf(schema, { stats }, "s.x is null")).toBe(nullable);
      expect(keptOf(schema, { stats }, "s is null")).toBe(true);
    }
  });

  test("of lists and maps no count is trusted", () => {
    const list = { type: "array", elementType: "long", containsNull: true };
    const schema = schemaOf({ name: "c", type: list, nullable: true, metadata: {} });
    expect(keptOf(schema, { stats: '{"numRecords":2,"nullCount":{"c":0}}' }, "c is null")).toBe(true);
    expect(keptOf(schema, { stats: '{"numRecords":2,"nullCount":{"c":2}}' }, "c is not null")).toBe(true);
  });
});

describe("skipping by partition values", () => {
  const schema = schemaOf(
    { name: "P", type: "double", nullable: true, metadata: {} },
    { name: "c", type: "long", nullable: true, metadata: {} },
  );
  const more = { partitionColumns: [schema.fields[0]!] };
  const isKeptFor = (text: string | null, where: string, stats?: string): boolean =>
    keptOf(schema, { partitionValues: { P: text }, ...(stats === undefined ? {} : { stats }) }, where, more);

  test("is exact, with null, NaN and -0", () => {
    expect(isKeptFor("1.5", "p = 1.5")).toBe(true);
    expect(isKeptFor("1.5", "p > 1.5")).toBe(false);
    expect(isKeptFor("NaN", "p > 1e300")).toBe(true);
    expect(isKeptFor("-0.0", "p = 0")).toBe(true);
    for (const none of [null, ""]) {
      expect(isKeptFor(none, "p is null")).toBe(true);
      expect(isKeptFor(none, "p <> 1")).toBe(false);
      expect(isKeptFor(none, "not p = 1")).toBe(false);
    }
  });

  test("decides alone, before statistics are looked at, or leaves the rest to them", () => {
    expect(isKeptFor("1", "p = 2 and c = 5", "{")).toBe(false);
    expect(isKeptFor("1", "p = 1 or c = 5", bounds("1", "2"))).toBe(true);
    expect(isKeptFor("1", "p = 2 or c = 5", bounds("1", "2"))).toBe(false);
    expect(isKeptFor("1", "p = 1 and c = 5", bounds("1", "2"))).toBe(false);
  });

  test("fails for text that is no value of the column's type", () => {
    expect(() => isKeptFor("many", "p = 1")).toThrow('The log has "many" as a value of partition column P');
    expect(isKeptFor("many", "c = 1")).toBe(true);
  });
});

describe("a predicate on a column with a collation", () => {
  test("is refused, since texts are compared by their code points alone", () => {
    const field = { name: "c", type: "string", nullable: true, metadata: { __COLLATIONS: { c: "icu.de" } } };
    const schema = schemaOf(field);
    expect(() => bindPredicate(parsePredicate("c = 'x'"), schema)).toThrow("Column c has a collation");
    expect(bindPredicate(parsePredicate("c is null"), schema)).toEqual({ kind: "isNull", column: ["c"] });
  });
});
