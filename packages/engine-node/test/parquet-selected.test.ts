import { countRows, type RowRanges, type SelectionStep } from "@asyncdelta/kernel-core";
import type { RecordBatch } from "apache-arrow";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeRowGroup } from "../dist/parquet/javascript/decode-row-group.js";
import { decodeSelected } from "../dist/parquet/javascript/decode-selected.js";
import { splitRows } from "../dist/parquet/javascript/split-rows.js";
import { WantedRows } from "../dist/parquet/javascript/wanted-rows.js";
import { plainColumns } from "./arrow-plain.js";
import { jobOf } from "./selected-job.js";
import { numberedRows, parquetBytes, type WriteOptions } from "./wasm-files.js";

const COUNT = 3000;

/** Keeps the rows for whose `id` this is true. */
function keeping(isWanted: (id: number) => boolean): SelectionStep {
  return {
    columns: [["id"]],
    select: (batch: RecordBatch): RowRanges => {
      const ranges: number[] = [];
      const ids = batch.getChild("id")!;
      for (let row = 0; row < batch.numRows; row++) {
        if (!isWanted(Number(ids.get(row)))) continue;
        if (ranges.at(-1) === row) ranges[ranges.length - 1] = row + 1;
        else ranges.push(row, row + 1);
      }
      return Int32Array.from(ranges);
    },
  };
}

const layout: fc.Arbitrary<WriteOptions> = fc.record({
  version: fc.constantFrom("v1" as const, "v2" as const),
  pageBytes: fc.constantFrom(100, 900, 5000),
  dictionary: fc.boolean(),
});
/** Rows that are wanted: every so many, in stretches, with a stretch without any. */
const wanted = fc.record({
  every: fc.integer({ min: 1, max: 200 }),
  long: fc.integer({ min: 1, max: 20 }),
  none: fc.tuple(fc.nat(COUNT), fc.nat(COUNT)),
});

describe("rows that are selected while they are decoded", () => {
  it("are those that are wanted, with their positions, in batches as small as asked for", async () => {
    const table = numberedRows(COUNT);
    await fc.assert(
      fc.asyncProperty(layout, wanted, fc.constantFrom(7, 100, 1000), async (options, rows, batchRows) => {
        const isWanted = (id: number) =>
          id % rows.every < rows.long && !(id >= rows.none[0] && id < rows.none[0] + rows.none[1]);
        const job = jobOf(parquetBytes(table, options), batchRows);
        const all: RecordBatch[] = [];
        for await (const { batch } of decodeRowGroup(job, undefined)) all.push(batch);
        const expected = plainColumns(all).map((column) => column.filter((_, row) => isWanted(row)));
        const batches: RecordBatch[] = [];
        const positions: number[] = [];
        for await (const { start, batch, rows } of decodeSelected(job, [keeping(isWanted)], undefined)) {
          expect(batch.numRows).toBeGreaterThan(0);
          expect(batch.numRows).toBeLessThanOrEqual(batchRows);
          batches.push(batch);
          for (let pair = 0; pair < rows!.length; pair += 2) {
            for (let row = rows![pair]!; row < rows![pair + 1]!; row++) positions.push(start + row);
          }
        }
        expect(positions.map(String)).toEqual(expected[0]);
        expect(batches.length === 0 ? expected.map(() => []) : plainColumns(batches)).toEqual(expected);
      }),
      { numRuns: 25 },
    );
  });

  it("are looked for in more rows at once where few are found", async () => {
    const job = jobOf(parquetBytes(numberedRows(COUNT)), 50);
    const looked: number[] = [];
    const step = keeping((id) => id % 300 === 0);
    const spying: SelectionStep = {
      ...step,
      select: (batch) => {
        looked.push(batch.numRows);
        return step.select(batch);
      },
    };
    const batches: number[] = [];
    for await (const { batch } of decodeSelected(job, [spying], undefined)) batches.push(batch.numRows);
    expect(looked[0]).toBe(50);
    expect(Math.max(...looked)).toBeGreaterThan(1000);
    expect(batches.reduce((sum, rows) => sum + rows, 0)).toBe(10);
  });
});

describe("wanted rows", () => {
  it("are found by where a page ends, and counted, from wherever one asks", () => {
    const edges = fc.uniqueArray(fc.nat(300), { minLength: 2, maxLength: 40 });
    fc.assert(
      fc.property(edges, fc.nat(310), fc.nat(20), (unsorted, end, skipped) => {
        const sorted = unsorted.sort((a, b) => a - b);
        const ranges = Int32Array.from(sorted.slice(0, sorted.length & ~1));
        const first = Math.min(2 * skipped, ranges.length);
        const wanted = new WantedRows(ranges);
        const next = wanted.rangeBeyond(end, first);
        const expected = ranges.findIndex((edge, at) => at >= first && at % 2 === 1 && edge > end);
        expect(next).toBe(expected < 0 ? ranges.length : expected - 1);
        expect(wanted.countBetween(first, next)).toBe(countRows(ranges.subarray(first, next)));
        expect(wanted.count).toBe(countRows(ranges));
      }),
    );
  });

  it("are cut into pieces that have them all, each once", () => {
    const edges = fc.uniqueArray(fc.nat(300), { minLength: 2, maxLength: 20 });
    fc.assert(
      fc.property(edges, fc.integer({ min: 1, max: 40 }), (unsorted, most) => {
        const sorted = unsorted.sort((a, b) => a - b);
        const rows = Int32Array.from(sorted.slice(0, sorted.length & ~1));
        const pieces = splitRows(rows, 301, most);
        let [row, before] = [0, 0];
        const found: number[] = [];
        for (const piece of pieces) {
          expect([piece.start, piece.before]).toEqual([row, before]);
          for (let pair = 0; pair < piece.rows.length; pair += 2) {
            for (let at = piece.rows[pair]!; at < piece.rows[pair + 1]!; at++) found.push(piece.start + at);
          }
          expect(found.length).toBe(piece.upTo);
          expect(piece.upTo - piece.before).toBeLessThanOrEqual(most);
          [row, before] = [piece.end, piece.upTo];
        }
        expect(row).toBe(301);
        const expected = Array.from({ length: 301 }, (_, at) => at).filter((at) => {
          const next = rows.findIndex((edge) => edge > at);
          return next % 2 === 1;
        });
        expect(found).toEqual(expected);
      }),
    );
  });
});
