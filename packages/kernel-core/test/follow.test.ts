import { getEventListeners } from "node:events";
import { loadSnapshot, readCommits } from "@asyncdelta/kernel-core";
import { describe, expect, test } from "vitest";
import { follow } from "../src/follow/follow.js";
import type { FollowOptions } from "../src/follow/follow-options.js";
import type { CommitFiles, FollowedCommit } from "../src/follow/followed-commit.js";
import type { Following } from "../src/follow/following.js";
import { FollowTable, take } from "./support/follow-table.js";
import { type Action, add, LOG, metadata, padded, protocol, ROOT, remove } from "./support/log-table.js";

const failing = (code: string, facts: object = {}) => expect.objectContaining({ code, ...facts });
const info = (operation: string): Action => ({ commitInfo: { operation } });

function tableOf(last: number): FollowTable {
  const table = new FollowTable();
  table.commits(last);
  return table;
}

const commitsOf = (table: FollowTable, options: FollowOptions = {}): Following<FollowedCommit> =>
  follow(table.lagging, ROOT, options);

const versionsOf = async (commits: AsyncIterable<FollowedCommit>, count: number): Promise<number[]> =>
  (await take(commits, count)).map(({ version }) => version);

/** The commits that are given before the error, and the error. */
async function untilError(commits: AsyncIterable<FollowedCommit>): Promise<[versions: number[], error: unknown]> {
  const versions: number[] = [];
  try {
    for await (const { version } of commits) versions.push(version);
  } catch (error) {
    return [versions, error];
  }
  throw new Error("It ended without an error.");
}

async function filesOf(commit: FollowedCommit): Promise<CommitFiles> {
  const all: { adds: CommitFiles["adds"][]; removes: CommitFiles["removes"][]; cdc: CommitFiles["cdc"][] } = {
    adds: [],
    removes: [],
    cdc: [],
  };
  for await (const { adds, removes, cdc } of commit.files()) {
    all.adds.push(adds);
    all.removes.push(removes);
    all.cdc.push(cdc);
  }
  return { adds: all.adds.flat(), removes: all.removes.flat(), cdc: all.cdc.flat() };
}

