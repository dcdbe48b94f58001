import type { RowRanges, SelectionStep } from "@asyncdelta/kernel-core";
import {
  Bool,
  type DataType,
  Float64,
  Int32,
  Int64,
  type RecordBatch,
  Table,
  TimestampMicrosecond,
  tableToIPC,
  Utf8,
  vectorFromArray,
} from "apache-arrow";
import fc from "fast-check";
import { Compression, Table as WasmTable, WriterPropertiesBuilder, WriterVersion, writeParquet } from "parquet-wasm";
import { describe, expect, it } from "vitest";
import type { DecodeJob } from "../dist/parquet/decoder.js";
import { decodeRowGroup } from "../dist/parquet/javascript/decode-row-group.js";
import { decodeSelected } from "../dist/parquet/javascript/decode-selected.js";
import { plainColumns } from "./arrow-plain.js";
import { jobOf } from "./selected-job.js";

/** A value of a column for a small number, or for a row that has one of its own. */
const KINDS: Readonly<Record<string, readonly [DataType, (value: number) => unknown]>> = {
  int: [new Int32(), (value) => value - 3],
  long: [new Int64(), (value) => BigInt(value) << 40n],
  double: [new Float64(), (value) => [Number.NaN, -0, 0, Number.POSITIVE_INFINITY][value] ?? value / 8],
  text: [new Utf8(), (value) => (value === 0 ? "" : `text ${value} ü`)],
  time: [new TimestampMicrosecond(), (value) => value * 1000],
  // It has no dictionary.
  flag: [new Bool(), (value) => value % 2 === 1],
};

const file = fc.record({
  kind: fc.constantFrom(...Object.keys(KINDS)),
  version: fc.constantFrom(WriterVersion.V1, WriterVersion.V2),
  compression: fc.constantFrom(Compression.SNAPPY, Compression.UNCOMPRESSED, Compression.ZSTD),
  pageBytes: fc.constantFrom(60, 400, 3000),
  /** How many values there are, and from which row on each has its own, so that the writer gives the dictionary up. */
  distinct: fc.integer({ min: 1, max: 12 }),
  ownFrom: fc.constantFrom(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 600),
  /** Of so many rows one is null; and a stretch in which all are. */
  nulls: fc.constantFrom(0, 1, 2, 9),
  gap: fc.tuple(fc.nat(800), fc.constantFrom(0, 200)),
  rows: fc.integer({ min: 1, max: 1000 }),
});
type File = typeof file extends fc.Arbitrary<infer F> ? F : never;

function bytesOf({ kind, rows, distinct, ownFrom, nulls, gap, ...layout }: File): Uint8Array {
  const [type, value] = KINDS[kind]!;
  const isNull = (row: number) => (nulls > 0 && row % nulls === 0) || (row >= gap[0] && row < gap[0] + gap[1]);
  const numbers = Array.from({ length: rows }, (_, row) => row);
  const values = numbers.map((row) => (isNull(row) ? null : value(row < ownFrom ? (row * 7) % distinct : row)));
  const table = new Table({
    looked: vectorFromArray(values, type),
    id: vectorFromArray(numbers, new Int32()),
    other: vectorFromArray(
      numbers.map((row) => (row % 5 === 0 ? null : `other ${row % 3}`)),
      new Utf8(),
    ),
  });
  const properties = new WriterPropertiesBuilder()
    .setWriterVersion(layout.version)
    .setCompression(layout.compression)
    .setDataPageSizeLimit(layout.pageBytes)
    .setDictionaryPageSizeLimit(300)
    .setWriteBatchSize(32)
    .build();
  return writeParquet(WasmTable.fromIPCStream(tableToIPC(table, "stream")), properties);
}

/** Keeps the rows whose value in "looked" is among some, as texts; it notes how many it was asked for. */
function keeping(wanted: ReadonlySet<string>, asked: number[]): SelectionStep {
  return {
    columns: [["looked"]],
    select: (batch: RecordBatch): RowRanges | undefined => {
      asked.push(batch.numRows);
      const [values] = plainColumns([batch]);
      const rows = values!.flatMap((value, row) => (wanted.has(String(value)) ? [row] : []));
      return rows.length === batch.numRows ? undefined : rangesOf(rows);
    },
  };
}

function rangesOf(rows: readonly number[]): RowRanges {
  const ranges: number[] = [];
  for (const row of rows) {
    if (ranges.at(-1) === row) ranges[ranges.length - 1] = row + 1;
    else ranges.push(row, row + 1);
  }
  return Int32Array.from(ranges);
}

async function select(job: DecodeJob, step: SelectionStep): Promise<{ rows: number[]; columns: unknown[][] }> {
  const batches: RecordBatch[] = [];
  const positions: number[] = [];
  for await (const { start, batch, rows } of decodeSelected(job, [step], undefined)) {
    batches.push(batch);
    for (let pair = 0; pair < rows!.length; pair += 2) {
      for (let row = rows![pair]!; row < rows![pair + 1]!; row++) positions.push(start + row);
    }
  }
  return { rows: positions, columns: batches.length === 0 ? [] : plainColumns(batches) };
}

