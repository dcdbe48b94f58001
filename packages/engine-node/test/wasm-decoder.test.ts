import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { isDeltaError } from "@asyncdelta/kernel-core";
import { tableFromArrays, vectorFromArray } from "apache-arrow";
import { afterAll, describe, expect, it } from "vitest";
import type { RowGroupDecoder } from "../dist/parquet/decoder.js";
import { threadDecoder } from "../dist/parquet/threads/thread-decoder.js";
import { wasmDecoder } from "../dist/parquet/wasm-decoder.js";
import { type WorkerPool, workerPool } from "../dist/pool/worker-pool.js";
import { plainColumns } from "./arrow-plain.js";
import { fixtureBytes, fixtures, fixtureUrl, openBytes, readRows } from "./parquet-files.js";
import { rewriteParquet } from "./parquet-rewrite.js";
import { randomFrom } from "./random-from.js";
import { numberedRows, parquetBytes } from "./wasm-files.js";

const pool = workerPool({ size: 2 });
afterAll(() => pool.close());

async function columnsOf(bytes: Uint8Array, decoder?: RowGroupDecoder, batchRows?: number) {
  const { file } = await openBytes(bytes, { ...(decoder && { decoder }), decodes: 2 });
  const { batches, rows } = await readRows(file, { batchRows });
  expect(rows).toBe(file.numRows);
  return plainColumns(batches);
}

/** What both kinds of workers are sent. */
interface Request {
  readonly file?: { readonly length: number };
  readonly chunks?: readonly { readonly parts: readonly Uint8Array[] }[];
}

function sizeOf({ file, chunks = [] }: Request): number {
  return chunks.reduce(
    (sum, { parts }) => sum + parts.reduce((size, { length }) => size + length, 0),
    file?.length ?? 0,
  );
}