describe("the commits of a table that is followed", () => {
  test("come in the order of their versions, those that are there and those that come", async () => {
    const table = tableOf(2);
    void table.after(5000, () => table.commit(3, [add("f3")]));
    void table.after(60_000, () => {
      table.commit(4, [add("f4")]);
      table.commit(5, [add("f5")]);
    });
    expect(await versionsOf(commitsOf(table, { from: 1 }), 5)).toEqual([1, 2, 3, 4, 5]);
  });

  test("say all that their log files say", async () => {
    const table = tableOf(0);
    const txn = { txn: { appId: "a", version: 7 } };
    const domain = { domainMetadata: { domain: "d", configuration: "{}", removed: false } };
    const cdc = { cdc: { path: "c", partitionValues: {}, size: 3, dataChange: false } };
    table.commit(1, [info("MERGE"), metadata({}, "renewed"), txn, domain, add("b"), remove("a"), cdc]);
    table.commit(2, [protocol({ minWriterVersion: 3 })]);
    const [first, second] = await take(commitsOf(table, { from: 1 }), 2);
    expect(first).toMatchObject({
      version: 1,
      commitInfo: { operation: "MERGE" },
      metadata: { id: "renewed" },
      setTransactions: [{ appId: "a", version: 7n }],
      domainMetadata: [{ domain: "d" }],
    });
    expect(first).not.toHaveProperty("protocol");
    expect(second).toMatchObject({ version: 2, protocol: { minWriterVersion: 3 }, setTransactions: [] });
    expect(second).not.toHaveProperty("commitInfo");
    const files = await filesOf(first!);
    expect(files.adds.map(({ path }) => path)).toEqual(["b"]);
    expect(files.adds[0]!.stats).toBe('{"numRecords":3}');
    expect(files.removes.map(({ path }) => path)).toEqual(["a"]);
    expect(files.cdc).toEqual([{ path: "c", partitionValues: {}, size: 3 }]);
  });

  test("have the times that the history has", async () => {
    const table = new FollowTable();
    for (const [version, modified] of [1000, 5000, 2000, 2500, 9000].entries()) {
      table.commit(version, version === 0 ? [protocol(), metadata()] : [info("WRITE")], modified);
    }
    const history = readCommits(table.engine, await loadSnapshot(table.engine, ROOT));
    const times = (await take(history, 5)).map(({ timestamp }) => timestamp).reverse();
    expect(times).toEqual([1000, 5000, 5001, 5002, 9000]);
    const followed = await take(commitsOf(table, { from: 0 }), 5);
    expect(followed.map(({ timestamp }) => timestamp)).toEqual(times);
    const snapshot = await loadSnapshot(table.engine, ROOT, { version: 1 });
    const later = await take(commitsOf(table, { snapshot }), 3);
    expect(later.map(({ timestamp }) => timestamp)).toEqual(times.slice(2));
  });

  test("have their own times from the version on that enables them", async () => {
    const table = tableOf(1);
    const features = { minWriterVersion: 7, writerFeatures: ["inCommitTimestamp"] };
    const enabled = metadata({
      "delta.enableInCommitTimestamps": "true",
      "delta.inCommitTimestampEnablementVersion": "2",
      "delta.inCommitTimestampEnablementTimestamp": "77",
    });
    table.commit(2, [{ commitInfo: { inCommitTimestamp: 77 } }, protocol(features), enabled]);
    table.commit(3, [{ commitInfo: { inCommitTimestamp: 88 } }, add("f3")]);
    table.commit(4, [add("f4")]);
    const commits = commitsOf(table, { from: 1 });
    const [one, two, three] = [await commits.next(), await commits.next(), await commits.next()];
    expect([one, two, three].map(({ value }) => (value as FollowedCommit).timestamp)).toEqual([2000, 77, 88]);
    await expect(commits.next()).rejects.toThrow(failing("LOG_CORRUPT", { version: 4 }));
  });

  test("of any size are whole, and what they say of the table may stand anywhere", async () => {
    const table = tableOf(0);
    const stats = "s".repeat(100_000);
    const many = Array.from({ length: 190 }, (_, i) => add(`m${i}`, { stats }));
    table.commit(1, [...many, metadata({}, "late"), { txn: { appId: "a", version: 1 } }, remove("f0")]);
    const [commit] = await take(commitsOf(table, { from: 1 }), 1);
    expect(commit).toMatchObject({ metadata: { id: "late" }, setTransactions: [{ appId: "a" }] });
    const { adds, removes } = await filesOf(commit!);
    expect(adds.map(({ path }) => path)).toEqual(many.map((action) => (action.add as { path: string }).path));
    expect(adds.every((file) => file.stats === stats)).toBe(true);
    expect(removes.map(({ path }) => path)).toEqual(["f0"]);
  });

  test("are followed into a version that this reader cannot read, and not beyond", async () => {
    const table = tableOf(1);
    table.commit(2, [
      protocol({ minReaderVersion: 3, minWriterVersion: 7, readerFeatures: ["future"], writerFeatures: ["future"] }),
    ]);
    table.commit(3, [add("f3")]);
    const [versions, error] = await untilError(commitsOf(table, { from: 0 }));
    expect(versions).toEqual([0, 1]);
    expect(error).toEqual(failing("FEATURE_UNSUPPORTED", { feature: "future", version: 2 }));
  });

  test("are followed over checkpoints, compactions and foreign files", async () => {
    const table = tableOf(2);
    await table.parquet(`${padded(1)}.checkpoint.parquet`, [protocol(), metadata(), add("f0"), add("f1")]);
    await table.parquet(`${padded(2)}.checkpoint.parquet`, [protocol(), metadata(), add("f0"), add("f1"), add("f2")]);
    table.put(`${padded(1)}.${padded(2)}.compacted.json`, "{}\n");
    table.put(`${padded(2)}.crc`, "{}");
    table.put(`${padded(3)}.json.tmp`, "{");
    table.put("zzz", "");
    expect(await versionsOf(commitsOf(table, { from: 1 }), 2)).toEqual([1, 2]);
  });
});

