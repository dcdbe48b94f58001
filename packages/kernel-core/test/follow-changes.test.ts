import { loadSnapshot } from "@asyncdelta/kernel-core";
import type { RecordBatch } from "apache-arrow";
import { describe, expect, test } from "vitest";
import { follow } from "../src/follow/follow.js";
import type { FollowChangesOptions } from "../src/follow/follow-options.js";
import type { Following } from "../src/follow/following.js";
import { rowsOf } from "./support/arrow-files.js";
import { type Change, column, feedMetadata, feedProtocol, vectorOf } from "./support/change-table.js";
import { FollowTable, take } from "./support/follow-table.js";
import { LOG, padded, protocol, ROOT } from "./support/log-table.js";

const failing = (code: string, facts: object = {}) => expect.objectContaining({ code, ...facts });

/** Versions 0 to `last`, each of which adds a file of two rows. */
function tableOf(last: number): FollowTable {
  const table = new FollowTable();
  for (let version = 0; version <= last; version++) addFile(table, version);
  return table;
}

function addFile(table: FollowTable, version: number): void {
  table.ids(`f${version}`, version * 10, 2);
  const first = version === 0 ? [feedProtocol, feedMetadata()] : [];
  table.commit(version, [...first, table.added(`f${version}`)]);
}

const changesOf = (table: FollowTable, options: Omit<FollowChangesOptions, "changes"> = {}): Following<RecordBatch> =>
  follow(table.lagging, ROOT, { ...options, changes: true });

const changesIn = (batches: readonly RecordBatch[]): Change[] =>
  batches
    .flatMap(rowsOf)
    .map(({ _change_type, _commit_version, _commit_timestamp, ...values }) => [
      _change_type as string,
      Number(_commit_version),
      ...Object.values(values),
    ]);

/** The changes that are given before the error, and the error. */
async function untilError(batches: AsyncIterable<RecordBatch>): Promise<[changes: Change[], error: unknown]> {
  const taken: RecordBatch[] = [];
  try {
    for await (const batch of batches) taken.push(batch);
  } catch (error) {
    return [changesIn(taken), error];
  }
  throw new Error("It ended without an error.");
}

