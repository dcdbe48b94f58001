import { setImmediate, setTimeout } from "node:timers/promises";
import { DeltaError, isDeltaError, type ParquetFile } from "@asyncdelta/kernel-core";
import { memoryStorage, type RecordingStorage } from "@asyncdelta/kernel-core/testing";
import { describe, expect, it } from "vitest";
import type { DecodeJob, RowGroupDecoder } from "../dist/parquet/decoder.js";
import { javascriptDecoder } from "../dist/parquet/javascript-decoder.js";
import { parquetHandler } from "../dist/parquet/parquet-handler.js";
import { plainColumns } from "./arrow-plain.js";
import { fixtureBytes, fixtures, openBytes, readRows } from "./parquet-files.js";
import { footerLength, rewriteParquet } from "./parquet-rewrite.js";

const rowGroups = fixtures().find(({ name }) => name === "row-groups")!.expected;
const TAIL = 64 * 1024;

/** The fixture of five row groups of twelve columns, with this many bytes of nothing in front of each chunk. */
function spread(gap: number): Uint8Array {
  return rewriteParquet(fixtureBytes("row-groups"), { gap });
}

/** The same, each chunk so large that its row group is fetched on its own. */
function large(): Uint8Array {
  return rewriteParquet(fixtureBytes("row-groups"), { slack: 100_000 });
}

function ranges(storage: RecordingStorage): { offset: number; length: number }[] {
  return storage.requests.flatMap(({ ranges }) => ranges);
}

describe("opening a Parquet file", () => {
  it("reads a small file whole in one request, and needs no other to read its rows", async () => {
    const bytes = fixtureBytes("row-groups");
    const { file, storage } = await openBytes(bytes);
    expect(ranges(storage)).toEqual([{ offset: 0, length: bytes.length }]);
    const { batches } = await readRows(file);
    expect(plainColumns(batches)).toEqual(rowGroups.columns.map(({ values }) => values));
    expect(storage.requests).toHaveLength(1);
  });

  it("reads 64 KiB of a larger file where round trips are cheap, 128 KiB where they are costly", async () => {
    const bytes = spread(9000);
    const cheap = await openBytes(bytes);
    expect(ranges(cheap.storage)).toEqual([{ offset: bytes.length - TAIL, length: TAIL }]);
    const costly = await openBytes(bytes, { roundTrip: "costly" });
    expect(ranges(costly.storage)).toEqual([{ offset: bytes.length - 2 * TAIL, length: 2 * TAIL }]);
  });

  it("reads up to 512 KiB whole where round trips are costly", async () => {
    const bytes = spread(5000);
    expect(bytes.length).toBeGreaterThan(2 * TAIL);
    const { storage } = await openBytes(bytes, { roundTrip: "costly" });
    expect(ranges(storage)).toEqual([{ offset: 0, length: bytes.length }]);
  });

  it("reads a larger one whole if all of it is wanted, for one reading, and keeps no more of it than its footer", async () => {
    const bytes = spread(9000);
    const { file, storage } = await openBytes(bytes, { roundTrip: "costly", isReadWhole: true });
    expect(ranges(storage)).toEqual([{ offset: 0, length: bytes.length }]);
    const first = await readRows(file);
    expect(plainColumns(first.batches)).toEqual(rowGroups.columns.map(({ values }) => values));
    expect(storage.requests).toHaveLength(1);
    storage.reset();
    const second = await readRows(file);
    expect(plainColumns(second.batches)).toEqual(rowGroups.columns.map(({ values }) => values));
    const ends = ranges(storage).map(({ offset, length }) => offset + length);
    expect(ends.length).toBeGreaterThan(0);
    expect(Math.max(...ends)).toBeLessThanOrEqual(bytes.length - 8 - footerLength(bytes));
    const cheap = await openBytes(bytes, { isReadWhole: true });
    expect(ranges(cheap.storage)).toEqual([{ offset: bytes.length - TAIL, length: TAIL }]);
  });

  it("asks once more, for what is missing, when the footer is larger than that", async () => {
    const bytes = rewriteParquet(fixtureBytes("row-groups"), { padding: 100_000 });
    const { storage } = await openBytes(bytes);
    const footerStart = bytes.length - 8 - footerLength(bytes);
    expect(ranges(storage)).toEqual([
      { offset: bytes.length - TAIL, length: TAIL },
      { offset: footerStart, length: bytes.length - TAIL - footerStart },
    ]);
    storage.assertNothingReadTwice();
  });
});