describe("where a following begins", () => {
  test("is behind the newest version, if it is not told", async () => {
    const table = tableOf(3);
    void table.after(9000, () => table.commit(4, [add("f4")]));
    expect(await versionsOf(commitsOf(table), 1)).toEqual([4]);
  });

  test("is behind the snapshot that is given, and costs nothing but a listing and the commits", async () => {
    const table = tableOf(5);
    const snapshot = await loadSnapshot(table.engine, ROOT, { version: 3 });
    table.storage.reset();
    expect(await versionsOf(commitsOf(table, { snapshot }), 2)).toEqual([4, 5]);
    expect(table.asked()).toEqual(["list", `${padded(4)}.json`, `${padded(5)}.json`]);
  });

  test("may be the snapshot's own version, whose commit is not read again", async () => {
    const table = tableOf(5);
    const snapshot = await loadSnapshot(table.engine, ROOT);
    table.storage.reset();
    expect(await versionsOf(commitsOf(table, { from: 5, snapshot }), 1)).toEqual([5]);
    expect(table.asked()).toEqual(["list"]);
  });

  test.each([0, 1, 4, 7])("may be version %i, whatever the snapshot is", async (from) => {
    const table = tableOf(7);
    const snapshot = await loadSnapshot(table.engine, ROOT, { version: 4 });
    const expected = Array.from({ length: 8 - from }, (_, i) => from + i);
    expect(await versionsOf(commitsOf(table, { from, snapshot }), expected.length)).toEqual(expected);
    expect(await versionsOf(commitsOf(table, { from }), expected.length)).toEqual(expected);
  });

  test("may lie in the future: what changes until then counts", async () => {
    const table = tableOf(1);
    void table.after(5000, () => {
      table.commit(2, [
        protocol({ minWriterVersion: 7, writerFeatures: ["inCommitTimestamp"] }),
        metadata({ "delta.enableInCommitTimestamps": "true", "delta.inCommitTimestampEnablementVersion": "2" }),
        { commitInfo: { inCommitTimestamp: 50 } },
      ]);
      table.commit(3, [{ commitInfo: { inCommitTimestamp: 60 } }]);
    });
    void table.after(20_000, () => table.commit(4, [{ commitInfo: { inCommitTimestamp: 70 } }]));
    const [commit] = await take(commitsOf(table, { from: 4 }), 1);
    expect([commit?.version, commit?.timestamp]).toEqual([4, 70]);
  });

  test("is a table", async () => {
    const [, error] = await untilError(commitsOf(new FollowTable()));
    expect(error).toEqual(failing("TABLE_NOT_FOUND"));
  });

  test.each([
    [{ from: -1 }],
    [{ from: 1.5 }],
    [{ pollMs: 0 }],
    [{ pollMs: Number.NaN }],
    [{ pollMs: 10, maxPollMs: 9 }],
    [{ maxPollMs: Number.POSITIVE_INFINITY }],
    [{ gapMs: -1 }],
  ])("makes sense: %j does not", (options) => {
    const table = tableOf(0);
    expect(() => commitsOf(table, options)).toThrow(failing("INVALID_ARGUMENT"));
    expect(() => follow(table.engine, ROOT.slice(0, -1), {})).toThrow(failing("INVALID_ARGUMENT"));
  });

  test("can be found again: resumeFrom is the version that has not been dealt with", async () => {
    const table = tableOf(3);
    const commits = commitsOf(table, { from: 2 });
    expect(commits.resumeFrom).toBe(2);
    await commits.next();
    expect(commits.resumeFrom).toBe(2);
    await commits.next();
    expect(commits.resumeFrom).toBe(3);
    const pending = commits.next();
    await table.clock.sleep(5000);
    expect(commits.resumeFrom).toBe(4);
    await commits.return();
    expect(await pending).toEqual({ done: true, value: undefined });
    expect(commits.resumeFrom).toBe(4);

    const fresh = commitsOf(table);
    expect(fresh.resumeFrom).toBeUndefined();
    void table.after(1000, () => table.commit(4, [add("f4")]));
    expect(await versionsOf(fresh, 1)).toEqual([4]);
    expect(fresh.resumeFrom).toBe(4);
  });
});

