import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DeletionVector, decodeDeletionVector, encodeDeletionVector } from "../src/deletion-vector/deletion-vector.js";
import { RoaringBuilder, roaringBitmap } from "../src/deletion-vector/roaring-builder.js";
import { ARRAY, BITMAP, RUN } from "../src/deletion-vector/roaring-containers.js";
import { complement, expandRanges, rangesOf } from "../src/deletion-vector/row-ranges.js";

const B = 2 ** 32;

/** Places at which containers, buckets and the numbers themselves end. */
const edge = fc.constantFrom(0, 65536, 131072, B - 65536, B, 3 * B, 2 ** 40, 2 ** 53 - 300_000);

/** Sets of rows near an edge, sparse, dense and in runs, as ascending disjoint [from, to). */
const ranges = fc
  .array(
    fc.tuple(
      edge,
      fc.integer({ min: -5, max: 140_000 }),
      fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 70_000 })),
    ),
    { maxLength: 60 },
  )
  .map((parts) => {
    const sorted = parts.map(([at, shift, length]) => [Math.max(0, at + shift), length] as const);
    sorted.sort((a, b) => a[0] - b[0]);
    const disjoint: [number, number][] = [];
    for (const [from, length] of sorted) {
      const before = disjoint.at(-1)?.[1] ?? 0;
      if (from + length > before) disjoint.push([Math.max(from, before), from + length]);
    }
    return disjoint;
  });

/** Many single rows of one container or two, so that arrays and bitmaps come up. */
const scattered = fc
  .tuple(edge, fc.uniqueArray(fc.integer({ min: 0, max: 66_000 }), { maxLength: 9000, size: "max" }))
  .map(([at, rows]) => rows.sort((a, b) => a - b).map((row): [number, number] => [at + row, at + row + 1]));

const sets = fc.oneof(ranges, scattered);

/** The model: disjoint ranges in a sorted array. */
function modelCount(set: readonly (readonly [number, number])[], start: number, end: number): number {
  let count = 0;
  for (const [from, to] of set) count += Math.max(0, Math.min(to, end) - Math.max(from, start));
  return count;
}

function build(set: readonly (readonly [number, number])[]): DeletionVector {
  const builder = new RoaringBuilder();
  for (const [from, to] of set) builder.addRange(from, to);
  return new DeletionVector(builder.finish());
}

/** `toEqual` takes its time over long arrays. */
function same(a: ArrayLike<number> | undefined, b: ArrayLike<number>): boolean {
  if (a?.length !== b.length) return false;
  for (let at = 0; at < b.length; at++) if (a[at] !== b[at]) return false;
  return true;
}

/** Windows that begin around the set's own rows. */
function windowOf(set: readonly (readonly [number, number])[], pick: number, shift: number): number {
  const at = set.length === 0 ? 0 : set[pick % set.length]![pick % 2]!;
  return Math.max(0, at + shift);
}

const where = fc.tuple(fc.nat(1000), fc.integer({ min: -70_000, max: 70_000 }), fc.nat(100_000));