describe("the row changes of a table that is followed", () => {
  test("come version by version, those that are there and those that come", async () => {
    const table = tableOf(1);
    void table.after(4000, () => table.commit(2, [table.removed("f0"), table.added("f0", vectorOf([1]))]));
    void table.after(50_000, () => {
      table.file("c", { id: [0n, 5n], _change_type: ["update_preimage", "update_postimage"] });
      table.commit(3, [table.changed("c"), table.removed("f0", vectorOf([1]))]);
    });
    expect(changesIn(await take(changesOf(table, { from: 0 }), 4))).toEqual([
      ["insert", 0, 0n],
      ["insert", 0, 1n],
      ["insert", 1, 10n],
      ["insert", 1, 11n],
      ["delete", 2, 1n],
      ["update_preimage", 3, 0n],
      ["update_postimage", 3, 5n],
    ]);
  });

  test("begin behind the newest version, or behind the snapshot that is given", async () => {
    const table = tableOf(3);
    void table.after(5000, () => addFile(table, 4));
    expect(changesIn(await take(changesOf(table), 1)).map(([, version]) => version)).toEqual([4, 4]);
    const snapshot = await loadSnapshot(table.engine, ROOT, { version: 2 });
    table.storage.reset();
    expect(changesIn(await take(changesOf(table, { snapshot }), 2)).map(([, version]) => version)).toEqual([
      3, 3, 4, 4,
    ]);
    expect(table.asked().slice(0, 3)).toEqual(["list", `${padded(3)}.json`, `${padded(4)}.json`]);
    table.storage.assertNothingReadTwice();
  });

  test("have the columns and the batches that were asked for", async () => {
    const table = new FollowTable();
    const fields = [column("id", "long"), column("name", "string")];
    table.file("a", { id: [1n, 2n, 3n], name: ["x", "y", "z"] });
    table.commit(0, [feedProtocol, feedMetadata(fields), table.added("a")], 1234);
    const batches = await take(changesOf(table, { from: 0, columns: ["NAME"], batchRows: 2 }), 2);
    expect(batches.map((batch) => batch.schema.fields.map(({ name }) => name))).toEqual(
      Array(2).fill(["name", "_change_type", "_commit_version", "_commit_timestamp"]),
    );
    expect(batches.map(({ numRows }) => numRows)).toEqual([2, 1]);
    expect(changesIn(batches).map(([, , name]) => name)).toEqual(["x", "y", "z"]);
    expect(batches[0]!.getChild("_commit_timestamp")!.data[0]!.values[0]).toBe(1_234_000n);
  });

  test("are each in the schema of their version, whatever became of it", async () => {
    const table = tableOf(0);
    table.file("b", { id: [1n], name: ["x"] });
    table.file("c", { name: ["y"] });
    table.file("d", { name: [7] });
    table.commit(1, [feedMetadata([column("id", "long"), column("name", "string")]), table.added("b")]);
    table.commit(2, [feedMetadata([column("name", "string")]), table.added("c")]);
    table.commit(3, [feedMetadata([column("name", "integer")]), table.added("d")]);
    const batches = await take(changesOf(table, { from: 0 }), 4);
    expect(batches.map(({ schema }) => schema.fields.slice(0, -3).map(({ name, type }) => `${name} ${type}`))).toEqual([
      ["id Int64"],
      ["id Int64", "name Utf8"],
      ["name Utf8"],
      ["name Int32"],
    ]);
    expect(changesIn(batches).slice(2)).toEqual([
      ["insert", 1, 1n, "x"],
      ["insert", 2, "y"],
      ["insert", 3, 7],
    ]);
  });

  test.each([1, 2])(
    "are refused from %i on where a version removes rows of a schema that does not fit its own",
    async (from) => {
      const table = tableOf(1);
      const days = feedMetadata([column("id", "long"), column("day", "string")], { partitionColumns: ["day"] });
      table.commit(2, [days, table.removed("f0"), table.removed("f1")]);
      const [before, error] = await untilError(changesOf(table, { from }));
      expect(before.map(([, version]) => version)).toEqual(from === 1 ? [1, 1] : []);
      expect(error).toEqual(failing("SCHEMA_INCOMPATIBLE", { version: 1 }));
    },
  );

  test("of many versions are read at once", async () => {
    const table = tableOf(30);
    table.storage.reset();
    const batches = await take(changesOf(table, { from: 1 }), 30);
    expect(changesIn(batches).map(([, , id]) => id)).toEqual(
      Array.from({ length: 60 }, (_, i) => BigInt((1 + (i >> 1)) * 10 + (i & 1))),
    );
    expect(table.storage.rounds).toBeLessThan(20);
  });

  test("of versions that change no row are none, and the following goes on behind them", async () => {
    const table = tableOf(0);
    for (let version = 1; version <= 5; version++) table.commit(version, [{ commitInfo: {} }]);
    const changes = changesOf(table, { from: 1 });
    const pending = changes.next();
    await table.clock.sleep(3000);
    expect(changes.resumeFrom).toBe(6);
    addFile(table, 6);
    expect(changesIn([(await pending).value!])).toEqual([
      ["insert", 6, 60n],
      ["insert", 6, 61n],
    ]);
    expect(changes.resumeFrom).toBe(6);
    await changes.return();
  });
});