describe("while nothing is new", () => {
  test("the log is listed, once each time, at times that grow twice as far apart up to the longest", async () => {
    const table = tableOf(1);
    const snapshot = await loadSnapshot(table.engine, ROOT);
    table.storage.reset();
    const start = table.clock.now();
    void table.after(130_000, () => table.commit(2, [add("f2")]));
    const commits = commitsOf(table, { snapshot });
    await commits.next();
    const times = () => table.listings.map((time) => time - start);
    expect(times()).toEqual([0, 1000, 3000, 7000, 15_000, 31_000, 61_000, 91_000, 121_000, 151_000]);
    expect(table.asked()).toEqual([...Array(10).fill("list"), `${padded(2)}.json`]);

    // News begins anew.
    table.listings.length = 0;
    void table.after(5000, () => table.commit(3, [add("f3")]));
    await commits.next();
    expect(times()).toEqual([152_000, 154_000, 158_000]);
    await commits.return();
  });

  test("the pauses are those asked for", async () => {
    const table = tableOf(1);
    const snapshot = await loadSnapshot(table.engine, ROOT);
    const start = table.clock.now();
    void table.after(30_000, () => table.commit(2, [add("f2")]));
    await versionsOf(commitsOf(table, { snapshot, pollMs: 100_000 }), 1);
    expect(table.listings.map((time) => time - start)).toEqual([0, 100_000]);
    table.listings.length = 0;
    const again = table.clock.now();
    void table.after(1000, () => table.commit(3, [add("f3")]));
    const behind = await loadSnapshot(table.engine, ROOT);
    await versionsOf(commitsOf(table, { snapshot: behind, pollMs: 200, maxPollMs: 300 }), 1);
    expect(table.listings.map((time) => time - again - 60)).toEqual([0, 200, 500, 800, 1100]);
  });

  test("the log is asked when the loop asks, not while it is busy", async () => {
    const table = tableOf(1);
    const commits = commitsOf(table, { from: 1 });
    await commits.next();
    table.listings.length = 0;
    table.storage.reset();
    await table.clock.sleep(1_000_000);
    expect(table.asked()).toEqual([]);
    table.commit(2, [add("f2")]);
    const now = table.clock.now();
    await commits.next();
    // At once: the last listing was long ago.
    expect(table.listings).toEqual([now]);
    await commits.return();
  });
});

describe("many new versions", () => {
  test("are read at once, in order, and each byte once", async () => {
    const table = tableOf(40);
    const snapshot = await loadSnapshot(table.engine, ROOT, { version: 0 });
    table.storage.reset();
    const versions = await versionsOf(commitsOf(table, { snapshot }), 40);
    expect(versions).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
    expect(table.storage.peak).toBeGreaterThan(8);
    expect(table.storage.rounds).toBeLessThan(20);
    table.storage.assertNothingReadTwice();
  });

  test("that come while the loop is busy with older ones come after them", async () => {
    const table = tableOf(3);
    const versions: number[] = [];
    let next = 4;
    for await (const { version } of commitsOf(table, { from: 0 })) {
      versions.push(version);
      // Two more for each, up to 20, and a pause now and then.
      for (let i = 0; i < 2 && next <= 20; i++, next++) table.commit(next, [add(`f${next}`)]);
      if (version % 5 === 0) await table.clock.sleep(3000);
      if (version === 20) break;
    }
    expect(versions).toEqual(Array.from({ length: 21 }, (_, i) => i));
  });

  test("on several pages of a listing are given before the last page is asked for", async () => {
    const table = tableOf(0);
    for (let version = 1; version <= 2500; version++) table.commit(version, [add(`f${version}`)]);
    const snapshot = await loadSnapshot(table.engine, ROOT, { version: 1 });
    table.storage.reset();
    const commits = commitsOf(table, { snapshot });
    await commits.next();
    expect(table.asked().filter((name) => name === "list").length).toBeLessThan(3);
    const rest = await versionsOf(commits, 2498);
    expect(rest).toEqual(Array.from({ length: 2498 }, (_, i) => i + 3));
  });
});

