import type { ParquetFile, ParquetPages, RowRanges } from "@asyncdelta/kernel-core";
import { DeltaError } from "@asyncdelta/kernel-core";
import { type Table, tableFromArrays } from "apache-arrow";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { chunkRange } from "../dist/parquet/chunk-range.js";
import type { RowGroupDecoder } from "../dist/parquet/decoder.js";
import { readColumnIndex } from "../dist/parquet/index/column-index.js";
import { readOffsetIndex } from "../dist/parquet/index/offset-index.js";
import { javascriptDecoder } from "../dist/parquet/javascript-decoder.js";
import { readMetadata } from "../dist/parquet/read-metadata.js";
import { threadDecoder } from "../dist/parquet/threads/thread-decoder.js";
import { binary, i32, i64, list, struct, writeThrift } from "../dist/parquet/thrift-writer.js";
import { wasmDecoder } from "../dist/parquet/wasm-decoder.js";
import { workerPool } from "../dist/pool/worker-pool.js";
import { plainColumns } from "./arrow-plain.js";
import { cases } from "./parquet-cases.js";
import { FILE_URL, openBytes, readRows } from "./parquet-files.js";
import { footerLength } from "./parquet-rewrite.js";
import { numberedRows, parquetBytes, type WriteOptions } from "./wasm-files.js";

const pool = workerPool({ size: 2 });
afterAll(() => pool.close());
const decoders: readonly (readonly [string, RowGroupDecoder])[] = [
  ["JavaScript", javascriptDecoder()],
  ["WebAssembly", wasmDecoder(pool)],
  ["WebAssembly in small windows", wasmDecoder(pool, { windowBytes: 3000 })],
  ["our own in threads", threadDecoder(pool)],
  ["our own in threads, in small windows", threadDecoder(pool, { windowBytes: 3000 })],
];

const ALL = [["id"], ["half"], ["text"], ["kind"], ["list"]];

async function pagesOf(file: ParquetFile, columns = ALL): Promise<ParquetPages> {
  const pages = await file.pages!({ rowGroups: [0], bounded: [["id"]], columns });
  return pages.get(0)!;
}

/** Rows by position, each with the plain values of its columns. */
async function readPart(file: ParquetFile, rows: RowRanges | undefined, columns = ALL): Promise<Map<number, unknown>> {
  const found = new Map<number, unknown>();
  const options = { columns, ...(rows && { rows: new Map([[0, rows]]) }), batchRows: 300 };
  for await (const { batch, rowOffset } of file.read(options)) {
    const values = plainColumns([batch]);
    for (let row = 0; row < batch.numRows; row++) {
      expect(found.has(rowOffset + row)).toBe(false);
      found.set(
        rowOffset + row,
        values.map((column) => column[row]),
      );
    }
  }
  return found;
}

function rangesOf(edges: readonly number[]): RowRanges {
  const sorted = [...new Set(edges)].sort((a, b) => a - b);
  return Int32Array.from(sorted.slice(0, sorted.length - (sorted.length % 2)));
}

const layout: fc.Arbitrary<WriteOptions> = fc.record({
  version: fc.constantFrom("v1" as const, "v2" as const),
  pageBytes: fc.constantFrom(100, 400, 900),
  dictionary: fc.boolean(),
});

describe("rows of a row group", () => {
  it.each(decoders)(
    "are the same from their pages alone, whichever they are (%s)",
    async (_, decoder) => {
      const count = 1500;
      const table = numberedRows(count);
      const edges = fc.array(fc.integer({ min: 0, max: count }), { minLength: 2, maxLength: 8 });
      await fc.assert(
        fc.asyncProperty(layout, fc.array(edges, { minLength: 3, maxLength: 3 }), async (options, parts) => {
          const { file } = await openBytes(parquetBytes(table, options), { decoder });
          const all = await readPart(file, undefined);
          expect(all.size).toBe(count);
          const { leaves } = await pagesOf(file);
          expect(leaves.some(({ firstRows }) => firstRows.length > 1)).toBe(true);
          for (const part of parts) {
            const rows = rangesOf(part);
            const expected = new Map<number, unknown>();
            for (let pair = 0; pair < rows.length; pair += 2) {
              for (let row = rows[pair]!; row < rows[pair + 1]!; row++) expected.set(row, all.get(row));
            }
            expect(await readPart(file, rows)).toEqual(expected);
          }
        }),
        { numRuns: cases(8), seed: 71 },
      );
    },
    60_000,
  );

  it("come with all others of their row group where its pages are not known", async () => {
    const { file } = await openBytes(parquetBytes(numberedRows(500)));
    expect((await readPart(file, Int32Array.of(3, 5))).size).toBe(500);
    await pagesOf(file, [["id"]]);
    expect((await readPart(file, Int32Array.of(3, 5), [["id"]])).size).toBe(2);
    expect((await readPart(file, Int32Array.of(3, 5), [["id"], ["half"]])).size).toBe(500);
  });
});