describe("reading a Parquet file", () => {
  it("asks for nothing when no column is wanted, and still gives every row", async () => {
    const { file, storage } = await openBytes(spread(9000));
    storage.reset();
    const { batches, rowOffsets } = await readRows(file, { columns: [], batchRows: 10 });
    expect(batches.map(({ numRows, numCols }) => [numRows, numCols])).toEqual(
      [10, 10, 4, 10, 10, 4, 10, 10, 4, 10, 10, 4, 4].map((rows) => [rows, 0]),
    );
    expect(rowOffsets.at(-1)).toBe(96);
    expect(storage.requests).toHaveLength(0);
  });

  it("asks only for the chunks of the wanted columns in the wanted row groups", async () => {
    const { file, storage } = await openBytes(spread(9000));
    storage.reset();
    const { batches, rowOffsets } = await readRows(file, { columns: [["long"]], rowGroups: [1, 3] });
    const long = rowGroups.columns.find(({ name }) => name === "long")!.values;
    expect(plainColumns(batches)).toEqual([[...long.slice(24, 48), ...long.slice(72, 96)]]);
    expect(rowOffsets).toEqual([24, 72]);
    const wanted = [1, 3].map((group) => {
      const { offset, compressedSize } = file.rowGroups[group]!.columns.find(({ path }) => path[0] === "long")!;
      return { offset, length: compressedSize };
    });
    expect(ranges(storage)).toEqual(wanted);
    expect(storage.requests).toHaveLength(1);
  });

  it("joins near chunks into one range and leaves far ones apart", async () => {
    const { file, storage } = await openBytes(spread(20_000));
    storage.reset();
    await readRows(file, { columns: [["int"], ["int_null"], ["text"]], rowGroups: [0] });
    const chunk = (name: string) => {
      const { offset, compressedSize } = file.rowGroups[0]!.columns.find(({ path }) => path[0] === name)!;
      return { offset, length: compressedSize };
    };
    expect(ranges(storage)).toEqual([chunk("int"), chunk("int_null"), chunk("text")]);
    expect(storage.requests).toHaveLength(1);
  });

  it("never asks for a byte twice, the tail of the file included", async () => {
    const { file, storage } = await openBytes(spread(3000));
    expect(file.size).toBeGreaterThan(TAIL);
    const { batches } = await readRows(file);
    expect(plainColumns(batches)).toEqual(rowGroups.columns.map(({ values }) => values));
    expect(storage.requests.length).toBeGreaterThan(1);
    storage.assertNothingReadTwice();
  });

  it("tells the decoder how much will come before it asks for it", async () => {
    const inner = javascriptDecoder();
    const told: [number, number, number][] = [];
    const opened = await openBytes(large(), {
      decoder: {
        prepare: (_, { largest, total }) => told.push([largest, total, opened.storage.requests.length]),
        decode: (job, options) => inner.decode(job, options),
      },
    });
    opened.storage.reset();
    await readRows(opened.file);
    const sizes = opened.file.rowGroups.map(({ columns }) => columns.reduce((sum, c) => sum + c.uncompressedSize, 0));
    expect(told).toEqual([[Math.max(...sizes), sizes.reduce((sum, size) => sum + size), 0]]);
  });

  it("fetches the next row group while one is decoded", async () => {
    const inner = javascriptDecoder();
    const started: number[] = [];
    const opened = await openBytes(large(), {
      decoder: {
        async *decode(job, options) {
          // Ends only once the next row group, if there is one, has been asked for.
          while (opened.storage.requests.length < Math.min(job.rowGroup + 2, 5)) await setImmediate();
          started.push(job.rowGroup);
          yield* inner.decode(job, options);
        },
      },
    });
    opened.storage.reset();
    const { batches } = await readRows(opened.file);
    expect(plainColumns(batches)).toEqual(rowGroups.columns.map(({ values }) => values));
    expect(started).toEqual([0, 1, 2, 3, 4]);
    expect(opened.storage.requests).toHaveLength(5);
    opened.storage.assertNothingReadTwice();
  });
});