describe("rows that are selected by one column", () => {
  it("are those that are wanted, whether its values are looked at in a dictionary or row by row", async () => {
    let byDictionary = 0;
    await fc.assert(
      fc.asyncProperty(file, fc.constantFrom(7, 100, 1000), fc.func(fc.boolean()), async (one, batchRows, isWanted) => {
        const job = jobOf(bytesOf(one), batchRows);
        const all: RecordBatch[] = [];
        for await (const { batch } of decodeRowGroup(job, undefined)) all.push(batch);
        const columns = plainColumns(all);
        const wanted = new Set(columns[0]!.map(String).filter((text) => isWanted(text)));
        const asked: number[] = [];
        const found = await select(job, keeping(wanted, asked));
        const rows = columns[0]!.flatMap((value, row) => (wanted.has(String(value)) ? [row] : []));
        expect(found.rows).toEqual(rows);
        if (rows.length > 0) {
          expect(found.columns).toEqual(columns.map((column) => rows.map((row) => column[row])));
        }
        if (asked.length === 1 && asked[0]! <= one.distinct + 1 && one.rows > 2 * batchRows) byDictionary++;
      }),
      { numRuns: 300 },
    );
    expect(byDictionary).toBeGreaterThan(20);
  });

  it("ask the predicate once for each value of a dictionary and for null, not for each row", async () => {
    const facts = { version: WriterVersion.V2, compression: Compression.SNAPPY, pageBytes: 400, gap: [0, 0] as const };
    const one = { ...facts, kind: "text", distinct: 5, ownFrom: Number.POSITIVE_INFINITY, nulls: 9, rows: 1000 };
    const asked: number[] = [];
    const found = await select(jobOf(bytesOf(one as never), 100), keeping(new Set(["text 3 ü", "null"]), asked));
    expect(asked).toEqual([6]);
    expect(found.rows).toEqual(
      Array.from({ length: 1000 }, (_, row) => row).filter((row) => row % 9 === 0 || (row * 7) % 5 === 3),
    );
  });

  it("are looked at row by row where the predicate cannot be asked of values that may be in none of them", async () => {
    const facts = { version: WriterVersion.V2, compression: Compression.SNAPPY, pageBytes: 400, gap: [0, 0] as const };
    const one = { ...facts, kind: "int", distinct: 5, ownFrom: Number.POSITIVE_INFINITY, nulls: 0, rows: 1000 };
    const step = keeping(new Set(["0"]), []);
    const refusingNulls: SelectionStep = {
      ...step,
      select: (batch) => {
        if (batch.data.children[0]!.nullCount > 0) throw new Error("holds values that do not fit");
        return step.select(batch);
      },
    };
    const { rows } = await select(jobOf(bytesOf(one as never), 100), refusingNulls);
    expect(rows).toEqual(Array.from({ length: 1000 }, (_, row) => row).filter((row) => (row * 7) % 5 === 3));
  });

  it("are looked at row by row from the page on that has no dictionary", async () => {
    const facts = { version: WriterVersion.V1, compression: Compression.SNAPPY, pageBytes: 60, gap: [0, 0] as const };
    const one = { ...facts, kind: "int", distinct: 4, ownFrom: 600, nulls: 0, rows: 1000 };
    const asked: number[] = [];
    const found = await select(jobOf(bytesOf(one as never), 1000), keeping(new Set(["-1", "700"]), asked));
    // Its dictionary has grown by then.
    expect(asked[0]).toBeLessThan(100);
    expect(asked.slice(1).reduce((sum, rows) => sum + rows, 0)).toBeLessThan(500);
    expect(found.rows).toEqual([
      ...Array.from({ length: 600 }, (_, row) => row).filter((row) => (row * 7) % 4 === 2),
      703,
    ]);
  });

  it("are refused with the file's name where a page has more of them than the row group, or fewer", async () => {
    const facts = { version: WriterVersion.V2, compression: Compression.SNAPPY, pageBytes: 400, gap: [0, 0] as const };
    const one = { ...facts, kind: "int", distinct: 5, ownFrom: Number.POSITIVE_INFINITY, nulls: 0, rows: 1000 };
    for (const [rows, message] of [
      [990n, "more rows than the row group"],
      [1010n, "end 10 rows too early"],
    ] as const) {
      const job = jobOf(bytesOf(one as never), 100);
      const [group] = job.metadata.row_groups;
      const metadata = { ...job.metadata, row_groups: [{ ...group!, num_rows: rows }] };
      const reading = select({ ...job, metadata }, keeping(new Set(["-2"]), []));
      await expect(reading).rejects.toMatchObject({ code: "FILE_CORRUPT", message: expect.stringContaining(message) });
    }
  });
});
