import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Storage } from "@asyncdelta/kernel-core";
import { memoryStorage } from "@asyncdelta/kernel-core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MemoryPool } from "../dist/parquet/memory-pool.js";
import { parquetHandler } from "../dist/parquet/parquet-handler.js";
import { wasmDecoder } from "../dist/parquet/wasm-decoder.js";
import { workerPool } from "../dist/pool/worker-pool.js";
import { fileStorage } from "../dist/storage/file-storage.js";
import { plainColumns } from "./arrow-plain.js";
import { readRows } from "./parquet-files.js";
import { numberedRows, parquetBytes } from "./wasm-files.js";

/** Counts what is with somebody, and fails where two have the same. */
class Watched extends MemoryPool<SharedArrayBuffer> {
  readonly out = new Set<SharedArrayBuffer>();
  readonly seen = new Set<SharedArrayBuffer>();
  takes = 0;

  constructor() {
    super((bytes) => new SharedArrayBuffer(bytes));
  }

  override take(length: number): Uint8Array<SharedArrayBuffer> {
    const bytes = super.take(length);
    if (this.out.has(bytes.buffer)) throw new Error("two have the same memory");
    this.takes++;
    this.out.add(bytes.buffer);
    this.seen.add(bytes.buffer);
    return bytes;
  }

  override give(bytes: Uint8Array<SharedArrayBuffer>): void {
    if (!this.out.delete(bytes.buffer)) throw new Error("memory came back twice");
    // Whoever still reads it now reads nonsense.
    new Uint8Array(bytes.buffer).fill(0xa5);
    super.give(bytes);
  }
}

const pool = workerPool({ size: 2 });

function newPool(): MemoryPool<SharedArrayBuffer> {
  return new MemoryPool((bytes) => new SharedArrayBuffer(bytes));
}
const bytes = parquetBytes(numberedRows(40_000), { pageBytes: 20_000 });
const url = "memory:///t/part.parquet";
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "asyncdelta-memory-"));
});

afterAll(async () => {
  await pool.close();
  await rm(directory, { recursive: true, force: true });
});

async function fileOf(name: string, content: Uint8Array): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, content);
  return pathToFileURL(path).href;
}

/** Where a storage gives bytes from whatever memory it likes. */
async function ignoring(content: Uint8Array): Promise<Storage> {
  const storage = memoryStorage();
  await storage.put(url, content, { mode: "overwrite" });
  return storage;
}

async function open(
  storage: Storage,
  url: string,
  size: number,
  memory: MemoryPool<SharedArrayBuffer>,
  windowBytes = 200_000,
) {
  const decoder = wasmDecoder(pool, { windowBytes, memory });
  return parquetHandler({ storage, decoder, decodes: 2 }).open(url, { size });
}

/** The file with a text that is no UTF-8, which only a worker can find. */
function damaged(): Uint8Array {
  const copy = Buffer.from(bytes);
  const at = copy.indexOf("row 30001");
  expect(at).toBeGreaterThan(0);
  copy[at] = 0xff;
  return copy;
}

describe("memory for row groups", () => {
  let expected: unknown;
  let local: string;

  beforeAll(async () => {
    local = await fileOf("part.parquet", bytes);
    const file = await open(await ignoring(bytes), url, bytes.length, newPool(), 16 * 1024 * 1024);
    expected = plainColumns((await readRows(file, {})).batches);
  });

  it("is shared with the workers, and comes back when all is decoded", async () => {
    const memory = new Watched();
    const file = await open(fileStorage(), local, bytes.length, memory);
    const { batches } = await readRows(file, {});
    expect(plainColumns(batches)).toEqual(expected);
    expect(memory.takes).toBeGreaterThan(5);
    expect([memory.out.size, memory.seen.size < memory.takes]).toEqual([0, true]);
  });

  it("is used again by the next read", async () => {
    const memory = new Watched();
    const file = await open(fileStorage(), local, bytes.length, memory);
    await readRows(file, {});
    const before = memory.seen.size;
    await readRows(file, {});
    expect(memory.seen.size).toBeLessThanOrEqual(before + 1);
  });

  it("is nobody else's, however many read at once", async () => {
    const memory = new Watched();
    const reads = Array.from({ length: 12 }, async (_, index) => {
      const storage = index % 3 === 0 ? await ignoring(bytes) : fileStorage();
      const file = await open(storage, index % 3 === 0 ? url : local, bytes.length, memory, 60_000 + 40_000 * index);
      const { batches } = await readRows(file, {});
      return plainColumns(batches);
    });
    for (const columns of await Promise.all(reads)) expect(columns).toEqual(expected);
    expect(memory.out.size).toBe(0);
  });

  it("is not needed by a storage that has its own", async () => {
    const memory = new Watched();
    const file = await open(await ignoring(bytes), url, bytes.length, memory);
    const { batches } = await readRows(file, {});
    expect(plainColumns(batches)).toEqual(expected);
    expect(memory.out.size).toBe(0);
  });

  it("comes back when a page is damaged", async () => {
    const memory = new Watched();
    const file = await open(fileStorage(), await fileOf("damaged.parquet", damaged()), bytes.length, memory);
    await expect(readRows(file, {})).rejects.toMatchObject({ code: "FILE_CORRUPT" });
    expect(memory.out.size).toBe(0);
    const whole = await open(fileStorage(), local, bytes.length, memory);
    expect(plainColumns((await readRows(whole, {})).batches)).toEqual(expected);
  });

  it("comes back after an abort", async () => {
    const memory = new Watched();
    const file = await open(fileStorage(), local, bytes.length, memory);
    const controller = new AbortController();
    const read = (async () => {
      for await (const _ of file.read({ signal: controller.signal, batchRows: 500 })) controller.abort("enough");
    })();
    await expect(read).rejects.toMatchObject({ code: "ABORTED" });
    expect([pool.running, memory.out.size]).toEqual([0, 0]);
  });

  it("comes back when the loop is left early", async () => {
    const memory = new Watched();
    const file = await open(fileStorage(), local, bytes.length, memory);
    for await (const _ of file.read({ batchRows: 500 })) break;
    expect([pool.running, memory.out.size]).toEqual([0, 0]);
  });

  it("is not touched by what a storage still writes after a failure", async () => {
    const memory = new Watched();
    const failing: Storage = {
      ...fileStorage(),
      async readRanges(_, ranges, options) {
        options?.allocate?.(ranges[0]!.length);
        throw new Error("the disk is gone");
      },
    };
    const file = await open(failing, local, bytes.length, memory);
    await expect(readRows(file, {})).rejects.toThrow("the disk is gone");
    // It has not come back, so that nobody else can get it.
    expect(memory.out.size).toBe(1);
  });
});

describe("a window's memory", () => {
  it("is the smallest that fits, and not a large one for a few bytes", () => {
    const memory = newPool();
    const [small, large] = [memory.take(10), memory.take(20 * 1024 * 1024)];
    memory.give(small);
    memory.give(large);
    const again = memory.take(100);
    expect([again.length, again.buffer]).toEqual([100, small.buffer]);
    expect(memory.take(200).buffer).not.toBe(large.buffer);
    expect(memory.take(19 * 1024 * 1024).buffer).toBe(large.buffer);
  });

  it("is given back once, however often that is said", () => {
    const memory = new Watched();
    const lent = memory.lend();
    lent.allocate(5);
    lent.allocate(7);
    expect(memory.out.size).toBe(2);
    lent.release();
    lent.release();
    expect(memory.out.size).toBe(0);
  });
});