/** Numbers that no codec makes small, in pages of some 8 kB. */
function large(count: number): Table {
  return tableFromArrays({
    id: Float64Array.from({ length: count }, (_, row) => row + 1),
    noise: Float64Array.from({ length: count }, (_, row) => Math.sin(row * row) * 1e9),
  });
}

describe("pages that have no wanted row", () => {
  const bytes = parquetBytes(large(200_000), { dictionary: false, pageBytes: 8000 });
  const columns = [["id"], ["noise"]];

  it("are not asked for, and their indexes in one request", async () => {
    const { file, storage } = await openBytes(bytes);
    storage.reset();
    const pages = await pagesOf(file, columns);
    expect(storage.requests.length).toBeLessThanOrEqual(1);
    const indexes = storage.requests.flatMap(({ ranges }) => ranges).reduce((sum, { length }) => sum + length, 0);
    expect(indexes).toBeLessThan(bytes.length / 20);
    storage.reset();
    const rows = Int32Array.of(1000, 1010, 150_000, 150_001);
    expect([...(await readPart(file, rows, columns)).keys()]).toEqual([
      ...Array.from({ length: 10 }, (_, at) => 1000 + at),
      150_000,
    ]);
    const asked = storage.requests.flatMap(({ ranges }) => ranges);
    const wanted = pages.leaves.flatMap(({ firstRows, sizes }, leaf) => {
      const chunk = file.rowGroups[0]!.columns[leaf]!;
      let offset = chunk.offset;
      return sizes.flatMap((length, page) => {
        const [start, end] = [firstRows[page]!, firstRows[page + 1] ?? 200_000];
        const place = { offset, length };
        offset += length;
        return (start < 1010 && end > 1000) || (start <= 150_000 && end > 150_000) ? [place] : [];
      });
    });
    // Every page with a wanted row is asked for, and nothing else but what lies between two near ones.
    for (const { offset, length } of wanted) {
      expect(asked.some((range) => range.offset <= offset && range.offset + range.length >= offset + length)).toBe(
        true,
      );
    }
    const sum = (ranges: readonly { length: number }[]) => ranges.reduce((total, { length }) => total + length, 0);
    expect(sum(asked)).toBe(sum(wanted));
    expect(storage.requests).toHaveLength(1);
  });

  it("are told by bounds as they are written", async () => {
    const { file } = await openBytes(bytes);
    const pages = await pagesOf(file, columns);
    const { firstRows, bounds } = pages.bounded[0]!;
    for (const [page, start] of firstRows.entries()) {
      const end = firstRows[page + 1] ?? 200_000;
      expect(bounds(page)).toEqual({
        isNull: false,
        nullCount: 0,
        bounds: { kind: "float", min: start + 1, max: end },
      });
    }
  });

  it("are asked for with the others where the index costs more than it can spare", async () => {
    const { file, storage } = await openBytes(bytes, { roundTrip: "costly" });
    storage.reset();
    const few = await file.pages!({ rowGroups: [], bounded: [["id"]], columns });
    expect([few.size, storage.requests.length]).toEqual([0, 0]);
  });
});