describe("decoding several row groups at once", () => {
  it("keeps the order of the file", async () => {
    const inner = javascriptDecoder();
    let running = 0;
    let most = 0;
    const decoder: RowGroupDecoder = {
      async *decode(job: DecodeJob, options) {
        most = Math.max(most, ++running);
        // The first ones take longest.
        await setTimeout(20 - 4 * job.rowGroup);
        yield* inner.decode(job, options);
        running--;
      },
    };
    const { file } = await openBytes(large(), { decoder, decodes: 3 });
    const { batches, rowOffsets } = await readRows(file);
    expect(plainColumns(batches)).toEqual(rowGroups.columns.map(({ values }) => values));
    expect(rowOffsets).toEqual([0, 24, 48, 72, 96]);
    expect(most).toBe(3);
  });

  it("refuses a number that is none", () => {
    const options = { storage: memoryStorage(), decoder: javascriptDecoder(), decodes: 0 };
    expect(() => parquetHandler(options)).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
  });
});

describe("stopping", () => {
  async function aborted(read: (file: ParquetFile, controller: AbortController) => Promise<unknown>) {
    const controller = new AbortController();
    const { file, storage } = await openBytes(large(), { signal: controller.signal });
    const error = await read(file, controller).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(isDeltaError(error, "ABORTED"), String(error)).toBe(true);
    const requests = storage.requests.length;
    await setTimeout(20);
    expect(storage.requests).toHaveLength(requests);
    expect(storage.inFlight).toBe(0);
  }

  it("ends in ABORTED before the first request", async () => {
    const signal = AbortSignal.abort();
    await expect(openBytes(fixtureBytes("flat"), { signal })).rejects.toMatchObject({ code: "ABORTED" });
    const { file } = await openBytes(fixtureBytes("flat"));
    await expect(readRows(file, { signal })).rejects.toMatchObject({ code: "ABORTED" });
    await expect(readRows(file, { signal, columns: [] })).rejects.toMatchObject({ code: "ABORTED" });
  });

  it("ends in ABORTED between batches, and nothing goes on", async () => {
    await aborted(async (file, controller) => {
      for await (const _ of file.read({ signal: controller.signal, batchRows: 5 }))
        controller.abort(new Error("enough"));
    });
  });

  it("ends in ABORTED while a request is under way", async () => {
    await aborted(async (file, controller) => {
      const batches = file.read({ signal: controller.signal })[Symbol.asyncIterator]();
      const next = batches.next();
      controller.abort();
      await next;
    });
  });

  it("ends in ABORTED while a row group is decoded", async () => {
    const controller = new AbortController();
    const decoder: RowGroupDecoder = {
      async *decode(_: DecodeJob, { signal }) {
        controller.abort(new DeltaError("ABORTED", "enough"));
        await new Promise((_, reject) => {
          if (signal?.aborted) reject(signal.reason);
          signal?.addEventListener("abort", () => reject(signal.reason));
        });
      },
    };
    const { file } = await openBytes(fixtureBytes("flat"), { decoder });
    await expect(readRows(file, { signal: controller.signal })).rejects.toMatchObject({
      code: "ABORTED",
      message: "enough",
    });
  });

  it("asks for nothing more after the consumer has left", async () => {
    const { file, storage } = await openBytes(large());
    for await (const { rowOffset } of file.read()) if (rowOffset === 0) break;
    const requests = storage.requests.length;
    expect(requests).toBeLessThan(5);
    await setTimeout(20);
    expect(storage.requests).toHaveLength(requests);
    expect(storage.inFlight).toBe(0);
  });
});
