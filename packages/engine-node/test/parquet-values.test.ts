import type { ParquetProbe } from "@asyncdelta/kernel-core";
import { memoryStorage } from "@asyncdelta/kernel-core/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isWorthReading } from "../dist/parquet/index/worth-reading.js";
import { indexFile, numbers, padFooter, probeOf } from "./index-files.js";
import { cases } from "./parquet-cases.js";
import { openBytes } from "./parquet-files.js";

const COLUMNS = Object.keys(numbers);
const ALL = Array.from({ length: 8100 }, (_, at) => at - 4050).filter((n) => n % 2 === 0 || n % 10 === 1);
/** A thousand nanoseconds are one microsecond, and bytes of a fixed length are no column of a table: not looked up. */
const UNKNOWN = ["nanos", "fixed"];

/** For each row group which of some numbers of a column are absent. */
async function absentOf(bytes: Uint8Array, column: string, wanted: readonly number[]): Promise<Set<number>[]> {
  const { file } = await openBytes(bytes);
  const probes = wanted.map((number) => probeOf(column, number));
  const absent = await file.absentValues!({ rowGroups: [0, 1], probes, columns: [[column]] });
  return [0, 1].map((rowGroup) => new Set([...absent.get(rowGroup)!].map((probe) => wanted[probe]!)));
}

function numbersFor(column: string): readonly number[] {
  return column === "byte"
    ? ALL.filter((n) => n >= -128 && n < 128)
    : column === "unsigned"
      ? ALL.filter((n) => n >= 0)
      : ALL;
}

describe("values that a row group does not have", () => {
  it.each(COLUMNS)("are told by its bloom filter (%s)", async (column) => {
    for (const name of ["bloom", "bloom-integers"]) {
      const absent = await absentOf(indexFile(name), column, numbersFor(column));
      for (const [rowGroup, found] of absent.entries()) {
        const there = new Set(numbers[column]![rowGroup]);
        for (const number of there) expect(found.has(number)).toBe(false);
        const lacking = numbersFor(column).filter((number) => !there.has(number));
        if (UNKNOWN.includes(column)) expect(found.size).toBe(0);
        else expect(found.size).toBeGreaterThan(lacking.length * 0.98);
      }
    }
  });

  it.each(COLUMNS)("are told by its dictionary (%s)", async (column) => {
    const absent = await absentOf(indexFile("dictionary"), column, numbersFor(column));
    for (const [rowGroup, found] of absent.entries()) {
      const there = new Set(numbers[column]![rowGroup]);
      const lacking = numbersFor(column).filter((number) => !there.has(number));
      expect([...found]).toEqual(UNKNOWN.includes(column) ? [] : lacking);
    }
  });

  it.each(COLUMNS)("are not told by a dictionary that was given up (%s)", async (column) => {
    const absent = await absentOf(indexFile("dictionary-fallback"), column, numbersFor(column));
    for (const [rowGroup, found] of absent.entries()) {
      for (const number of numbers[column]![rowGroup]!) expect(found.has(number)).toBe(false);
      if (column !== "byte") expect(found.size).toBe(0);
    }
  });

  it("are found in no form that the file could not have", async () => {
    const { file } = await openBytes(indexFile("bloom"));
    const probes: ParquetProbe[] = [
      // Surely absent: no value of the column's type.
      { column: ["integer"], kind: "integer", value: 2n ** 40n },
      { column: ["decimal"], kind: "decimal", scale: 3, value: 5n },
      { column: ["millis"], kind: "timestamp", value: 1n },
      { column: ["float"], kind: "float", value: 0.1 },
      // Not known.
      { column: ["float"], kind: "float", value: Number.NaN },
      { column: ["text"], kind: "text", value: "\uFFFD" },
      { column: ["text"], kind: "text", value: "\uD800" },
      { column: ["text"], kind: "bytes", value: new Uint8Array(3) },
      { column: ["nowhere"], kind: "integer", value: 1 },
      // There, by another scale.
      { column: ["decimal"], kind: "decimal", scale: 3, value: BigInt(numbers.decimal![0]![0]!) * 10n },
    ];
    const absent = await file.absentValues!({ rowGroups: [0], probes, columns: COLUMNS.map((name) => [name]) });
    expect([...absent.get(0)!].sort()).toEqual([0, 1, 2, 3]);
  });

  it("are both zeros or neither", async () => {
    const { file } = await openBytes(indexFile("dictionary"));
    const probes = [0, -0].map((value): ParquetProbe => ({ column: ["double"], kind: "float", value }));
    const absent = await file.absentValues!({ rowGroups: [0], probes, columns: [["double"]] });
    expect([...absent.get(0)!]).toEqual(numbers.double![0]!.includes(0) ? [] : [0, 1]);
  });
});

