import { type Data, Field, Map_, makeData, Struct, Utf8, vectorFromArray } from "apache-arrow";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { KnownTexts } from "../src/columnar/known-texts.js";
import { MapValues } from "../src/columnar/map-values.js";

const SEEDS = Number(process.env.ASYNCDELTA_SEEDS ?? "1");

/** The entries of a map in their order, in which a key may come twice. */
type Row = readonly (readonly [key: string, value: string | null])[] | null;

const texts = (values: readonly (string | null)[]): Data<Utf8> =>
  vectorFromArray(values, new Utf8()).data[0] ?? (makeData({ type: new Utf8(), length: 0 }) as Data<Utf8>);

/** `hidden` are entries that rows have which are null. */
function mapColumn(rows: readonly Row[], hidden: Exclude<Row, null> = []): Data {
  const entriesOf = (row: Row) => row ?? hidden;
  const all = rows.flatMap(entriesOf);
  const [keys, values] = [texts(all.map(([key]) => key)), texts(all.map(([, value]) => value))];
  const entry = new Struct<{ key: Utf8; value: Utf8 }>([
    new Field("key", new Utf8(), false),
    new Field("value", new Utf8(), true),
  ]);
  const valueOffsets = new Int32Array(rows.length + 1);
  const nullBitmap = new Uint8Array((rows.length >> 3) + 1);
  rows.forEach((row, i) => {
    valueOffsets[i + 1] = valueOffsets[i]! + entriesOf(row).length;
    if (row !== null) nullBitmap[i >> 3]! |= 1 << (i & 7);
  });
  return makeData({
    type: new Map_(new Field("entries", entry, false)),
    length: rows.length,
    nullCount: rows.filter((row) => row === null).length,
    nullBitmap,
    valueOffsets,
    child: makeData({ type: entry, length: all.length, nullCount: 0, children: [keys, values] }),
  }) as unknown as Data;
}

/** What an object of the entries has. */
const lastValue = (row: Row, key: string): string | null | undefined => row?.findLast(([name]) => name === key)?.[1];

function check(rows: readonly Row[], hidden?: Exclude<Row, null>): void {
  const values = new MapValues(mapColumn(rows, hidden) as never, new KnownTexts());
  for (const key of ["a", "b", "ab", "c", "bc", "é", ""]) {
    const read = values.reader(key);
    expect(rows.map((_, row) => read(row))).toEqual(rows.map((row) => lastValue(row, key)));
  }
}

describe("values of a map column", () => {
  const value = fc.option(fc.constantFrom("x", "yy", "", "é", "2024-01-01"), { nil: null, freq: 4 });

  test("are those of each row's key, where all rows have the same keys", () => {
    const keys = fc.uniqueArray(fc.constantFrom("a", "b", "ab", "é"), { minLength: 1 });
    const rows = keys.chain((names) =>
      fc.array(fc.option(fc.tuple(...names.map((name) => fc.tuple(fc.constant(name), value))), { nil: null, freq: 3 })),
    );
    fc.assert(
      fc.property(rows, (all) => check(all)),
      { numRuns: Math.ceil(200 * SEEDS) },
    );
  });

  test("are those of each row's key, where rows differ, or have a key twice", () => {
    const entry = fc.tuple(fc.constantFrom("a", "b", "ab", "bc", "c"), value);
    const row = fc.option(fc.array(entry, { maxLength: 3 }), { nil: null, freq: 3 });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 8 }), (rows) => check(rows)),
      { numRuns: Math.ceil(500 * SEEDS) },
    );
  });

  test.each<[string, readonly Row[], Exclude<Row, null>?]>([
    [
      "keys that are the same only when put together",
      [
        [
          ["ab", "1"],
          ["c", "2"],
        ],
        [
          ["a", "3"],
          ["bc", "4"],
        ],
      ],
    ],
    [
      "one row of a key twice, behind which rows have it once",
      [
        [
          ["a", "1"],
          ["a", "2"],
        ],
        [["a", "3"]],
        [["a", "4"]],
      ],
    ],
    [
      "rows of half of the keys",
      [
        [
          ["a", "1"],
          ["b", "2"],
        ],
        [["a", "3"]],
        [["b", "4"]],
        [
          ["a", "5"],
          ["b", "6"],
        ],
      ],
    ],
    ["a row that is null and has entries", [[["a", "1"]], null, [["a", "3"]]], [["a", "2"]]],
    ["more keys than one counts", [Array.from({ length: 40 }, (_, i) => [i === 39 ? "a" : `k${i}`, `${i}`])]],
    ["no rows", []],
    ["no keys", [[], null, []]],
  ])("hold for %s", (_, rows, hidden) => {
    check(rows, hidden);
  });
});
