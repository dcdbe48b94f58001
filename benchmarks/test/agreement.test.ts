import type { AddFile, FileBatch, Snapshot } from "@asyncdelta/kernel-core";
import { describe, expect, test } from "vitest";
import { sameCounts, sameValues } from "../src/roads/agreement.js";
import { requestOf } from "../src/roads/compare-roads.js";
import type { Found } from "../src/roads/road.js";
import { Tally } from "../src/roads/tally.js";

const FILE: AddFile = {
  path: "a.parquet",
  partitionValues: { day: "1", hour: "2" },
  size: 10,
  modificationTime: 5,
  dataChange: true,
  stats: '{"numRecords":1}',
  deletionVector: { storageType: "u", pathOrInlineDv: "x", offset: 1, sizeInBytes: 2, cardinality: 3 },
  baseRowId: 7n,
};
const HEAD = { version: 1, metadata: { id: "t", configuration: { a: "1" } }, protocol: { minReaderVersion: 1 } };

function found(whole: boolean, files: readonly AddFile[], head: object = {}): Found {
  const tally = new Tally(whole);
  const totalSize = files.reduce((sum, { size }) => sum + size, 0);
  const batch = { length: files.length, totalSize, [Symbol.iterator]: () => files[Symbol.iterator]() };
  tally.addFiles(batch as unknown as FileBatch);
  return tally.found({ ...HEAD, ...head } as unknown as Snapshot);
}

describe("two roads", () => {
  test.each([
    ["path", { path: "b.parquet" }],
    ["modificationTime", { modificationTime: 6 }],
    ["partitionValues", { partitionValues: { day: "1", hour: null } }],
    ["stats", { stats: '{"numRecords":2}' }],
    ["deletionVector", { deletionVector: { ...FILE.deletionVector!, cardinality: 4 } }],
    ["baseRowId", { baseRowId: 8n }],
    ["tags", { tags: { a: "b" } }],
  ])("differ where a file has another or more %s", (_, change) => {
    const [one, other] = [found(true, [FILE]), found(true, [{ ...FILE, ...change }])];
    expect(sameValues(one, other)).toBe(false);
    expect(sameCounts(one, other)).toBe(true);
  });

  test.each([
    [{ version: 2 }],
    [{ metadata: { id: "t", configuration: { a: "2" } } }],
    [{ protocol: { minReaderVersion: 2 } }],
  ])("differ in every run where the snapshot has %j", (change) => {
    expect(sameCounts(found(false, []), found(false, [], change))).toBe(false);
  });

  test("agree whatever the order of files and of fields", () => {
    const { path, ...rest } = FILE;
    const turned: AddFile = { ...rest, partitionValues: { hour: "2", day: "1" }, path };
    const more = { ...FILE, path: "b.parquet" };
    expect(sameValues(found(true, [FILE, more]), found(true, [more, turned]))).toBe(true);
    // A check tells the head as the other runs do.
    expect(sameCounts(found(true, [FILE]), found(false, [FILE]))).toBe(true);
  });

  test.each([
    [0, 0],
    [1, 1],
    [30, 1],
  ])("are checked on the ways that are measured: a delay of %d ms as one of %d", (latency, checked) => {
    const options = { root: "file:///t/", operation: "scan", latency, repeat: 1, width: 2, trace: false } as const;
    expect(requestOf(options, "hard", "check").latency).toBe(checked);
    for (const purpose of ["measure", "trace"] as const) {
      expect(requestOf(options, "hard", purpose).latency).toBe(latency);
    }
  });
});