describe("what tells of single values", () => {
  const columns = [["key"], ["kind"]];
  const bytes = padFooter(indexFile("large"), 70_000);

  async function ask(probe: ParquetProbe) {
    const { file, storage } = await openBytes(bytes);
    storage.reset();
    const absent = await file.absentValues!({ rowGroups: [0], probes: [probe], columns });
    const ranges = storage.requests.flatMap((request) => request.ranges);
    const asked = ranges.reduce((sum, { length }) => sum + length, 0);
    return { isAbsent: absent.get(0)!.has(0), requests: storage.requests.length, asked };
  }

  it("takes of a large bloom filter its header and one block", async () => {
    expect(await ask({ column: ["key"], kind: "integer", value: 7 })).toEqual({
      isAbsent: true,
      requests: 2,
      asked: 96,
    });
    expect(await ask({ column: ["key"], kind: "integer", value: 8 })).toEqual({
      isAbsent: false,
      requests: 2,
      asked: 96,
    });
  });

  it("takes of a chunk the page of its dictionary", async () => {
    const absent = await ask({ column: ["kind"], kind: "text", value: "kind 3" });
    expect([absent.isAbsent, absent.requests]).toEqual([true, 1]);
    expect(absent.asked).toBeLessThan(100);
    expect((await ask({ column: ["kind"], kind: "text", value: "kind 4" })).isAbsent).toBe(false);
  });

  it("is not looked at where that cannot spare much", async () => {
    const { file, storage } = await openBytes(bytes);
    storage.reset();
    const probes: ParquetProbe[] = [{ column: ["key"], kind: "integer", value: 7 }];
    const absent = await file.absentValues!({ rowGroups: [0], probes, columns: [["kind"]] });
    expect([absent.get(0)!.size, storage.requests.length]).toEqual([0, 0]);
  });

  it.each([
    ["cheap", true],
    ["costly", false],
  ] as const)("is worth a round trip by what one to its own store costs, a %s one", (roundTrip, isWorth) => {
    const others = roundTrip === "cheap" ? "costly" : "cheap";
    const storage = { ...memoryStorage({ roundTrip: others }), roundTripTo: () => roundTrip };
    const tail = { start: 1_000_000, bytes: new Uint8Array(0), footer: new Uint8Array(0), etag: undefined };
    const file = { storage, url: "memory:///f", tail };
    const spared = [{ offset: 0, compressedSize: 200_000 }];
    expect(isWorthReading(file, [{ offset: 300_000, length: 1000 }], spared)).toBe(isWorth);
  });

  it("says nothing where it is damaged so that it can be seen, and never hangs", async () => {
    const whole = indexFile("bloom");
    const there = COLUMNS.flatMap((column) =>
      numbers[column]![0]!.slice(0, 3).map((number) => probeOf(column, number)),
    );
    // Before the bitset every byte matters to whether there is a filter at all: none may become another one.
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 4, max: whole.length - 9 }),
        fc.integer({ min: 0, max: 7 }),
        async (at, bit) => {
          const damaged = whole.slice();
          damaged[at]! ^= 1 << bit;
          const opened = await openBytes(damaged).catch(() => undefined);
          const all = { rowGroups: [0], probes: there, columns: COLUMNS.map((name) => [name]) };
          if (opened === undefined) return;
          await opened.file.absentValues!(all).catch((error) => expect(error.code).toBe("FILE_CORRUPT"));
        },
      ),
      { numRuns: cases(300), seed: 71 },
    );
  });
});
