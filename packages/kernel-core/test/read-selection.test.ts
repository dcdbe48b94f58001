import { nodeEngine } from "@asyncdelta/engine-node";
import { memoryStorage } from "@asyncdelta/kernel-core/testing";
import { Int64, RecordBatch, Table, tableToIPC, Utf8, vectorFromArray } from "apache-arrow";
import fc from "fast-check";
import { Table as WasmTable, WriterPropertiesBuilder, writeParquet } from "parquet-wasm";
import { afterAll, describe, expect, test } from "vitest";
import { DeletionVector, encodeDeletionVector } from "../src/deletion-vector/deletion-vector.js";
import { deletionVectorFileName } from "../src/deletion-vector/location.js";
import { frameVectors } from "../src/deletion-vector/vector-format.js";
import { encodeZ85 } from "../src/deletion-vector/z85.js";
import type { Engine } from "../src/engine/engine.js";
import type { ParquetBatch } from "../src/engine/parquet.js";
import { bindPredicate } from "../src/predicate/bind-predicate.js";
import { parsePredicate } from "../src/predicate/parse-predicate.js";
import { readTask } from "../src/read/read-task.js";
import { withMetadataColumns } from "../src/scan/metadata-columns.js";
import { filterSchema } from "../src/skipping/filter-schema.js";
import { valuesOf } from "./support/arrow-files.js";
import { field, schemaOf, taskOf } from "./support/scan-tasks.js";

const ROOT = "memory:///t/";
const ROWS = 1000;
const memory = memoryStorage();
const schema = schemaOf(field("id", "long"), field("text", "string"), field("seventh", "long"));
const rows = Array.from({ length: ROWS }, (_, row) => row);
const textOf = (row: number) => (row % 11 === 0 ? null : `text ${row % 50}`);

function write(): number {
  const batch = new RecordBatch({
    id: vectorFromArray(rows.map(BigInt), new Int64()).data[0]!,
    text: vectorFromArray(rows.map(textOf), new Utf8()).data[0]!,
    seventh: vectorFromArray(
      rows.map((row) => BigInt(row % 7)),
      new Int64(),
    ).data[0]!,
  });
  const properties = new WriterPropertiesBuilder()
    .setMaxRowGroupSize(300)
    .setDataPageSizeLimit(256)
    .setWriteBatchSize(20);
  const bytes = writeParquet(WasmTable.fromIPCStream(tableToIPC(new Table(batch), "stream")), properties.build());
  memory.set(`${ROOT}part.parquet`, bytes);
  return bytes.length;
}

let vectors = 0;

function vectorOf(deleted: readonly number[]) {
  const encoded = encodeDeletionVector(DeletionVector.of([...deleted].sort((a, b) => a - b)));
  const { bytes, offsets } = frameVectors([encoded]);
  const uuid = new Uint8Array(16).fill(++vectors);
  memory.set(ROOT + deletionVectorFileName(uuid), bytes);
  return {
    storageType: "u" as const,
    pathOrInlineDv: encodeZ85(uuid),
    offset: offsets[0]!,
    sizeInBytes: encoded.length,
    cardinality: deleted.length,
  };
}

const PREDICATES: readonly (readonly [string, (row: number) => boolean])[] = [
  ["seventh = 3", (row) => row % 7 === 3],
  ["seventh < 6 and id >= 40", (row) => row % 7 < 6 && row >= 40],
  ["text = 'text 7'", (row) => textOf(row) === "text 7"],
  ["text is null or id = 299", (row) => row % 11 === 0 || row === 299],
  ["id between 290 and 310", (row) => row >= 290 && row <= 310],
  ["id >= 0", () => true],
  ["seventh > 5 and id < 6", () => false],
];

const own: Engine = nodeEngine({ storage: memory, parquet: "javascript" });
const workers: Engine = nodeEngine({ storage: memory, parquet: "wasm" });
const unselective: Engine = {
  ...own,
  parquet: {
    open: async (url, options) => {
      const file = await own.parquet.open(url, options);
      return { ...file, selects: false, read: ({ selection: _, ...rest } = {}) => file.read(rest) };
    },
  },
};

