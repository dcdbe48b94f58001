import { type Data, Field, Map_, makeData, makeVector, Struct, Utf8, vectorFromArray } from "apache-arrow";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KnownTexts } from "../src/columnar/known-texts.js";
import { MapValues } from "../src/columnar/map-values.js";
import { type NumberedRows, numberRows, selectRows } from "../src/columnar/numbered-rows.js";
import { expandRanges } from "../src/deletion-vector/row-ranges.js";

type Entry = readonly [string, string | null];
/** The entries of a row; null for one that is null but has entries all the same, which Arrow allows. */
type Row = { readonly entries: readonly Entry[]; readonly isNull: boolean };

const NAMES = ["date", "größe", "date-of-a-key-that-is-longer-than-sixteen-bytes"];

/** A map column, of which nothing begins at the first byte, bit or entry of its memory. */
function mapOf(rows: readonly Row[]): Data {
  const entries = rows.flatMap(({ entries }) => entries);
  const keys = textsOf(entries.map(([key]) => key));
  const items = textsOf(entries.map(([, item]) => item));
  const struct = new Struct([new Field("key", new Utf8(), false), new Field("value", new Utf8(), true)]);
  const valueOffsets = new Int32Array(rows.length + 1);
  for (const [at, row] of rows.entries()) valueOffsets[at + 1] = valueOffsets[at]! + row.entries.length;
  const nullBitmap = new Uint8Array((rows.length + 7) >> 3);
  for (const [at, { isNull }] of rows.entries()) if (!isNull) nullBitmap[at >> 3]! |= 1 << (at & 7);
  const child = makeData({ type: struct, length: entries.length, nullCount: 0, children: [keys, items] });
  const type = new Map_(new Field("entries", struct, false) as never);
  const nullCount = rows.filter(({ isNull }) => isNull).length;
  return makeData({
    type,
    length: rows.length,
    nullCount,
    nullBitmap,
    valueOffsets,
    child,
  } as never) as unknown as Data;
}

function textsOf(texts: readonly (string | null)[]): Data {
  return vectorFromArray(["before", ...texts], new Utf8()).slice(1).data[0]! as unknown as Data;
}

const text = fc.oneof(
  fc.constantFrom("", "a", "b", "2024-01-01", "2024-01-02", "eight888", "sixteen-bytes-16", "São Paulo"),
  fc.string({ unit: "binary", maxLength: 40 }),
);
const value = fc.option(text, { freq: 4 });

/** Many rows of few values. */
const rows = fc
  .record({
    keys: fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1 }),
    values: fc.array(value, { minLength: 1, maxLength: 6 }),
    nulls: fc.array(fc.boolean(), { minLength: 1, maxLength: 20 }),
    picks: fc.array(fc.nat(), { minLength: 70, maxLength: 150 }),
    empties: fc.array(fc.nat(9), { minLength: 1, maxLength: 20 }),
  })
  .map(({ keys, values, nulls, picks, empties }): Row[] =>
    picks.map((pick, at) => ({
      entries:
        empties[at % empties.length] === 0
          ? []
          : keys.map((key, place) => [key, values[Math.floor(pick / (place + 1)) % values.length]!] as const),
      isNull: nulls[at % nulls.length]! && at % 3 === 0,
    })),
  );

/** What is looked up under some keys. */
function valuesOf(map: Data, names: readonly string[]): string[] {
  const readers = names.map((name) => new MapValues(map, new KnownTexts()).reader(name));
  return Array.from({ length: map.length }, (_, row) => JSON.stringify(readers.map((read) => read(row) ?? null)));
}

function expectSameRows(map: Data, names: readonly string[], { numbers, firsts }: NumberedRows): void {
  const values = valuesOf(map, names);
  expect(numbers.length).toBe(map.length);
  for (const [row, number] of numbers.entries()) {
    expect(values[row]).toBe(values[firsts[number]!]);
    expect(firsts[number]).toBeLessThanOrEqual(row);
  }
  for (const [number, first] of firsts.entries()) expect(numbers[first]).toBe(number);
}

