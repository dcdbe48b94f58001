import type { Storage } from "@asyncdelta/kernel-core";
import { memoryStorage } from "@asyncdelta/kernel-core/testing";
import { afterEach, describe, expect, it, vi } from "vitest";
import { copyBytes } from "../dist/copy-bytes.js";
import { javascriptDecoder } from "../dist/parquet/javascript-decoder.js";
import { fileMemory } from "../dist/parquet/memory-pool.js";
import { parquetHandler } from "../dist/parquet/parquet-handler.js";
import { plainColumns } from "./arrow-plain.js";
import { FILE_URL, fixtureBytes, fixtures, openBytes, readRows } from "./parquet-files.js";
import { rewriteParquet } from "./parquet-rewrite.js";

/** Larger than what comes whole in any case. */
function large(name: string): Uint8Array {
  return rewriteParquet(fixtureBytes(name), { padding: 530_000 });
}

/** A store far away that reads into the memory that it is given. */
function farStorage(bytes: Uint8Array): Storage {
  const storage = memoryStorage({ objects: { [FILE_URL]: bytes }, roundTrip: "costly" });
  return {
    ...storage,
    roundTrip: "costly",
    read: async (url, options) => {
      const read = await storage.read(url, options);
      const into = options?.allocate?.(read.length) ?? read;
      if (into !== read) copyBytes(into, read);
      return into;
    },
  };
}

async function openWhole(bytes: Uint8Array) {
  const handler = parquetHandler({ storage: farStorage(bytes), decoder: javascriptDecoder() });
  return handler.open(FILE_URL, { size: bytes.length, isReadWhole: true });
}

/** Whoever still looks at memory that was given back sees nonsense. */
function watch() {
  const give = fileMemory.give.bind(fileMemory);
  return vi.spyOn(fileMemory, "give").mockImplementation((bytes) => {
    new Uint8Array(bytes.buffer).fill(0xa5);
    give(bytes);
  });
}

afterEach(() => vi.restoreAllMocks());

describe("the memory of a file that comes whole", () => {
  it.each(fixtures().map(({ name }) => name))("is given back once nothing looks at it any more: %s", async (name) => {
    const bytes = large(name);
    const { file: expected } = await openBytes(bytes);
    const given = watch();
    const file = await openWhole(bytes);
    const { batches } = await readRows(file);
    expect(given).toHaveBeenCalledOnce();
    expect(plainColumns(batches)).toEqual(plainColumns((await readRows(expected)).batches));
    // What is kept of the file is not what was given back.
    expect(plainColumns((await readRows(file)).batches)).toEqual(plainColumns(batches));
    expect(given).toHaveBeenCalledOnce();
  });

  it("is used again by the next file", async () => {
    const bytes = large("row-groups");
    await readRows(await openWhole(bytes));
    const taken = vi.spyOn(fileMemory, "take");
    const buffers = new Set<ArrayBuffer>();
    for (let i = 0; i < 3; i++) {
      await readRows(await openWhole(bytes));
      buffers.add((taken.mock.results[i]!.value as Uint8Array<ArrayBuffer>).buffer);
    }
    expect(buffers.size).toBe(1);
  });

  it("is left to the collector where the file is left early", async () => {
    const given = watch();
    const file = await openWhole(large("row-groups"));
    for await (const { batch } of file.read({ batchRows: 5 })) {
      expect(batch.numRows).toBe(5);
      break;
    }
    expect(given).not.toHaveBeenCalled();
  });
});