describe("a deletion vector, against a sorted array of ranges", () => {
  it("counts, finds and keeps the same rows of any window", () => {
    fc.assert(
      fc.property(sets, where, (set, [pick, shift, length]) => {
        const vector = build(set);
        expect(vector.cardinality).toBe(modelCount(set, 0, 2 ** 53));
        const start = windowOf(set, pick, shift);
        const end = start + length;
        expect(vector.deletedIn(start, end)).toBe(modelCount(set, start, end));
        for (const row of [start, end, start + (length >>> 1), Math.max(0, start - 1)]) {
          expect(vector.has(row)).toBe(modelCount(set, row, row + 1) === 1);
        }

        const kept = vector.keptRanges(start, length);
        expect(kept === undefined).toBe(modelCount(set, start, end) === 0);
        if (kept === undefined) return;
        const deleted: number[] = [];
        for (const [from, to] of set) {
          if (to <= start || from >= end) continue;
          const first = Math.max(from, start) - start;
          const last = Math.min(to, end) - start;
          if (deleted.at(-1) === first) deleted[deleted.length - 1] = last;
          else deleted.push(first, last);
        }
        expect(same(kept, complement(Int32Array.from(deleted), length))).toBe(true);
        expect(same(vector.selection(start, length), expandRanges(kept))).toBe(true);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it("iterates the same rows", () => {
    fc.assert(
      fc.property(sets, where, (set, [pick, shift, length]) => {
        const start = windowOf(set, pick, shift);
        const end = Math.min(start + length, 2 ** 53);
        const rows: number[] = [];
        for (const [from, to] of set) {
          for (let row = Math.max(from, start); row < Math.min(to, end); row++) rows.push(row);
        }
        expect(same([...build(set).rows(start, end)], rows)).toBe(true);
      }),
      { seed: 2, numRuns: 100 },
    );
  });

  it("loses what another one has", () => {
    fc.assert(
      fc.property(ranges, ranges, (a, b) => {
        const [left, right] = [build(a), build(b)];
        const rest = left.minus(right);
        const cuts = [...a, ...b].flat().sort((x, y) => x - y);
        for (const [index, cut] of cuts.entries()) {
          // Between two cuts all rows are alike.
          const end = cuts[index + 1];
          if (end === undefined || end === cut) continue;
          const expected = left.has(cut) && !right.has(cut) ? end - cut : 0;
          expect(rest.deletedIn(cut, end)).toBe(expected);
        }
        expect(left.minus(rest).minus(right).cardinality).toBe(0);
      }),
      { seed: 5, numRuns: 100 },
    );
  });

  it("comes back from its serialised form, byte for byte", () => {
    fc.assert(
      fc.property(sets, (set) => {
        const vector = build(set);
        const bytes = encodeDeletionVector(vector);
        const back = decodeDeletionVector(bytes, vector.cardinality, "here");
        expect(same(encodeDeletionVector(back), bytes)).toBe(true);
        for (const [from, to] of set.slice(0, 50)) {
          expect(back.deletedIn(Math.max(0, from - 1), to + 1)).toBe(modelCount(set, Math.max(0, from - 1), to + 1));
        }
      }),
      { seed: 3, numRuns: 150 },
    );
  });
});

describe("containers", () => {
  it("are of the kind that takes fewest bytes", () => {
    const kinds = (rows: Iterable<number>) => [...roaringBitmap(rows).containers.kinds];
    const every = (step: number, end: number) => Array.from({ length: end / step }, (_, i) => i * step);
    expect(kinds([5])).toEqual([ARRAY]);
    expect(kinds([5, 6, 7])).toEqual([ARRAY]);
    expect(kinds([5, 6, 7, 8])).toEqual([RUN]);
    expect(kinds(every(16, 65536))).toEqual([ARRAY]);
    expect(kinds(every(8, 65536))).toEqual([BITMAP]);
    expect(kinds(every(1, 65536))).toEqual([RUN]);
    expect(kinds([65535, 65536])).toEqual([ARRAY, ARRAY]);
  });

  it("hold two thousand million deleted rows in a megabyte", () => {
    const vector = build([[7, 2_000_000_007]]);
    expect(vector.cardinality).toBe(2_000_000_000);
    const { words, keys } = vector.bitmap.containers;
    expect(words.byteLength + keys.length * 25).toBeLessThan(1_000_000);
    expect(vector.keptRanges(0, 2 ** 31 - 1)).toEqual(Int32Array.of(0, 7, 2_000_000_007, 2 ** 31 - 1));
    expect(encodeDeletionVector(vector).length).toBeLessThan(500_000);
  });

  it("refuse rows that do not ascend or are no positions", () => {
    const invalid = expect.objectContaining({ code: "INVALID_ARGUMENT" });
    expect(() => DeletionVector.of([3, 3])).toThrow(invalid);
    expect(() => DeletionVector.of([4, 3])).toThrow(invalid);
    expect(() => DeletionVector.of([-1])).toThrow(invalid);
    expect(() => DeletionVector.of([0.5])).toThrow(invalid);
    expect(() => DeletionVector.of([2 ** 53])).toThrow(invalid);
    expect(DeletionVector.of([2 ** 53 - 1]).has(2 ** 53 - 1)).toBe(true);
  });
});

describe("row ranges", () => {
  it("give back the rows they were made of", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(30)), (rows) => {
        const ranges = rangesOf(Int32Array.from(rows));
        expect([...expandRanges(ranges)]).toEqual(rows);
        for (let at = 2; at < ranges.length; at += 2) expect(ranges[at]).not.toBe(ranges[at - 1]);
      }),
      { seed: 4 },
    );
  });
});