describe("rows numbered by their values", () => {
  it("have the same number only where all values are the same", () => {
    let numbered = 0;
    fc.assert(
      fc.property(rows, fc.subarray(NAMES), (rows, names) => {
        const map = mapOf(rows);
        const found = numberRows(map, names);
        if (found === undefined) return;
        numbered++;
        expectSameRows(map, names, found);
      }),
      { numRuns: 600 },
    );
    expect(numbered).toBeGreaterThan(300);
  });

  it("are few where values are few, also null and empty ones", () => {
    const items = [null, "", "a", "a-text-that-is-longer-than-sixteen-bytes"];
    const rows = Array.from({ length: 1000 }, (_, at): Row => {
      const entries: Entry[] = [
        ["other", String(at)],
        ["date", items[at % 4]!],
      ];
      return { entries: at % 10 === 0 ? [] : entries, isNull: at % 7 === 0 };
    });
    const map = mapOf(rows);
    const found = numberRows(map, ["date", "missing"])!;
    expectSameRows(map, ["date", "missing"], found);
    expect(found.firsts.length).toBe(5);
    expect(numberRows(map, ["missing"])!.firsts.length).toBe(2);
  });

  it("are given up where nearly each is another, and where keys differ", () => {
    const different = Array.from({ length: 200 }, (_, at): Row => ({ entries: [["date", `${at}`]], isNull: false }));
    expect(numberRows(mapOf(different), ["date"])).toBeUndefined();
    const mixed = (entries: (at: number) => readonly Entry[]) =>
      mapOf(Array.from({ length: 200 }, (_, at) => ({ entries: entries(at), isNull: false })));
    expect(
      numberRows(
        mixed((at) => [[at === 150 ? "size" : "date", "a"]]),
        ["date"],
      ),
    ).toBeUndefined();
    // One key less and one more in the next row, so that all keys are still in their order.
    const shifted = mixed((at) => {
      const both: Entry[] = [
        ["date", "a"],
        ["size", "b"],
      ];
      return at === 100 ? both.slice(0, 1) : at === 101 ? [both[1]!, ...both] : both;
    });
    expect(numberRows(shifted, ["date"])).toBeUndefined();
  });

  it("go by the last of two keys that are the same, or are looked at one by one", () => {
    const rows = Array.from({ length: 100 }, (_, at): Row => {
      return {
        entries: [
          ["other", "x"],
          ["date", "first"],
          ["date", `${at % 2}`],
        ],
        isNull: false,
      };
    });
    const found = numberRows(mapOf(rows), ["date"])!;
    expectSameRows(mapOf(rows), ["date"], found);
    expect(found.firsts.length).toBe(2);
  });

  it("are told apart by as many values as there are, up to a bound", () => {
    const of = (count: number) =>
      mapOf(Array.from({ length: 20_000 }, (_, at): Row => ({ entries: [["date", `${at % count}`]], isNull: false })));
    const found = numberRows(of(4096), ["date"])!;
    expect(found.firsts.length).toBe(4096);
    expect([...found.numbers]).toEqual(Array.from({ length: 20_000 }, (_, at) => at % 4096));
    expect(numberRows(of(4097), ["date"])).toBeUndefined();
  });

  it("are selected by their numbers, where they are valid", () => {
    const numbers = fc.array(fc.nat(9), { maxLength: 200 });
    const flags = fc.uint8Array({ minLength: 10, maxLength: 10, max: 1 });
    fc.assert(
      fc.property(numbers, flags, fc.array(fc.boolean(), { minLength: 1, maxLength: 30 }), (numbers, flags, valid) => {
        const isValid = numbers.map((_, at) => valid[at % valid.length]!);
        const data = makeVector(
          vectorFromArray(["x", ...isValid.map((is) => (is ? "a" : null))], new Utf8()).data[0]!,
        ).slice(1).data[0]! as unknown as Data;
        const found = selectRows(
          { numbers: Int32Array.from(numbers), firsts: new Int32Array(10) },
          flags,
          data ?? textsOf([]),
        )!;
        const expected = numbers.flatMap((number, at) => (flags[number] === 1 && isValid[at] ? [at] : []));
        expect([...expandRanges(found)]).toEqual(expected);
        for (let at = 2; at < found.length; at += 2) expect(found[at]).toBeGreaterThan(found[at - 1]!);
      }),
      { numRuns: 500 },
    );
  });
});