describe("page indexes that make no sense", () => {
  const chunk = { path: ["a"], numValues: 100, offset: 4, compressedSize: 60, uncompressedSize: 60 };
  const offsets = (...pages: readonly (readonly [number, number, number])[]) =>
    writeThrift(
      struct([
        1,
        list(
          "struct",
          pages.map(([offset, size, row]) => struct([1, i64(offset)], [2, i32(size)], [3, i64(row)])),
        ),
      ]),
    );
  const read = (bytes: Uint8Array) => readOffsetIndex(bytes, chunk, 100);

  it("say nothing of where pages are", () => {
    expect(read(offsets([4, 30, 0], [34, 30, 50]))).toEqual({
      offsets: [4, 34],
      sizes: [30, 30],
      firstRows: [0, 50],
    });
    const wrong: Record<string, Uint8Array> = {
      "no page": offsets(),
      "a page before the chunk": offsets([3, 30, 0]),
      "a page behind it": offsets([4, 30, 0], [34, 31, 50]),
      "a hole": offsets([4, 20, 0], [34, 30, 50]),
      "an overlap": offsets([4, 40, 0], [34, 30, 50]),
      "a first row that is not the first": offsets([4, 30, 1], [34, 30, 50]),
      "rows that do not ascend": offsets([4, 10, 0], [14, 10, 50], [24, 10, 50]),
      "rows beyond the row group": offsets([4, 30, 0], [34, 30, 100]),
      "an empty page": offsets([4, 0, 0], [4, 30, 50]),
      "no bytes": new Uint8Array(0),
      "bytes that end early": offsets([4, 30, 0], [34, 30, 50]).subarray(0, 8),
    };
    for (const [what, bytes] of Object.entries(wrong)) expect(read(bytes), what).toBe(undefined);
  });

  it("say nothing of values", () => {
    // Lists of truths have a byte for each: 1 or 2.
    const index = (nulls: readonly number[], counts?: readonly number[]) => {
      const values = list(
        "binary",
        nulls.map(() => binary("zz")),
      );
      const head = [0x19, (nulls.length << 4) | 1, ...nulls];
      const tail = writeThrift(
        struct(
          [2, values],
          [3, values],
          [4, i32(0)],
          ...(counts ? ([[5, list("i64", counts.map(i64))]] as const) : []),
        ),
      );
      // The first field of the tail has id 2, one more than that of the truths.
      return Uint8Array.from([...head, (1 << 4) | (tail[0]! & 0x0f), ...tail.subarray(1)]);
    };
    expect(readColumnIndex(index([2, 1], [0, 5]), 2, 5)?.nullPages).toEqual([false, true]);
    expect(readColumnIndex(index([0, 1]), 2, 5)?.nullPages).toEqual([false, true]);
    expect(readColumnIndex(index([2, 1], [0, 5]), 3, 5)).toBe(undefined);
    expect(readColumnIndex(index([2, 1], [0, 4]), 2, 5)).toBe(undefined);
    expect(readColumnIndex(index([2, 1], [0, -1]), 2, undefined)).toBe(undefined);
    expect(readColumnIndex(index([2, 1], [0, 5]).subarray(0, 9), 2, 5)).toBe(undefined);
  });

  it("lead to an error or to the right rows, wherever a bit of them is wrong", async () => {
    const bytes = parquetBytes(numberedRows(900), { version: "v2", pageBytes: 200 });
    const whole = await openBytes(bytes);
    const all = await readPart(whole.file, undefined);
    const footerStart = bytes.length - 8 - footerLength(bytes);
    const { columns } = readMetadata(bytes.subarray(footerStart, bytes.length - 8)).row_groups[0]!;
    const { offset, length } = chunkRange(columns.at(-1)!.meta_data!);
    const start = offset + length;
    const rows = Int32Array.of(100, 200, 601, 799);
    let [errors, same] = [0, 0];
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: start, max: footerStart - 1 }),
        fc.integer({ min: 0, max: 7 }),
        async (at, bit) => {
          const damaged = bytes.slice();
          damaged[at]! ^= 1 << bit;
          const { file } = await openBytes(damaged);
          await file.pages!({ rowGroups: [0], bounded: [["id"], ["text"]], columns: ALL });
          try {
            const found = await readPart(file, rows);
            for (let row = 100; row < 200; row++) expect(found.get(row)).toEqual(all.get(row));
            for (let row = 601; row < 799; row++) expect(found.get(row)).toEqual(all.get(row));
            same++;
          } catch (error) {
            if (!(error instanceof DeltaError)) throw error;
            expect([error.code, error.path]).toEqual(["FILE_CORRUPT", FILE_URL]);
            errors++;
          }
        },
      ),
      { numRuns: cases(200), seed: 71 },
    );
    expect(errors).toBeGreaterThan(0);
    expect(same).toBeGreaterThan(0);
  }, 300_000);

  it("are not needed to read a file", async () => {
    const { file } = await openBytes(parquetBytes(numberedRows(50)));
    expect((await readRows(file)).rows).toBe(50);
  });
});