describe.each([
  ["parquet-wasm", wasmDecoder],
  ["our own decoder", threadDecoder],
])("%s in threads:", (_, makeDecoder) => {
  const decoder = makeDecoder(pool);

  describe("a row group cut into windows", () => {
    const tiny = makeDecoder(pool, { windowBytes: 3000 });

    it.each(["v1", "v2"] as const)("gives the rows of one that is read whole (pages %s)", async (version) => {
      const bytes = parquetBytes(numberedRows(5000), { version });
      const expected = await columnsOf(bytes);
      expect(await columnsOf(bytes, decoder)).toEqual(expected);
      for (const batchRows of [1000, 333, 64]) expect(await columnsOf(bytes, tiny, batchRows)).toEqual(expected);
    });

    it.each(fixtures().filter(({ expected }) => expected.rows > 0))("gives the rows of $name", async ({ name }) => {
      const bytes = fixtureBytes(name);
      const small = makeDecoder(pool, { windowBytes: 200 });
      expect(await columnsOf(bytes, small, 17)).toEqual(await columnsOf(bytes));
    });

    it("sends each worker only the pages that its window needs, when it is there to take them", async () => {
      const sent: { readonly size: number; readonly running: number }[] = [];
      const table = tableFromArrays({ id: Float64Array.from({ length: 50_000 }, (_, n) => n + 1 / (n + 1)) });
      const bytes = parquetBytes(table, { dictionary: false });
      const spying = {
        size: pool.size,
        stream: (kind: "parquet", payload: () => Request, ...rest: [never, object]) => {
          const spied = () => {
            const request = payload();
            sent.push({ size: sizeOf(request), running: pool.running });
            return request;
          };
          return pool.stream(kind, spied as never, ...rest);
        },
      } as unknown as WorkerPool;
      const { file } = await openBytes(bytes, { decoder: makeDecoder(spying, { windowBytes: bytes.length / 20 }) });
      await readRows(file);
      expect(sent.length).toBeGreaterThanOrEqual(20);
      expect(Math.max(...sent.map(({ size }) => size))).toBeLessThan(bytes.length / 10);
      // Who is sent it counts as running: an eager decoder would make the first request while nobody does.
      for (const { running } of sent) expect(running).toBeOneOf([1, 2]);
    });

    it("is decoded by several workers at once", async () => {
      const lively = workerPool({ size: 2 });
      const bytes = parquetBytes(numberedRows(30_000));
      const { file } = await openBytes(bytes, { decoder: makeDecoder(lively, { windowBytes: 50_000 }) });
      let most = 0;
      let isOver = false;
      const look = (): void => {
        most = Math.max(most, lively.running);
        if (!isOver) setImmediate(look);
      };
      look();
      let rows = 0;
      for await (const { batch } of file.read({ batchRows: 500 })) rows += batch.numRows;
      isOver = true;
      expect([rows, most]).toEqual([30_000, 2]);
      await lively.close();
    });
  });

  describe("selecting", () => {
    it("tells a name with a dot from a member", async () => {
      const members = Array.from({ length: 10 }, (_, n) => ({ b: n, c: -n }));
      const table = tableFromArrays({ "a.b": Int32Array.from({ length: 10 }, (_, n) => 100 + n) });
      const bytes = parquetBytes(table.assign(tableFromArrays({ a: vectorFromArray(members) as never })));
      const { file } = await openBytes(bytes, { decoder });
      const dotted = await readRows(file, { columns: [["a.b"]] });
      const member = await readRows(file, { columns: [["a", "b"]] });
      expect(plainColumns(dotted.batches)).toEqual([Array.from({ length: 10 }, (_, n) => 100 + n)]);
      expect(plainColumns(member.batches)).toEqual([Array.from({ length: 10 }, (_, n) => [n])]);
    });
  });

  describe("cancelling", () => {
    const bytes = parquetBytes(numberedRows(100_000), { pageBytes: 20_000 });

    it("by the signal ends in ABORTED, with nothing left running", async () => {
      const { file } = await openBytes(bytes, { decoder: makeDecoder(pool, { windowBytes: 200_000 }) });
      const controller = new AbortController();
      const read = (async () => {
        for await (const _ of file.read({ signal: controller.signal, batchRows: 500 })) controller.abort("enough");
      })();
      await expect(read).rejects.toMatchObject({ code: "ABORTED", cause: "enough" });
      expect(pool.running).toBe(0);
    });

    it("by leaving the loop leaves nothing running, and the pool ready", async () => {
      const { file } = await openBytes(bytes, { decoder: makeDecoder(pool, { windowBytes: 200_000 }) });
      for await (const { batch } of file.read({ batchRows: 500 })) {
        expect(batch.numRows).toBe(500);
        break;
      }
      expect(pool.running).toBe(0);
      expect((await readRows(file)).rows).toBe(100_000);
    });

    it("by closing the pool ends in CLOSED", async () => {
      const closing = workerPool({ size: 1 });
      const { file } = await openBytes(bytes, { decoder: makeDecoder(closing, { windowBytes: 200_000 }) });
      const read = (async () => {
        for await (const _ of file.read({ batchRows: 500 })) await closing.close();
      })();
      await expect(read).rejects.toMatchObject({ code: "CLOSED" });
    });
  });

  describe("damage", () => {
    const KINDS = ["flip", "zeros", "splice"] as const;

    /** Changes bytes among the column chunks. */
    function damage(bytes: Uint8Array, kind: (typeof KINDS)[number], random: (below: number) => number): Uint8Array {
      const copy = bytes.slice();
      const end = bytes.length - 8 - new DataView(bytes.buffer).getUint32(bytes.length - 8, true);
      const place = () => 4 + random(end - 4);
      const [from, to, length] = [place(), place(), 1 + random(60)];
      if (kind === "flip") for (let flips = 1 + random(4); flips > 0; flips--) copy[place()]! ^= 1 << random(8);
      if (kind === "zeros") copy.fill(0, from, Math.min(from + length, end));
      if (kind === "splice") copy.set(bytes.subarray(from, Math.min(from + length, end - Math.max(0, to - from))), to);
      return copy;
    }

    async function outcomeOf(bytes: Uint8Array): Promise<string> {
      try {
        const { file } = await openBytes(bytes, { decoder });
        const { rows } = await readRows(file, { batchRows: 40 });
        return rows === file.numRows ? "whole" : "SHORT";
      } catch (error) {
        return isDeltaError(error) ? error.code : `${error}`;
      }
    }

    const damaged = fixtures().filter(({ expected }) => expected.rows > 0);

    it.each(damaged)("of $name ends whole or typed, and the pool works on", async ({ name }) => {
      const bytes = fixtureBytes(name);
      const random = randomFrom(7);
      const outcomes = new Set<string>();
      for (let i = 0; i < 30; i++) outcomes.add(await outcomeOf(damage(bytes, KINDS[i % 3]!, random)));
      outcomes.delete("whole");
      expect([...outcomes]).toEqual(["FILE_CORRUPT"]);
      expect(await outcomeOf(bytes)).toBe("whole");
    });

    it("under a checksum is always noticed", async () => {
      const bytes = fixtureBytes("codec-snappy");
      const { file } = await openBytes(bytes);
      const random = randomFrom(3);
      const sound = await columnsOf(bytes, decoder);
      let noticed = 0;
      for (let i = 0; i < 100; i++) {
        const chunks = file.rowGroups[0]!.columns;
        const { offset, compressedSize } = chunks[random(chunks.length)]!;
        const copy = bytes.slice();
        copy[offset + random(compressedSize)]! ^= 1 << random(8);
        // Statistics in a page's header are covered by no checksum, and read by nobody.
        if ((await outcomeOf(copy)) === "whole") expect(await columnsOf(copy, decoder)).toEqual(sound);
        else noticed++;
      }
      expect(noticed).toBeGreaterThan(80);
    });

    it("of the counts in a footer is noticed", async () => {
      const bytes = parquetBytes(tableFromArrays({ id: Int32Array.from({ length: 1000 }, (_, n) => n) }));
      const claim = (more: bigint) =>
        rewriteParquet(bytes, {
          edit: (metadata) => {
            const [group] = metadata.row_groups;
            metadata.num_rows += more;
            group!.num_rows += more;
            group!.columns[0]!.meta_data!.num_values += more;
          },
        });
      expect(await outcomeOf(claim(0n))).toBe("whole");
      expect(await outcomeOf(claim(1n))).toBe("FILE_CORRUPT");
      expect(await outcomeOf(claim(-1n))).toBe("FILE_CORRUPT");
    });

    it("of text is noticed without a checksum too", async () => {
      const table = tableFromArrays({ text: ["plain", "text", "here"] });
      const bytes = parquetBytes(table, { dictionary: false });
      const at = Buffer.from(bytes).indexOf("text", Buffer.from(bytes).indexOf("plain"));
      bytes[at] = 0xff;
      expect(await outcomeOf(bytes)).toBe("FILE_CORRUPT");
    });

    it("is not seen in bytes behind the last page", async () => {
      const bytes = parquetBytes(numberedRows(300));
      expect(await columnsOf(rewriteParquet(bytes, { slack: 50 }), decoder)).toEqual(await columnsOf(bytes));
    });
  });
});

describe("a process", () => {
  it("exits by itself after decoding, with workers idle", async () => {
    const dist = (file: string) => JSON.stringify(new URL(`../dist/${file}`, import.meta.url).href);
    const url = fixtureUrl("flat");
    const source = `
      import { stat } from "node:fs/promises";
      import { workerPool } from ${dist("pool/worker-pool.js")};
      import { wasmDecoder } from ${dist("parquet/wasm-decoder.js")};
      import { parquetHandler } from ${dist("parquet/parquet-handler.js")};
      import { fileStorage } from ${dist("storage/file-storage.js")};
      const url = ${JSON.stringify(url.href)};
      const decoder = wasmDecoder(workerPool({ size: 2, idleMs: 1e9 }));
      const handler = parquetHandler({ storage: fileStorage(), decoder });
      const file = await handler.open(url, { size: (await stat(new URL(url))).size });
      let rows = 0;
      for await (const { batch } of file.read()) rows += batch.numRows;
      console.log(rows === file.numRows);`;
    const flags = ["--unhandled-rejections=strict", "--input-type=module", "-e", source];
    const { stdout } = await promisify(execFile)(process.execPath, flags, { timeout: 100_000 });
    expect(stdout).toBe("true\n");
  });
});