describe("following changes", () => {
  test("costs one listing while nothing is new", async () => {
    const table = tableOf(1);
    const snapshot = await loadSnapshot(table.engine, ROOT);
    table.storage.reset();
    void table.after(40_000, () => addFile(table, 2));
    await take(changesOf(table, { snapshot }), 1);
    expect(table.asked().slice(0, 8)).toEqual([...Array(7).fill("list"), `${padded(2)}.json`]);
  });

  test("takes a version whole or not at all: what was not dealt with is given again", async () => {
    const table = tableOf(0);
    table.ids("a", 0, 6);
    table.commit(1, [table.added("a")]);
    addFile(table, 2);
    const given: Change[] = [];
    let from: number | undefined = 1;
    // Each following is left within or behind a version; of the version it was left in, all is given again.
    for (const count of [1, 2, 3, 1, 1]) {
      const changes: Following<RecordBatch> = changesOf(table, { from, batchRows: 2 });
      given.push(...changesIn(await take(changes, count)));
      from = changes.resumeFrom;
    }
    expect(from).toBe(1);
    expect(given.map(([, version]) => version)).toEqual(Array(16).fill(1));

    const changes = changesOf(table, { from: 1, batchRows: 2 });
    expect(await take(changes, 4)).toHaveLength(4);
    expect(changes.resumeFrom).toBe(2);
  });

  test.each([
    ["the feed is switched off", [feedMetadata(undefined, {}, { "delta.enableChangeDataFeed": "false" })]],
    ["the feature is dropped", [{ protocol: { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: [] } }]],
  ])("ends where %s, behind the changes before", async (_, actions) => {
    const table = tableOf(1);
    table.commit(2, [...actions, table.added("f0")]);
    table.commit(3, [feedProtocol, feedMetadata(), table.added("f0")]);
    const [changes, error] = await untilError(changesOf(table, { from: 1 }));
    expect(changes.map(([, version]) => version)).toEqual([1, 1]);
    expect(error).toEqual(failing("CHANGE_FEED_DISABLED", { version: 2 }));
    expect(changesIn(await take(changesOf(table, { from: 3 }), 1)).length).toBe(2);
  });

  test("ends at a version that this reader cannot read, or whose columns are not there any more", async () => {
    const table = tableOf(1);
    table.file("b", { other: [1n] });
    table.commit(2, [feedMetadata([column("other", "long")]), table.added("b")]);
    table.commit(3, [protocol({ minReaderVersion: 4, minWriterVersion: 7, writerFeatures: ["changeDataFeed"] })]);
    const [before, dropped] = await untilError(changesOf(table, { from: 0, columns: ["id"] }));
    expect(before).toHaveLength(4);
    expect(dropped).toEqual(failing("COLUMN_NOT_FOUND"));
    const [all, error] = await untilError(changesOf(table, { from: 0 }));
    expect(all).toHaveLength(5);
    expect(error).toEqual(failing("FEATURE_UNSUPPORTED", { version: 3 }));
  });

  test("ends where a data file has been vacuumed, or the log been cleaned up", async () => {
    const table = tableOf(2);
    await table.memory.delete(`${ROOT}f1`);
    const [before, vacuumed] = await untilError(changesOf(table, { from: 0 }));
    expect(before).toHaveLength(2);
    expect(vacuumed).toEqual(failing("FILE_NOT_FOUND"));
    const snapshot = await loadSnapshot(table.engine, ROOT, { version: 0 });
    await table.memory.delete(`${LOG}${padded(1)}.json`);
    const [, cleaned] = await untilError(changesOf(table, { snapshot }));
    expect(cleaned).toEqual(failing("LOG_GAP", { version: 1 }));
  });

  test("ends in ABORTED when its signal aborts, asleep or while it reads, and nothing goes on", async () => {
    for (const ms of [0, 10, 40, 70, 100, 130, 160, 190, 20_000]) {
      const table = tableOf(20);
      const controller = new AbortController();
      void table.after(ms, () => controller.abort());
      const [changes, error] = await untilError(changesOf(table, { from: 2, signal: controller.signal }));
      expect(error).toEqual(failing("ABORTED"));
      expect(changes.map(([, , id]) => id)).toEqual(
        Array.from({ length: changes.length }, (_, i) => BigInt((2 + (i >> 1)) * 10 + (i & 1))),
      );
      expect([table.storage.inFlight, table.clock.sleepers]).toEqual([0, 0]);
    }
  });

  test("leaves nothing behind when its loop is left", async () => {
    const table = tableOf(20);
    await take(changesOf(table, { from: 0 }), 3);
    expect([table.storage.inFlight, table.clock.sleepers]).toEqual([0, 0]);
  });
});
