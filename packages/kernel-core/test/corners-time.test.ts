import { loadSnapshot, planChanges, readCommits } from "@asyncdelta/kernel-core";
import { describe, expect, test } from "vitest";
import { feedMetadata, feedProtocol } from "./support/change-table.js";
import { take } from "./support/follow-table.js";
import { type Action, add, LogTable, metadata, padded, protocol, ROOT } from "./support/log-table.js";

const code = (name: string, facts: object = {}) => expect.objectContaining({ code: name, ...facts });
const info = (inCommitTimestamp: number): Action => ({ commitInfo: { inCommitTimestamp } });
const own = { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ["inCommitTimestamp"] };
const enabled = metadata({ "delta.enableInCommitTimestamps": "true" });

/** Versions that were written at these times. */
function dated(times: readonly number[], first: readonly Action[] = [protocol(), metadata()]): LogTable {
  const table = new LogTable();
  for (const [version, time] of times.entries()) {
    table.commit(version, [...(version === 0 ? first : []), add(`f${version}`)], time);
  }
  return table;
}

const versionAt = async (table: LogTable, timestamp: number) =>
  (await loadSnapshot(table.engine, ROOT, { timestamp })).version;

describe("times of files", () => {
  test("are moved on where they do not grow, that of the newest version too", async () => {
    const table = dated([1000, 5000, 400, 300]);
    // By their files the last two were written first: they count as 5001 and 5002.
    await expect(versionAt(table, 999)).rejects.toThrow(code("TIMESTAMP_OUT_OF_RANGE"));
    const versions = [1000, 4999, 5000, 5001, 5002, 9000].map((timestamp) => versionAt(table, timestamp));
    expect(await Promise.all(versions)).toEqual([0, 0, 1, 2, 3, 3]);
    const history = await take(readCommits(table.engine, await loadSnapshot(table.engine, ROOT)), 4);
    expect(history.map(({ version, timestamp }) => [version, timestamp])).toEqual([
      [3, 5002],
      [2, 5001],
      [1, 5000],
      [0, 1000],
    ]);
  });

  test("that do not grow bound a range of changes as they bound a snapshot", async () => {
    const table = dated([1000, 5000, 400, 300], [feedProtocol, feedMetadata()]);
    const range = async (fromTimestamp: number, toTimestamp: number) => {
      const { from, to } = await planChanges(table.engine, ROOT, { fromTimestamp, toTimestamp });
      return [from, to];
    };
    expect(await range(1000, 5001)).toEqual([0, 2]);
    expect(await range(2000, 4000)).toEqual([1, 0]);
    expect(await range(5001, 9000)).toEqual([2, 3]);
    await expect(range(5003, 9000)).rejects.toThrow(code("TIMESTAMP_OUT_OF_RANGE"));
  });

  test("are that of the checkpoint where nothing else is left of a version", async () => {
    const table = dated([1000, 2000]);
    await table.parquet(`${padded(1)}.checkpoint.parquet`, [protocol(), metadata(), add("f0"), add("f1")]);
    for (const version of [0, 1]) await table.delete(`${padded(version)}.json`);
    const { timestamp } = await loadSnapshot(table.engine, ROOT);
    expect(await versionAt(table, timestamp)).toBe(1);
    await expect(versionAt(table, timestamp - 1)).rejects.toThrow(code("TIMESTAMP_OUT_OF_RANGE"));
  });
});

describe("in-commit timestamps", () => {
  test("come from the head's own commit, also where a checkpoint or a compaction stands in for it", async () => {
    const table = new LogTable();
    table.commit(0, [info(700), protocol(own), enabled, add("f0")], 9_000_000);
    table.commit(1, [info(800), add("f1")], 9_000_000);
    table.commit(2, [info(900), add("f2")], 9_000_000);
    table.put(
      `${padded(0)}.${padded(2)}.compacted.json`,
      `${JSON.stringify(protocol(own))}\n${JSON.stringify(enabled)}\n`,
    );
    expect((await loadSnapshot(table.engine, ROOT)).timestamp).toBe(900);
    await table.parquet(`${padded(2)}.checkpoint.parquet`, [protocol(own), enabled, add("f0"), add("f1"), add("f2")]);
    for (const version of [0, 1]) await table.delete(`${padded(version)}.json`);
    const snapshot = await loadSnapshot(table.engine, ROOT);
    expect([snapshot.segment.checkpoint?.version, snapshot.timestamp]).toEqual([2, 900]);
  });

  test("are missing nowhere: a commit without one is an error that names it", async () => {
    const table = new LogTable();
    table.commit(0, [info(700), protocol(own), enabled]);
    table.commit(1, [{ commitInfo: { timestamp: 800, operation: "WRITE" } }]);
    await expect(loadSnapshot(table.engine, ROOT)).rejects.toThrow(code("LOG_CORRUPT", { version: 1 }));
  });

  test("count only where the protocol has the feature and the property is set", async () => {
    for (const [features, configuration] of [
      [protocol(), { "delta.enableInCommitTimestamps": "true" }],
      [protocol(own), { "delta.enableInCommitTimestamps": "false" }],
      [protocol(own), {}],
    ] as const) {
      const table = new LogTable();
      table.commit(0, [info(700), features, metadata(configuration)], 9000);
      expect((await loadSnapshot(table.engine, ROOT)).timestamp).toBe(9000);
    }
  });
});

describe("times that no Date can be", () => {
  const far = [Number.NaN, 1.77e18, -1.77e18, 8.64e15 + 1, Number.POSITIVE_INFINITY];
  const refused = expect.objectContaining({
    code: "INVALID_ARGUMENT",
    message: expect.stringContaining("milliseconds"),
  });

  test("are refused where they are wanted", async () => {
    const table = dated([1000, 5000], [feedProtocol, feedMetadata()]);
    for (const timestamp of far) {
      await expect(versionAt(table, timestamp)).rejects.toThrow(refused);
      const changes = (options: object) => planChanges(table.engine, ROOT, options);
      await expect(changes({ fromTimestamp: timestamp })).rejects.toThrow(refused);
      await expect(changes({ from: 0, toTimestamp: timestamp })).rejects.toThrow(refused);
    }
    expect(await versionAt(table, 8.64e15)).toBe(1);
    await expect(versionAt(table, -8.64e15)).rejects.toThrow(code("TIMESTAMP_OUT_OF_RANGE"));
    expect(await planChanges(table.engine, ROOT, { fromTimestamp: -8.64e15 })).toMatchObject({ from: 0, to: 1 });
  });

  test("of commits hide no error behind another", async () => {
    const table = dated([1000], [info(8.9e15), { protocol: own }, enabled]);
    await expect(versionAt(table, 999)).rejects.toThrow(code("TIMESTAMP_OUT_OF_RANGE"));
  });
});
