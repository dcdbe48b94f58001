import { domainMetadata, liveFiles, loadSnapshot, setTransactions } from "@asyncdelta/kernel-core";
import { describe, expect, test } from "vitest";
import type { Storage } from "../src/engine/storage.js";
import {
  type Action,
  add,
  LOG,
  LogTable,
  lines,
  metadata,
  names,
  padded,
  protocol,
  ROOT,
  remove,
} from "./support/log-table.js";

const code = (name: string, facts: object = {}) => expect.objectContaining({ code: name, ...facts });

function tableOf(last: number): LogTable {
  const table = new LogTable();
  table.commits(last);
  return table;
}

const load = (table: LogTable, options: Parameters<typeof loadSnapshot>[2] = {}) =>
  loadSnapshot(table.engine, ROOT, options);
const listings = (table: LogTable) => table.storage.requests.filter(({ verb }) => verb === "list").length;

describe("a listing", () => {
  test("ends behind the last version, however many other names come after it", async () => {
    const table = tableOf(3);
    for (let i = 0; i < 5000; i++) table.put(`_staged_${String(i).padStart(4, "0")}.json`, "x");
    table.storage.reset();
    expect((await load(table)).version).toBe(3);
    // The page that has the versions, and the one that a store asks for ahead of its reader.
    expect(listings(table)).toBeLessThanOrEqual(2);
  });

  test("of many pages is read to its end", async () => {
    const table = tableOf(2345);
    expect((await load(table)).version).toBe(2345);
    expect(await table.paths(await load(table, { version: 1500 }))).toEqual(names(0, 1500));
  });

  test("never asks for the folder of staged commits", async () => {
    const table = tableOf(2);
    table.put(`_staged_commits/${padded(3)}.80a083e8-7026-4e79-81be-64bd76c43a11.json`, lines([add("f3")]));
    expect((await load(table)).version).toBe(2);
    expect(table.storage.requests.filter(({ url }) => url.includes("_staged_commits"))).toEqual([]);
  });
});

describe("the hint at a checkpoint", () => {
  test.each([
    ["right", "3ea3b1b5a4a8f8b0f7cf4ee0ba16d8cc"],
    ["wrong", "00000000000000000000000000000000"],
  ])("is but a hint, be its checksum %s", async (_, checksum) => {
    const table = tableOf(6);
    const size = await table.parquet(`${padded(4)}.checkpoint.parquet`, [
      protocol(),
      metadata(),
      ...names(0, 4).map((name) => add(name)),
    ]);
    for (const version of [4, 2, 9]) {
      table.put("_last_checkpoint", JSON.stringify({ version, size: 7, sizeInBytes: size, checksum }));
      const snapshot = await load(table);
      expect(snapshot.segment.checkpoint?.version).toBe(4);
      expect(await table.paths(snapshot)).toEqual(names(0, 6));
    }
  });
});

describe("a log that is cleaned up while it is read", () => {
  /** The engine over a storage that does something when it is first asked for a commit. */
  function whenRead(table: LogTable, url: string, act: () => Promise<void>): LogTable["engine"] {
    let done = false;
    const read: Storage["read"] = async (asked, options) => {
      if (asked === url && !done) {
        done = true;
        await act();
      }
      return table.engine.storage.read(asked, options);
    };
    return { ...table.engine, storage: { ...table.engine.storage, read } };
  }

  test("is listed anew: what went away has been replaced by a checkpoint", async () => {
    const table = tableOf(5);
    const engine = whenRead(table, `${LOG}${padded(2)}.json`, async () => {
      await table.parquet(`${padded(4)}.checkpoint.parquet`, [
        protocol(),
        metadata(),
        ...names(0, 4).map((name) => add(name)),
      ]);
      for (let version = 0; version <= 3; version++) await table.delete(`${padded(version)}.json`);
    });
    const snapshot = await loadSnapshot(engine, ROOT);
    expect([snapshot.version, snapshot.segment.checkpoint?.version]).toEqual([5, 4]);
    expect(await table.paths(snapshot)).toEqual(names(0, 5));
  });

  test("and not replaced is an error, never a shorter table", async () => {
    const table = tableOf(5);
    const engine = whenRead(table, `${LOG}${padded(2)}.json`, () => table.delete(`${padded(2)}.json`));
    await expect(loadSnapshot(engine, ROOT)).rejects.toThrow(code("LOG_GAP", { version: 2 }));
  });

  test("behind a snapshot's back fails the listing of its files, if it has not read the log yet", async () => {
    const table = tableOf(5);
    table.put(`${padded(5)}.crc`, JSON.stringify({ protocol: protocol().protocol, metadata: metadata().metaData }));
    const snapshot = await load(table);
    for (let version = 0; version <= 3; version++) await table.delete(`${padded(version)}.json`);
    const reading = (async () => {
      for await (const _ of liveFiles(table.engine, snapshot));
    })();
    await expect(reading).rejects.toThrow(code("FILE_NOT_FOUND"));
  });
});