describe("a gap", () => {
  test("is waited for: a listing that shows a later version first is no error", async () => {
    const table = tableOf(2);
    const snapshot = await loadSnapshot(table.engine, ROOT);
    void table.after(500, () => {
      table.commit(3, [add("f3")]);
      table.commit(4, [add("f4")]);
      table.commit(5, [add("f5")]);
      table.hidden.add(3).add(4);
    });
    void table.after(5000, () => table.hidden.delete(4));
    void table.after(9000, () => table.hidden.delete(3));
    expect(await versionsOf(commitsOf(table, { snapshot }), 3)).toEqual([3, 4, 5]);
  });

  test("is waited for also where the following begins", async () => {
    const table = tableOf(4);
    table.hidden.add(3);
    void table.after(6000, () => table.hidden.delete(3));
    expect(await versionsOf(commitsOf(table, { from: 2 }), 3)).toEqual([2, 3, 4]);
    table.hidden.add(1);
    const [versions, error] = await untilError(commitsOf(table, { from: 2 }));
    expect(versions).toEqual([]);
    expect(error).toEqual(failing("LOG_GAP", { version: 1 }));
  });

  test("that a slow reader meets, since the log was cleaned up behind it, is an error with the version after a while", async () => {
    const table = tableOf(2);
    const commits = commitsOf(table, { from: 2 });
    await commits.next();
    for (let version = 3; version <= 9; version++) table.commit(version, [add(`f${version}`)]);
    await table.parquet(`${padded(8)}.checkpoint.parquet`, [protocol(), metadata(), add("f0")]);
    for (let version = 0; version <= 7; version++) await table.delete(`${padded(version)}.json`);
    table.storage.reset();
    table.listings.length = 0;
    const begin = table.clock.now();
    await expect(commits.next()).rejects.toThrow(failing("LOG_GAP", { version: 3 }));
    expect(table.clock.now() - begin).toBeLessThan(12_000);
    expect(table.listings.length).toBeLessThan(8);
    expect(table.storage.requests.every(({ verb }) => verb === "list")).toBe(true);
    expect(commits.resumeFrom).toBe(3);
    expect(await commits.next()).toEqual({ done: true, value: undefined });
  });

  test("lasts as long as gapMs says", async () => {
    const table = tableOf(1);
    const snapshot = await loadSnapshot(table.engine, ROOT);
    table.commit(3, [add("f3")]);
    for (const gapMs of [0, 700, 45_000]) {
      const begin = table.clock.now();
      const [, error] = await untilError(commitsOf(table, { snapshot, gapMs }));
      expect(error).toEqual(failing("LOG_GAP", { version: 2 }));
      const waited = table.clock.now() - begin;
      expect(waited).toBeGreaterThanOrEqual(gapMs);
      // No more than two listings of 30 ms.
      expect(waited).toBeLessThanOrEqual(gapMs + 60);
    }
  });

  test("is there too when all that is left of later versions is a checkpoint", async () => {
    const table = tableOf(1);
    const snapshot = await loadSnapshot(table.engine, ROOT);
    await table.parquet(`${padded(6)}.checkpoint.parquet`, [protocol(), metadata(), add("f0")]);
    const [, error] = await untilError(commitsOf(table, { snapshot }));
    expect(error).toEqual(failing("LOG_GAP", { version: 2 }));
  });

  test("before the log begins is an error at once", async () => {
    const table = tableOf(6);
    await table.parquet(`${padded(4)}.checkpoint.parquet`, [protocol(), metadata(), add("f0")]);
    for (let version = 0; version <= 3; version++) await table.delete(`${padded(version)}.json`);
    const begin = table.clock.now();
    const [versions, error] = await untilError(commitsOf(table, { from: 2 }));
    expect(versions).toEqual([]);
    expect(error).toEqual(failing("LOG_GAP", { version: 2 }));
    expect(table.clock.now() - begin).toBeLessThan(1000);
    expect(await versionsOf(commitsOf(table, { from: 4 }), 3)).toEqual([4, 5, 6]);
  });

  test("is there when a commit goes away between the listing and the reading", async () => {
    const table = tableOf(1);
    const snapshot = await loadSnapshot(table.engine, ROOT);
    for (const version of [2, 3, 4]) table.commit(version, [add(`f${version}`)]);
    const read: typeof table.storage.read = async (url, options) => {
      if (url === `${LOG}${padded(3)}.json`) await table.delete(`${padded(3)}.json`);
      return table.engine.storage.read(url, options);
    };
    const engine = { ...table.engine, storage: { ...table.engine.storage, read } };
    const [versions, error] = await untilError(follow(engine, ROOT, { snapshot }));
    expect(versions).toEqual([2]);
    expect(error).toEqual(failing("LOG_GAP", { version: 3 }));
  });
});

