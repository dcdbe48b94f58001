import { readFile } from "node:fs/promises";
import { Int64, type RecordBatch, vectorFromArray } from "apache-arrow";
import { describe, expect, test } from "vitest";
import { DeletionVector, encodeDeletionVector } from "../src/deletion-vector/deletion-vector.js";
import { encodeZ85 } from "../src/deletion-vector/z85.js";
import { readTask } from "../src/read/read-task.js";
import { readTasks } from "../src/read/read-tasks.js";
import type { ScanTask } from "../src/scan/scan-task.js";
import { memoryStorage } from "../src/testing/index.js";
import { type ArrowFile, arrowEngine, batchOf, rowsOf } from "./support/arrow-files.js";
import { failureOf, field, readBatches, readRows, schemaOf, taskOf } from "./support/scan-tasks.js";

const schema = schemaOf(field("v", "long"));
const batch = (...values: number[]): RecordBatch => batchOf({ v: vectorFromArray(values.map(BigInt), new Int64()) });
const collect = async (batches: AsyncIterable<RecordBatch>): Promise<unknown[]> => {
  const values: unknown[] = [];
  for await (const part of batches) values.push(...rowsOf(part).map(({ v }) => Number(v)));
  return values;
};

describe("deleted rows", () => {
  /** A vector that stands in the log itself. */
  const inline = (pathOrInlineDv: string, sizeInBytes: number, cardinality: number) => ({
    storageType: "i",
    pathOrInlineDv,
    sizeInBytes,
    cardinality,
  });

  test("are left out by their position in the file, across batches", async () => {
    const bytes = encodeDeletionVector(DeletionVector.of([0, 3, 4]));
    const padded = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
    padded.set(bytes);
    const file = { batches: [batch(10, 11, 12), batch(13, 14), batch(15)] };
    const deletionVector = inline(encodeZ85(padded), bytes.length, 3);
    expect(await readRows(taskOf(schema, { deletionVector }), file)).toEqual([{ v: 11n }, { v: 12n }, { v: 15n }]);
    // The batch that lost all its rows is left out.
    expect((await readBatches(taskOf(schema, { deletionVector }), file)).map(({ numRows }) => numRows)).toEqual([2, 1]);
    // Where no column is read, the rows still count.
    const none = await readBatches(taskOf(schemaOf(), { deletionVector }), file);
    expect(none.map(({ numRows }) => numRows)).toEqual([2, 1]);
    const short = readBatches(taskOf(schema, { deletionVector }), { batches: [batch(10, 11, 12)] });
    expect((await failureOf(short)).code).toBe("DELETION_VECTOR_CORRUPT");
  });

  test("a vector that cannot be read fails the task", async () => {
    const reading = readBatches(taskOf(schema, { deletionVector: inline("nonsense", 8, 1) }), { batches: [batch(1)] });
    expect((await failureOf(reading)).code).toBe("DELETION_VECTOR_CORRUPT");
  });
});

describe("failures", () => {
  test("a missing file is named as in the log, with advice", async () => {
    const { engine } = arrowEngine({});
    const error = await failureOf(collect(readTask(engine, taskOf(schema, { path: "a%20b.parquet" }))));
    expect(error).toMatchObject({ code: "FILE_NOT_FOUND", path: "a%20b.parquet" });
    expect(error.message).toMatch(/VACUUM/);
    expect(error.cause).toMatchObject({ code: "FILE_NOT_FOUND" });
  });

  test("fewer rows than the footer says are FILE_CORRUPT, not a shorter table", async () => {
    const reading = readRows(taskOf(schema), { batches: [batch(1, 2)], numRows: 3 });
    expect(await failureOf(reading)).toMatchObject({ code: "FILE_CORRUPT", path: "part.parquet" });
  });

  test("a file without rows gives no batch", async () => {
    expect(await readBatches(taskOf(schema), { batches: [] })).toEqual([]);
    expect(await readBatches(taskOf(schema), { batches: [batch()] })).toEqual([]);
  });
});