describe("the state of a table", () => {
  test("without protocol and without metadata lacks a protocol", async () => {
    const table = new LogTable();
    table.commits(2, []);
    await expect(load(table)).rejects.toThrow(code("PROTOCOL_MISSING", { version: 2 }));
  });

  test("has the newest protocol and the newest metadata, each by itself, through checkpoint and commits", async () => {
    const table = tableOf(2);
    await table.parquet(`${padded(2)}.checkpoint.parquet`, [protocol(), metadata({}, "old"), add("f0")]);
    table.commit(3, [metadata({}, "newer")]);
    table.commit(4, [protocol({ minWriterVersion: 5 })]);
    table.commit(5, [metadata({}, "newest")]);
    table.commit(6, [add("f6")]);
    for (const [version, id, writer] of [
      [3, "newer", 2],
      [4, "newer", 5],
      [6, "newest", 5],
    ] as const) {
      const snapshot = await load(table, { version });
      expect([snapshot.metadata.id, snapshot.protocol.minWriterVersion]).toEqual([id, writer]);
    }
  });

  test("is not told by a protocol with keys of other names", async () => {
    const table = new LogTable();
    table.commit(0, [{ protocol: { readerVersion: 1, writerVersion: 2 } }, metadata()]);
    await expect(load(table)).rejects.toThrow(code("LOG_CORRUPT", { version: 0 }));
  });

  test("has no domain that a compaction says was removed, and the newest transaction of each application", async () => {
    const domain = (name: string, removed: boolean): Action => ({
      domainMetadata: { domain: name, configuration: name, removed },
    });
    const txn = (version: number): Action => ({ txn: { appId: "a", version } });
    const table = tableOf(0);
    table.commit(1, [domain("x", false), domain("y", false), txn(9)]);
    table.commit(2, [domain("x", true), txn(4)]);
    table.commit(3, [add("f3")]);
    table.put(`${padded(2)}.${padded(3)}.compacted.json`, lines([domain("x", true), txn(4), add("f3")]));
    const snapshot = await load(table);
    expect([...(await domainMetadata(table.engine, snapshot)).keys()]).toEqual(["y"]);
    expect((await setTransactions(table.engine, snapshot)).get("a")?.version).toBe(4n);
    expect(table.storage.requests.filter(({ url }) => url === `${LOG}${padded(2)}.json`)).toEqual([]);
  });
});

describe("a file that is named in another way", () => {
  test.each([
    ["a%20b.parquet", "a b.parquet"],
    ["memory:///lake/t/a%20b.parquet", "a%20b.parquet"],
    ["/lake/t/a%20b.parquet", "a%20b.parquet"],
    ["a%20b.parquet", "memory:/lake/t/./a b.parquet"],
    ["p=M%C3%BCnchen/f", "p=München/f"],
  ])("is the same: the remove of %s hides the add of %s, in a commit and in a checkpoint", async (removed, added) => {
    const table = tableOf(0);
    table.commit(1, [add(added)]);
    table.commit(2, [remove(removed)]);
    expect(await table.paths(await load(table))).toEqual(["f0"]);
    await table.parquet(`${padded(1)}.checkpoint.parquet`, [protocol(), metadata(), add("f0"), add(added)]);
    const snapshot = await load(table);
    expect(snapshot.segment.checkpoint?.version).toBe(1);
    expect(await table.paths(snapshot)).toEqual(["f0"]);
  });
});

describe("a file that is committed again", () => {
  test("has the statistics and tags of the newest commit", async () => {
    const table = tableOf(1);
    table.commit(2, [add("f0", { stats: '{"numRecords":5}', tags: { a: "new" }, dataChange: false })]);
    const snapshot = await load(table);
    for await (const batch of liveFiles(table.engine, snapshot, { stats: true })) {
      for (const file of batch) {
        if (file.path === "f0") expect([file.stats, file.tags]).toEqual(['{"numRecords":5}', { a: "new" }]);
      }
    }
    expect(await table.paths(snapshot)).toEqual(["f0", "f1"]);
  });

  test("is hidden by a remove that says nothing but its path", async () => {
    const table = tableOf(1);
    table.put(`${padded(2)}.json`, '{"remove":{"path":"f0"}}\n');
    expect(await table.paths(await load(table))).toEqual(["f1"]);
  });
});