describe("a following that is stopped", () => {
  test("by its signal while it sleeps ends in ABORTED at once, and nothing goes on", async () => {
    const table = tableOf(1);
    const controller = new AbortController();
    const commits = commitsOf(table, { from: 2, signal: controller.signal });
    void table.after(20_000, () => controller.abort("enough"));
    await expect(commits.next()).rejects.toThrow(failing("ABORTED", { cause: "enough" }));
    expect(table.clock.sleepers).toBe(0);
    expect(table.storage.inFlight).toBe(0);
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
    expect(await commits.next()).toEqual({ done: true, value: undefined });
  });

  test.each(["list", "read"])("by its signal during a %s ends in ABORTED, and nothing goes on", async (verb) => {
    for (let nth = 1; nth <= 3; nth++) {
      const table = tableOf(30);
      const controller = new AbortController();
      const commits = commitsOf(table, { from: 3, signal: controller.signal });
      const reading = untilError(commits);
      while (table.storage.requests.filter((request) => request.verb === verb).length < nth) await table.clock.sleep(1);
      controller.abort();
      const [versions, error] = await reading;
      expect(error).toEqual(failing("ABORTED"));
      expect(versions).toEqual(Array.from({ length: versions.length }, (_, i) => i + 3));
      expect([table.storage.inFlight, table.clock.sleepers]).toEqual([0, 0]);
      expect(getEventListeners(controller.signal, "abort")).toEqual([]);
    }
  });

  test("before it begins asks for nothing", async () => {
    const table = tableOf(1);
    const [, error] = await untilError(commitsOf(table, { signal: AbortSignal.abort() }));
    expect(error).toEqual(failing("ABORTED"));
    const left = commitsOf(table);
    await left.return();
    expect(await left.next()).toEqual({ done: true, value: undefined });
    expect(table.asked()).toEqual([]);
  });

  test("by leaving its loop leaves nothing behind", async () => {
    const table = tableOf(30);
    const { signal } = new AbortController();
    for await (const { version } of commitsOf(table, { from: 0, signal })) if (version === 2) break;
    expect([table.storage.inFlight, table.clock.sleepers]).toEqual([0, 0]);
    expect(getEventListeners(signal, "abort")).toEqual([]);
    const { length } = table.storage.requests;
    await table.clock.sleep(100_000);
    expect(table.storage.requests.length).toBe(length);
  });

  test("by return() while next() sleeps ends both at once", async () => {
    const table = tableOf(1);
    const commits = commitsOf(table, { from: 2 });
    const pending = [commits.next(), commits.next()];
    await table.clock.sleep(16_500);
    const now = table.clock.now();
    await commits.return();
    expect(table.clock.now()).toBe(now);
    expect(await Promise.all(pending)).toEqual(Array(2).fill({ done: true, value: undefined }));
    expect([table.storage.inFlight, table.clock.sleepers]).toEqual([0, 0]);
  });

  test("by an error of the storage ends in it, and can be resumed", async () => {
    const table = tableOf(2);
    let failures = 0;
    const list: typeof table.storage.list = (...args) => {
      if (failures-- > 0) throw new Error("down");
      return table.engine.storage.list(...args);
    };
    const engine = { ...table.engine, storage: { ...table.engine.storage, list } };
    const commits = follow(engine, ROOT, { from: 2 });
    expect((await commits.next()).value?.version).toBe(2);
    failures = 1;
    await expect(commits.next()).rejects.toThrow("down");
    table.commit(3, [add("f3")]);
    expect(await versionsOf(follow(engine, ROOT, { from: commits.resumeFrom }), 1)).toEqual([3]);
  });
});