describe("many tasks", () => {
  const urls = Array.from({ length: 30 }, (_, at) => `memory:///t/${at}`);
  const files: Record<string, ArrowFile> = Object.fromEntries(
    urls.map((url, at) => [url, { batches: [batch(3 * at, 3 * at + 1), batch(3 * at + 2)] }]),
  );
  const tasks: readonly ScanTask[][] = [0, 10, 20].map((from) =>
    urls.slice(from, from + 10).map((url) => taskOf(schema, { url })),
  );

  test("give their rows in order, one file more at once than the engine can decode", async () => {
    for (const decodes of [1, 3]) {
      const { engine, log } = arrowEngine(files, { requests: 4, decodes });
      expect(await collect(readTasks(engine, tasks))).toEqual(Array.from({ length: 90 }, (_, at) => at));
      expect(log.most).toBe(decodes + 1);
      expect(log.reading).toBe(0);
    }
  });

  test("are twice as many where a round trip is costly, but never more than requests", async () => {
    for (const [requests, most] of [
      [16, 4],
      [3, 3],
      [1, 1],
    ] as const) {
      const { engine, log } = arrowEngine(files, { requests, decodes: 2 });
      const costly = { ...engine, storage: memoryStorage({ roundTrip: "costly" }) };
      expect(await collect(readTasks(costly, tasks))).toHaveLength(90);
      expect(log.most).toBe(most);
    }
  });

  test("fail where the serial loop fails, after the rows before", async () => {
    const { [urls[7]!]: _, ...rest } = files;
    const { engine, log } = arrowEngine(rest);
    const seen: unknown[] = [];
    const reading = (async () => {
      for await (const part of readTasks(engine, tasks)) seen.push(...rowsOf(part).map(({ v }) => Number(v)));
    })();
    expect((await failureOf(reading)).code).toBe("FILE_NOT_FOUND");
    expect(seen).toEqual(Array.from({ length: 21 }, (_, at) => at));
    expect(log.reading).toBe(0);
  });

  test("leaving early stops what is under way", async () => {
    const { engine, log } = arrowEngine(files);
    for await (const _ of readTasks(engine, tasks)) break;
    expect(log.reading).toBe(0);
    expect(log.signals.length).toBeLessThan(10);
    expect(log.signals.every(({ aborted }) => aborted)).toBe(true);
  });

  test("an abort ends in ABORTED, before the start and in the middle", async () => {
    const controller = new AbortController();
    const { engine, log } = arrowEngine(files);
    const reading = (async () => {
      let count = 0;
      for await (const _ of readTasks(engine, tasks, { signal: controller.signal }))
        if (++count === 3) controller.abort("enough");
    })();
    expect(await failureOf(reading)).toMatchObject({ code: "ABORTED", cause: "enough" });
    expect(log.reading).toBe(0);
    const again = collect(readTask(engine, tasks[0]![0]!, { signal: controller.signal }));
    expect((await failureOf(again)).code).toBe("ABORTED");
  });
});

test("importing the kernel does not load apache-arrow, which takes longer than a snapshot", async () => {
  const { imports, arrow } = await staticImports(new URL("../dist/index.js", import.meta.url));
  expect(arrow).toEqual([]);
  expect(imports).toBeGreaterThan(50);
});

/** Follows the imports that loading a module follows; dynamic ones wait until they are called. */
async function staticImports(entry: URL): Promise<{ imports: number; arrow: string[] }> {
  const seen = new Set<string>();
  const arrow: string[] = [];
  const visit = async (url: URL): Promise<void> => {
    if (seen.has(url.href)) return;
    seen.add(url.href);
    for (const [, name] of (await readFile(url, "utf8")).matchAll(/^(?:import|export)\b[^;]*?["']([^"']+)["'];/gm)) {
      if (name!.startsWith(".")) await visit(new URL(name!, url));
      else if (name === "apache-arrow") arrow.push(url.pathname);
    }
  };
  await visit(entry);
  return { imports: seen.size, arrow };
}
