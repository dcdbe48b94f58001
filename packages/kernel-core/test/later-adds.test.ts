import { preload } from "@asyncdelta/engine-node";
import { liveFiles, loadSnapshot } from "@asyncdelta/kernel-core";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Action, add, LOG, LogTable, metadata, padded, protocol, ROOT } from "./support/log-table.js";

const CHECKPOINT = `${padded(5)}.checkpoint.parquet`;

/** So many that the file is larger than what comes with its footer. */
const many = (): Action[] =>
  Array.from({ length: 12_000 }, (_, i) => {
    const noise = Math.imul(i, 2654435761) >>> 0;
    return add(`old-${i}-${noise.toString(16)}-${(noise * 31).toString(36)}`, { stats: `{"numRecords":${noise}}` });
  });

describe("the files of a far checkpoint behind commits", () => {
  let table: LogTable;
  const ofCheckpoint = () => table.storage.requests.filter(({ url }) => url === LOG + CHECKPOINT);

  // What is loaded when it is first needed takes longer than some turns of the loop.
  beforeAll(() => preload());

  beforeEach(async () => {
    table = new LogTable();
    table.commits(9);
    await table.parquet(CHECKPOINT, [protocol(), metadata(), ...many()]);
    // Of a checksum's snapshot nobody has opened the checkpoint.
    table.put(`${padded(9)}.crc`, JSON.stringify({ ...protocol(), metadata: metadata().metaData }));
  });

  it("are asked for while the commits are replayed, and come behind theirs", async () => {
    const snapshot = await loadSnapshot(table.engine, ROOT);
    expect(ofCheckpoint()).toHaveLength(0);
    const batches = liveFiles(table.engine, snapshot, { stats: true });
    const first = await batches.next();
    expect([...first.value!].map(({ path }) => path)).toEqual(["f9"]);
    // Nobody asks for more files, and yet they come.
    for (let turn = 0; turn < 1000 && ofCheckpoint().length < 2; turn++) await new Promise(setImmediate);
    expect(ofCheckpoint()).toHaveLength(2);
    const paths: string[] = [];
    for await (const batch of batches) for (const { path } of batch) paths.push(path);
    expect(paths.slice(0, 3)).toEqual(["f8", "f7", "f6"]);
    expect(paths).toHaveLength(3 + 12_000);
    expect(ofCheckpoint()).toHaveLength(2);
    table.storage.assertNothingReadTwice();
  });

  it("wait for commits that are large, and their footer alone is read beside them", async () => {
    table.put(`${padded(8)}.json`, `${"\n".repeat(16 * 1024 * 1024)}${JSON.stringify(add("f8"))}`);
    const snapshot = await loadSnapshot(table.engine, ROOT);
    const batches = liveFiles(table.engine, snapshot, { stats: true });
    await batches.next();
    for (let turn = 0; turn < 200; turn++) await new Promise(setImmediate);
    expect(ofCheckpoint()).toHaveLength(1);
    let files = 1;
    for await (const batch of batches) files += batch.length;
    expect([files, ofCheckpoint().length]).toEqual([4 + 12_000, 2]);
  });

  it("wait for their turn where it may never come", async () => {
    const snapshot = await loadSnapshot(table.engine, ROOT);
    for await (const _ of liveFiles(table.engine, snapshot, { stats: true, lazy: true })) {
      for (let turn = 0; turn < 200; turn++) await new Promise(setImmediate);
      expect(ofCheckpoint().length).toBeLessThan(2);
      break;
    }
  });

  it("stop coming when the loop is left, which waits for it", async () => {
    const snapshot = await loadSnapshot(table.engine, ROOT);
    for await (const _ of liveFiles(table.engine, snapshot, { stats: true })) {
      for (let turn = 0; turn < 1000 && ofCheckpoint().length === 0; turn++) await new Promise(setImmediate);
      break;
    }
    expect(ofCheckpoint().length).toBeGreaterThan(0);
    expect(table.storage.inFlight).toBe(0);
    const { length } = table.storage.requests;
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
    expect(table.storage.requests).toHaveLength(length);
  });

  it("stop coming at an abort", async () => {
    const snapshot = await loadSnapshot(table.engine, ROOT);
    const controller = new AbortController();
    const batches = liveFiles(table.engine, snapshot, { stats: true, signal: controller.signal });
    await batches.next();
    controller.abort();
    await expect(batches.next()).rejects.toMatchObject({ code: "ABORTED" });
    expect(table.storage.inFlight).toBe(0);
  });

  it("may be corrupt: that is said when their turn has come", async () => {
    table.put(CHECKPOINT, new Uint8Array(600_000));
    const snapshot = await loadSnapshot(table.engine, ROOT);
    const paths: string[] = [];
    const read = async () => {
      for await (const batch of liveFiles(table.engine, snapshot)) for (const { path } of batch) paths.push(path);
    };
    await expect(read()).rejects.toMatchObject({ code: "CHECKPOINT_CORRUPT" });
    expect(paths).toEqual(["f9", "f8", "f7", "f6"]);
  });

  it("are not read by who leaves with the commits, if the checkpoint is corrupt", async () => {
    table.put(CHECKPOINT, new Uint8Array(600_000));
    const snapshot = await loadSnapshot(table.engine, ROOT);
    for await (const _ of liveFiles(table.engine, snapshot)) {
      for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
      break;
    }
    expect(table.storage.inFlight).toBe(0);
  });
});