/** An engine whose Parquet handler gives other batches than it has read. */
function giving(selects: boolean, change: (batch: ParquetBatch) => ParquetBatch | undefined): Engine {
  const open: Engine["parquet"]["open"] = async (url, options) => {
    const file = await own.parquet.open(url, options);
    return {
      ...file,
      selects,
      async *read(options) {
        for await (const batch of file.read(options)) {
          const changed = change(batch);
          if (changed !== undefined) yield changed;
        }
      },
    };
  };
  return { ...own, parquet: { open } };
}

afterAll(() => Promise.all([own.close(), workers.close()]));

describe("rows that are left out while a data file is decoded", () => {
  const size = write();
  const predicate = bindPredicate(parsePredicate("seventh = 3"), schema);
  const task = () => taskOf(schema, { size, filter: { predicate, schema: filterSchema(predicate, schema) } });
  const drain = async (engine: Engine) => {
    let count = 0;
    for await (const { numRows } of readTask(engine, task(), {})) count += numRows;
    return count;
  };
  const without = ({ rows: _, ...batch }: ParquetBatch): ParquetBatch => batch;

  test.each<[string, Engine]>([
    ["all rows of a batch", giving(false, (batch) => (batch.rowOffset === 300 ? undefined : batch))],
    ["all rows", giving(false, () => undefined)],
    ["the last row", giving(false, (batch) => ({ ...batch, batch: batch.batch.slice(0, batch.batch.numRows - 1) }))],
    ["rows by the selection", giving(true, without)],
    ["a row that it says is there", giving(true, (batch) => ({ ...batch, batch: batch.batch.slice(1) }))],
  ])("are an error where a handler leaves out %s, and does not say so", async (_, engine) => {
    await expect(drain(engine)).rejects.toMatchObject({ code: "FILE_CORRUPT" });
  });

  test("are found in all of them where the handler does not say that it selects", async () => {
    const asked: unknown[] = [];
    const open: Engine["parquet"]["open"] = async (url, options) => {
      const { selects: _, ...file } = await own.parquet.open(url, options);
      const read: typeof file.read = (options) => {
        asked.push(options?.selection);
        return file.read(options);
      };
      return { ...file, read };
    };
    expect(await drain({ ...own, parquet: { open } })).toBe(rows.filter((row) => row % 7 === 3).length);
    expect(asked).toEqual([undefined]);
  });

  test.each([
    ["on this thread", own],
    ["in workers", workers],
    ["by nobody", unselective],
  ])("%s are not found, and the others keep their positions, whatever is deleted", async (_, engine) => {
    const cases = fc.record({
      predicate: fc.constantFrom(...PREDICATES),
      deleted: fc.uniqueArray(fc.nat(ROWS - 1), { maxLength: 300 }),
      batchRows: fc.constantFrom(64, 1000),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ predicate: [text, isWanted], deleted, batchRows }) => {
        const predicate = bindPredicate(parsePredicate(text), schema);
        const task = taskOf(withMetadataColumns(schema, ["row_index"]), {
          size,
          filter: { predicate, schema: filterSchema(predicate, schema) },
          metadataColumns: ["row_index"],
          materialized: {},
          ...(deleted.length > 0 && { deletionVector: vectorOf(deleted) }),
        });
        const found: unknown[] = [];
        for await (const { data } of readTask(engine, task, { batchRows })) {
          const [id, value, , index] = data.children.map((column) => valuesOf(column));
          found.push(...id!.map((each, at) => [Number(each), value![at], Number(index![at])]));
        }
        const gone = new Set(deleted);
        const wanted = rows.filter((row) => isWanted(row) && !gone.has(row)).map((row) => [row, textOf(row), row]);
        expect({ text, found }).toEqual({ text, found: wanted });
      }),
      { numRuns: 15, seed: 70 },
    );
  });
});
