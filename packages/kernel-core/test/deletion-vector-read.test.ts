import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DeletionVectorDescriptor } from "../src/actions/add-file.js";
import { DeletionVector, encodeDeletionVector } from "../src/deletion-vector/deletion-vector.js";
import { deletionVectorFileName } from "../src/deletion-vector/location.js";
import { frameVectors } from "../src/deletion-vector/vector-format.js";
import { encodeZ85 } from "../src/deletion-vector/z85.js";
import { readTask } from "../src/read/read-task.js";
import { readTasks } from "../src/read/read-tasks.js";
import type { ScanTask } from "../src/scan/scan-task.js";
import { ChangeTable, vectorOf } from "./support/change-table.js";
import { ROOT } from "./support/log-table.js";
import { field, schemaOf } from "./support/scan-tasks.js";

const ROWS = 100;

/** A file of the ids 0 to 99 in row groups of 30, and tasks that read it with deletion vectors. */
class VectorTable extends ChangeTable {
  readonly size: number;
  /** URL of the last file of vectors: each has a name of its own, as they never change. */
  vectors = "";
  #files = 0;

  constructor() {
    super();
    this.ids("a", 0, ROWS, 30);
    this.size = (this.added("a").add as { size: number }).size;
  }

  task(deletionVector?: DeletionVectorDescriptor): ScanTask {
    return {
      url: `${ROOT}a`,
      path: "a",
      size: this.size,
      schema: schemaOf(field("id", "long")),
      partitionColumns: [],
      partitionValues: {},
      columnMapping: "none",
      tableRoot: ROOT,
      ...(deletionVector && { deletionVector }),
    };
  }

  /** Puts vectors into one file, and gives their descriptors. */
  vectorFile(rowSets: readonly (readonly number[])[]): DeletionVectorDescriptor[] {
    const encoded = rowSets.map((rows) => encodeDeletionVector(DeletionVector.of(rows)));
    const { bytes, offsets } = frameVectors(encoded);
    const uuid = new Uint8Array(16).fill(++this.#files);
    this.vectors = ROOT + deletionVectorFileName(uuid);
    this.memory.set(this.vectors, bytes);
    return rowSets.map((rows, index) => ({
      storageType: "u",
      pathOrInlineDv: encodeZ85(uuid),
      offset: offsets[index]!,
      sizeInBytes: encoded[index]!.length,
      cardinality: rows.length,
    }));
  }

  async read(task: ScanTask, batchRows?: number): Promise<number[]> {
    const ids: number[] = [];
    for await (const batch of readTask(this.engine, task, { batchRows })) {
      expect(batch.numRows).toBeGreaterThan(0);
      ids.push(...Array.from(batch.getChild("id")!, Number));
    }
    return ids;
  }
}

describe("reading a file with a deletion vector", () => {
  const table = new VectorTable();

  it("leaves out exactly its rows, by their position in the file, whatever the batches", async () => {
    const deleted = fc.oneof(
      fc.uniqueArray(fc.nat(ROWS - 1)),
      fc.tuple(fc.nat(ROWS), fc.nat(ROWS)).map(([from, length]) => [...Array(ROWS).keys()].slice(from, from + length)),
    );
    await fc.assert(
      fc.asyncProperty(deleted, fc.constantFrom(undefined, 1, 7, 1000), async (rows, batchRows) => {
        const sorted = [...rows].sort((a, b) => a - b);
        const ids = await table.read(table.task(vectorOf(sorted).deletionVector), batchRows);
        expect(ids).toEqual([...Array(ROWS).keys()].filter((row) => !rows.includes(row)));
      }),
      { seed: 67, numRuns: 60 },
    );
  });

  it("asks for the vector beside the footer, in one round", async () => {
    const [descriptor] = table.vectorFile([[3, 4]]);
    table.storage.reset();
    expect((await table.read(table.task(descriptor))).length).toBe(98);
    const vector = table.storage.requests.find(({ url }) => url === table.vectors);
    const footer = table.storage.requests.find(({ url }) => url === `${ROOT}a`);
    expect([vector?.round, footer?.round]).toEqual([1, 1]);
  });

  it("reads the vectors of one file for several data files in one request", async () => {
    const rowSets = [[1], [2, 3], [4, 5, 6]];
    const tasks = table.vectorFile(rowSets).map((descriptor) => table.task(descriptor));
    table.storage.reset();
    let rows = 0;
    for await (const batch of readTasks(table.engine, [tasks])) rows += batch.numRows;
    expect(rows).toBe(3 * ROWS - 6);
    expect(table.storage.requests.filter(({ url }) => url === table.vectors).length).toBe(1);
  });

  it("gives no row when the vector cannot be trusted", async () => {
    const [descriptor] = table.vectorFile([[50, 51]]);
    const corrupt = expect.objectContaining({ code: "DELETION_VECTOR_CORRUPT" });
    const beyond = vectorOf([0, ROWS]).deletionVector;
    await expect(table.read(table.task(beyond))).rejects.toThrow(corrupt);
    await expect(table.read(table.task({ ...descriptor!, cardinality: 3 }))).rejects.toThrow(corrupt);
    await table.memory.delete(table.vectors);
    const gone = expect.objectContaining({ code: "FILE_NOT_FOUND", path: table.vectors });
    await expect(table.read(table.task(descriptor))).rejects.toThrow(gone);
  });

  it("gives nothing, not even a batch, when all rows are deleted", async () => {
    const all = vectorOf([...Array(ROWS).keys()]).deletionVector;
    expect(await table.read(table.task(all))).toEqual([]);
  });
});
