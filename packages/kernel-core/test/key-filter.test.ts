import { type Data, Utf8, vectorFromArray } from "apache-arrow";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arePlainPaths } from "../src/actions/file-key.js";
import { KeyFilter } from "../src/columnar/key-filter.js";

/** A column of which nothing begins at the first byte of its memory. */
function column(paths: readonly string[]): Data {
  return vectorFromArray(["before", ...paths], new Utf8()).slice(1).data[0]! as unknown as Data;
}

const letter = fc.constantFrom(..."abcxyzABCXYZ019_-/=.~!$&'()*+,;@");
const plain = fc
  .array(letter, { maxLength: 60 })
  .map((letters) => letters.join(""))
  .filter((path) => !/(^|\/)\.|^\//.test(path));
const odd = fc.constantFrom(
  "a%20b",
  "a b",
  "./a",
  "/a",
  "a/./b",
  "a:b",
  "größe",
  "a\u0000b",
  "x".repeat(40).concat("/.y"),
);

describe("a filter of keys", () => {
  it("names every row with one of the keys, whatever the others are", () => {
    fc.assert(
      fc.property(
        fc.array(plain, { minLength: 1, maxLength: 200 }),
        fc.uniqueArray(plain, { maxLength: 30 }),
        fc.array(fc.nat(), { maxLength: 30 }),
        fc.array(fc.boolean(), { minLength: 1, maxLength: 7 }),
        (paths, others, picks, asked) => {
          const keys = new Set([...others, ...picks.map((pick) => paths[pick % paths.length]!)]);
          const rows = Int32Array.from(paths.keys()).filter((row) => asked[row % asked.length]);
          const found = KeyFilter.of(keys)!.find(column(paths), rows);
          // A path that ends in a slash may stand before one that begins with a dot, of rows that nobody asked for.
          if (found === undefined) return;
          const places = new Set(found);
          for (const [place, row] of rows.entries()) if (keys.has(paths[row]!)) expect(places).toContain(place);
          expect([...found]).toEqual([...found].sort((a, b) => a - b));
        },
      ),
      { numRuns: 500 },
    );
  });

  it("leaves paths that may be written otherwise to be looked at one by one, and no others", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof({ weight: 40, arbitrary: plain }, odd), { maxLength: 80 }), (paths) => {
        const data = column(paths);
        const rows = Int32Array.from(paths.keys());
        const found = KeyFilter.of(["a"])!.find(data, rows);
        const starts = Int32Array.from(paths, (_, at) => paths.slice(0, at).join("").length);
        const isAscii = paths.every((path) => !path.includes("ö"));
        expect(found !== undefined).toBe(isAscii && arePlainPaths(paths.join(""), starts, paths.length));
      }),
      { numRuns: 500 },
    );
  });

  it("names few others", () => {
    const path = (at: number) => `region=eu/part-${at.toString(16).padStart(8, "0")}-c000.snappy.parquet`;
    const keys = Array.from({ length: 300 }, (_, at) => path(at * 1000));
    const paths = Array.from({ length: 20_000 }, (_, at) => path(at * 37 + 1));
    const found = KeyFilter.of(keys)!.find(column(paths), Int32Array.from(paths.keys()))!;
    const wanted = new Set(keys);
    expect(found.filter((row) => wanted.has(paths[row]!)).length).toBe(paths.filter((one) => wanted.has(one)).length);
    expect(found.length).toBeLessThan(2000);
  });
});
