import { domainMetadata, loadSnapshot, readCommits, refreshSnapshot, setTransactions } from "@asyncdelta/kernel-core";
import { describe, expect, test } from "vitest";
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
  v2Protocol,
} from "./support/log-table.js";

const UUID = "80a083e8-7026-4e79-81be-64bd76c43a11";
const code = (name: string, facts: object = {}) => expect.objectContaining({ code: name, ...facts });

function tableOf(last: number): LogTable {
  const table = new LogTable();
  table.commits(last);
  return table;
}

const load = (table: LogTable, options: Parameters<typeof loadSnapshot>[2] = {}) =>
  loadSnapshot(table.engine, ROOT, options);

describe("a snapshot", () => {
  test("of commits alone has the newest protocol and metadata and every live file", async () => {
    const table = tableOf(3);
    table.commit(4, [protocol({ minWriterVersion: 4 }), remove("f1"), add("f4")]);
    table.commit(5, [metadata({ "delta.appendOnly": "false" }, "renewed"), remove("f4")]);
    const snapshot = await load(table);
    expect(snapshot.version).toBe(5);
    expect(snapshot.protocol.minWriterVersion).toBe(4);
    expect(snapshot.metadata.id).toBe("renewed");
    expect(snapshot.schema.fields.map((f) => f.name)).toEqual(["id"]);
    expect(await table.paths(snapshot)).toEqual(["f0", "f2", "f3"]);
  });

  test("at a version is the table as it was", async () => {
    const table = tableOf(3);
    table.commit(4, [remove("f1")]);
    for (const version of [0, 1, 3]) {
      const snapshot = await load(table, { version });
      expect(snapshot.version).toBe(version);
      expect(await table.paths(snapshot)).toEqual(names(0, version));
    }
  });

  test("ignores unknown actions, unknown fields, blank lines and foreign names", async () => {
    const table = tableOf(1);
    table.put(`${padded(2)}.json`, `\n${lines([{ future: { a: 1 } }, add("f2", { later: true })])}\n\r\n`);
    for (const name of [
      ".00000000000000000002.crc.crc",
      `${padded(3)}.json.tmp`,
      "_staged_commits/x.json",
      "zzz.json",
      "README",
    ]) {
      table.put(name, "not a log");
    }
    expect(await table.paths(await load(table))).toEqual(names(0, 2));
  });

  test("can be asked for its files many times, and reads nothing of the log again", async () => {
    const table = tableOf(3);
    const snapshot = await load(table);
    await table.paths(snapshot);
    table.storage.reset();
    expect(await table.paths(snapshot)).toEqual(names(0, 3));
    expect(table.storage.requests).toEqual([]);
  });
});

describe("what is not a readable table", () => {
  test("an absent or empty log is no table", async () => {
    await expect(load(new LogTable())).rejects.toThrow(code("TABLE_NOT_FOUND", { path: ROOT }));
  });

  test.each([
    ["PROTOCOL_MISSING", [metadata(), add("f0")]],
    ["METADATA_MISSING", [protocol(), add("f0")]],
  ] as const)("%s", async (name, first) => {
    const table = new LogTable();
    table.commits(1, first);
    await expect(load(table)).rejects.toThrow(code(name, { version: 1 }));
  });

  test("a gap, a version that is not there, and options that contradict each other are told apart", async () => {
    const table = tableOf(4);
    await expect(load(table, { version: 5 })).rejects.toThrow(code("VERSION_NOT_FOUND", { version: 5 }));
    await expect(load(table, { version: -1 })).rejects.toThrow(code("INVALID_ARGUMENT"));
    await expect(load(table, { version: 1.5 })).rejects.toThrow(code("INVALID_ARGUMENT"));
    await expect(load(table, { version: 1, timestamp: 1 })).rejects.toThrow(code("INVALID_ARGUMENT"));
    await expect(load(table, { timestamp: Number.NaN })).rejects.toThrow(code("INVALID_ARGUMENT"));
    await table.delete(`${padded(2)}.json`);
    await expect(load(table)).rejects.toThrow(code("LOG_GAP", { version: 2 }));
    expect((await load(table, { version: 1 })).version).toBe(1);
  });

  test.each([
    ["torn", '{"add":{"path":"f1","partitionValues":{},"size":1'],
    ["not JSON", "hello"],
    ["no object", "[1]"],
    ["empty", ""],
    ["an add without a path", lines([{ add: { partitionValues: {}, size: 1 } }])],
    ["an add with a size that is no number", lines([add("f1", { size: "1" })])],
    ["an add with a size that is no whole number", lines([add("f1", { size: 1.5 })])],
    ["partition values that are no text", lines([add("f1", { partitionValues: { p: 1 } })])],
    ["two protocols", lines([protocol(), protocol()])],
    ["two metaData", lines([metadata(), metadata()])],
    ["two adds of one file", lines([add("f1"), add("f1")])],
  ])("a commit that is %s is an error with version and path, never a shorter table", async (_, content) => {
    const table = tableOf(2);
    table.put(`${padded(1)}.json`, content);
    const reading = load(table).then((snapshot) => table.paths(snapshot));
    await expect(reading).rejects.toThrow(code("LOG_CORRUPT", { version: 1 }));
  });

  test("a feature that is not known to this reader is refused by name at load", async () => {
    const table = new LogTable();
    const features = {
      minReaderVersion: 3,
      minWriterVersion: 7,
      readerFeatures: ["timeMachine"],
      writerFeatures: ["timeMachine"],
    };
    table.commits(1, [protocol(features), metadata()]);
    await expect(load(table)).rejects.toThrow(code("FEATURE_UNSUPPORTED", { feature: "timeMachine", version: 1 }));
  });

  test("a writer's feature that is not known never stands in the way", async () => {
    const table = new LogTable();
    const features = { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ["timeMachine"] };
    table.commits(1, [protocol(features), metadata()]);
    expect(await table.paths(await load(table))).toEqual(names(0, 1));
  });
});

describe("a checkpoint", () => {
  const state = (last: number, first: readonly Action[] = [protocol(), metadata()]): Action[] => [
    ...first,
    remove("gone"),
    ...Array.from({ length: last + 1 }, (_, i) => add(`f${i}`)),
  ];
  const hint = (version: number, more: object = {}) => JSON.stringify({ version, size: 1, ...more });

  async function v1(table: LogTable, version: number): Promise<number> {
    const size = await table.parquet(`${padded(version)}.checkpoint.parquet`, state(version));
    table.put("_last_checkpoint", hint(version, { sizeInBytes: size }));
    return size;
  }

  async function withoutCommits(table: LogTable, to: number): Promise<void> {
    for (let version = 0; version <= to; version++) await table.delete(`${padded(version)}.json`);
  }

  test("stands in for all commits up to its version, and commits behind it are replayed over it", async () => {
    const table = tableOf(6);
    await v1(table, 4);
    table.commit(7, [remove("f2"), remove("f6"), add("f3", { stats: "{}" })]);
    await withoutCommits(table, 3);
    const snapshot = await load(table);
    expect(snapshot.segment.checkpoint?.version).toBe(4);
    expect(await table.paths(snapshot)).toEqual(["f0", "f1", "f3", "f4", "f5"]);
  });

  test("in parts is read whole, and ignored where a part is missing", async () => {
    const table = tableOf(6);
    const all = state(4);
    for (const [i, part] of [all.slice(0, 4), all.slice(4)].entries()) {
      await table.parquet(`${padded(4)}.checkpoint.000000000${i + 1}.0000000002.parquet`, part);
    }
    table.put("_last_checkpoint", hint(4, { parts: 2 }));
    const snapshot = await load(table);
    expect(snapshot.segment.checkpoint?.files).toHaveLength(2);
    expect(await table.paths(snapshot)).toEqual(names(0, 6));
    await table.delete(`${padded(4)}.checkpoint.0000000002.0000000002.parquet`);
    const without = await load(table);
    expect(without.segment.checkpoint).toBeUndefined();
    expect(await table.paths(without)).toEqual(names(0, 6));
  });

  const sidecar = (path: string, sizeInBytes: number): Action => ({
    sidecar: { path, sizeInBytes, modificationTime: 1 },
  });

  test.each(["json", "parquet", "classic"])(
    "of V2 (%s) takes its files from sidecars, removes left out",
    async (form) => {
      const table = new LogTable();
      table.commits(6, [v2Protocol(), metadata()]);
      const a = await table.parquet("_sidecars/a.parquet", [add("f0"), remove("gone"), add("f1")]);
      const b = await table.parquet("_sidecars/b b.parquet", [add("f2"), add("f3"), add("f4")]);
      const top = [
        { checkpointMetadata: { version: 4 } },
        v2Protocol(),
        metadata(),
        sidecar("a.parquet", a),
        sidecar(`${LOG}_sidecars/b%20b.parquet`, b),
      ];
      if (form === "json") table.put(`${padded(4)}.checkpoint.${UUID}.json`, lines(top));
      else
        await table.parquet(
          form === "classic" ? `${padded(4)}.checkpoint.parquet` : `${padded(4)}.checkpoint.${UUID}.parquet`,
          top,
        );
      await withoutCommits(table, 4);
      expect(await table.paths(await load(table))).toEqual(names(0, 6));
    },
  );

  test("of V2 without sidecars has its files inline, and never both", async () => {
    const table = new LogTable();
    table.commits(2, [v2Protocol(), metadata()]);
    const top = [{ checkpointMetadata: { version: 2 } }, ...state(2, [v2Protocol(), metadata()])];
    table.put(`${padded(2)}.checkpoint.${UUID}.json`, lines(top));
    await withoutCommits(table, 2);
    expect(await table.paths(await load(table))).toEqual(names(0, 2));
    const size = await table.parquet("_sidecars/a.parquet", [add("f9")]);
    table.put(`${padded(2)}.checkpoint.${UUID}.json`, lines([...top, sidecar("a.parquet", size)]));
    const reading = load(table).then((snapshot) => table.paths(snapshot));
    await expect(reading).rejects.toThrow(code("CHECKPOINT_CORRUPT", { version: 2 }));
  });

  test("whose sidecar is gone, or torn, is an error and never a shorter table", async () => {
    const table = new LogTable();
    table.commits(2, [v2Protocol(), metadata()]);
    const size = await table.parquet("_sidecars/a.parquet", [add("f0"), add("f1")]);
    table.put(
      `${padded(2)}.checkpoint.${UUID}.json`,
      lines([{ checkpointMetadata: { version: 2 } }, v2Protocol(), metadata(), sidecar("a.parquet", size)]),
    );
    table.put("_sidecars/a.parquet", new Uint8Array(size));
    await expect(load(table).then((s) => table.paths(s))).rejects.toThrow(code("CHECKPOINT_CORRUPT"));
    await table.delete("_sidecars/a.parquet");
    await expect(load(table).then((s) => table.paths(s))).rejects.toThrow(code("FILE_NOT_FOUND"));
  });

  test("without protocol or metadata makes the version unreadable", async () => {
    const table = tableOf(3);
    await table.parquet(`${padded(3)}.checkpoint.parquet`, [protocol(), add("f0")]);
    await expect(load(table)).rejects.toThrow(code("METADATA_MISSING", { version: 3 }));
  });

  test("that is newer than the wanted version is not used", async () => {
    const table = tableOf(6);
    await v1(table, 4);
    const snapshot = await load(table, { version: 2 });
    expect(snapshot.segment.checkpoint).toBeUndefined();
    expect(await table.paths(snapshot)).toEqual(names(0, 2));
  });

  test.each([
    ["no JSON", "hello"],
    ["no object", "[]"],
    ["without a version", "{}"],
    ["stale", JSON.stringify({ version: 1, size: 1 })],
    ["of a deleted checkpoint", JSON.stringify({ version: 5, size: 1 })],
    ["ahead of the log", JSON.stringify({ version: 50, size: 1 })],
    ["of another size", JSON.stringify({ version: 4, size: 1, sizeInBytes: 77 })],
    ["of another form at the same version", JSON.stringify({ version: 4, size: 1, parts: 7 })],
  ])("is found in spite of a hint that is %s", async (_, text) => {
    const table = tableOf(6);
    await v1(table, 4);
    table.put("_last_checkpoint", text);
    const snapshot = await load(table);
    expect(snapshot.segment.checkpoint?.version).toBe(4);
    expect(await table.paths(snapshot)).toEqual(names(0, 6));
  });
});

describe("version checksums", () => {
  const checksum = (id: string) =>
    JSON.stringify({ ...protocol(), metadata: metadata({}, id).metaData, protocol: protocol().protocol, numFiles: 9 });

  test("give protocol and metadata of exactly their version, without a commit being read", async () => {
    const table = tableOf(3);
    table.put(`${padded(3)}.crc`, checksum("from-crc"));
    const snapshot = await load(table);
    expect(snapshot.metadata.id).toBe("from-crc");
    expect(table.storage.requests.filter((r) => r.url.endsWith(".json"))).toEqual([]);
    expect(await table.paths(snapshot)).toEqual(names(0, 3));
    expect((await load(table, { version: 2 })).metadata.id).toBe("t");
  });

  test("of an older version, where there is no checkpoint, spare the commits before it", async () => {
    const table = tableOf(9);
    table.put(`${padded(4)}.crc`, checksum("older"));
    table.put(`${padded(6)}.crc`, checksum("from-crc"));
    table.commit(8, [protocol({ minWriterVersion: 4 }), add("f8")]);
    const snapshot = await load(table);
    expect(snapshot.metadata.id).toBe("from-crc");
    expect(snapshot.protocol.minWriterVersion).toBe(4);
    const versionsOf = () => table.storage.requests.flatMap(({ url }) => /0(\d)\.json$/.exec(url)?.[1] ?? []).sort();
    expect(versionsOf()).toEqual(["7", "8", "9"]);
    expect(await table.paths(snapshot)).toEqual(names(0, 9));
    table.storage.assertNothingReadTwice();
  });

  test("of an older version behind a checkpoint spare it, and the commits before", async () => {
    const table = tableOf(9);
    await table.parquet(`${padded(4)}.checkpoint.parquet`, [
      protocol(),
      metadata(),
      ...[0, 1, 2, 3, 4].map((i) => add(`f${i}`)),
    ]);
    table.put(`${padded(7)}.crc`, checksum("from-crc"));
    const snapshot = await load(table);
    expect(snapshot.metadata.id).toBe("from-crc");
    const read = () =>
      table.storage.requests.flatMap(({ url }) => /0(\d\.(?:json|checkpoint.*))$/.exec(url)?.[1] ?? []);
    expect(read().sort()).toEqual(["8.json", "9.json"]);
    expect(await table.paths(snapshot)).toEqual(names(0, 9));
    table.storage.assertNothingReadTwice();
  });

  test("of an older version that make no sense are passed over", async () => {
    const table = tableOf(9);
    table.put(`${padded(6)}.crc`, "{");
    const snapshot = await load(table);
    expect(snapshot.metadata.id).toBe("t");
    expect(await table.paths(snapshot)).toEqual(names(0, 9));
    table.storage.assertNothingReadTwice();
  });

  const damagedSchema = checksum("from-crc").replace('\\"struct\\"', '\\"st');

  test.each(["", "{", "[]", "{}", '{"protocol":{},"metadata":{}}', damagedSchema])(
    "that make no sense (%s) are passed over",
    async (text) => {
      const table = tableOf(3);
      table.put(`${padded(3)}.crc`, text);
      expect((await load(table)).metadata.id).toBe("t");
    },
  );
});

describe("log compactions", () => {
  test("are read in the place of their commits, and their removes hide older files", async () => {
    const table = tableOf(2);
    table.commit(3, [remove("f1")]);
    table.commit(4, [add("f4")]);
    table.put(`${padded(2)}.${padded(4)}.compacted.json`, lines([add("f2"), add("f4"), remove("f1")]));
    expect(await table.paths(await load(table))).toEqual(["f0", "f2", "f4"]);
    expect(table.storage.requests.filter((r) => r.url === `${LOG}${padded(3)}.json`)).toEqual([]);
  });

  test("that were not reconciled are passed over for their commits", async () => {
    const table = tableOf(2);
    table.commit(3, [remove("f2")]);
    table.put(`${padded(2)}.${padded(3)}.compacted.json`, lines([add("f2"), remove("f2")]));
    expect(await table.paths(await load(table))).toEqual(["f0", "f1"]);
  });
});

describe("transactions and domains", () => {
  const txn = (appId: string, version: number, lastUpdated?: number): Action => ({
    txn: { appId, version, ...(lastUpdated === undefined ? {} : { lastUpdated }) },
  });
  const domain = (name: string, configuration: string, removed = false): Action => ({
    domainMetadata: { domain: name, configuration, removed },
  });

  test("the newest in the log wins, be its number lower, and longs are exact", async () => {
    const table = tableOf(0);
    table.commit(1, [txn("a", 7), txn("b", 1)]);
    table.put(
      `${padded(2)}.json`,
      '{"txn":{"appId":"a","version":3}}\n{"txn":{"appId":"c","version":9007199254740993}}\n',
    );
    const found = await setTransactions(table.engine, await load(table));
    expect([...found].map(([id, t]) => [id, t.version])).toEqual([
      ["a", 3n],
      ["c", 9007199254740993n],
      ["b", 1n],
    ]);
  });

  test("one that has expired does not uncover an older one", async () => {
    const table = new LogTable();
    const retention = metadata({ "delta.setTransactionRetentionDuration": "interval 1 day" });
    table.commits(0, [protocol(), retention]);
    const now = table.engine.clock.now();
    table.commit(1, [txn("a", 1), txn("b", 1, now)]);
    table.commit(2, [txn("a", 2, now - 90_000_000)]);
    const found = await setTransactions(table.engine, await load(table));
    expect([...found.keys()]).toEqual(["b"]);
  });

  test("a removed domain hides older ones, in a checkpoint too", async () => {
    const table = tableOf(2);
    await table.parquet(`${padded(2)}.checkpoint.parquet`, [
      protocol(),
      metadata(),
      domain("x", "old"),
      domain("y", "kept"),
      txn("a", 5),
      add("f0"),
    ]);
    table.commit(3, [domain("x", "", true), domain("z", "new")]);
    const snapshot = await load(table);
    const found = await domainMetadata(table.engine, snapshot);
    expect([...found.values()].map((d) => [d.domain, d.configuration])).toEqual([
      ["z", "new"],
      ["y", "kept"],
    ]);
    expect((await setTransactions(table.engine, snapshot)).get("a")?.version).toBe(5n);
  });
});

describe("refresh", () => {
  test("of an unchanged table is one request and the same snapshot", async () => {
    const table = tableOf(3);
    const snapshot = await load(table);
    table.storage.reset();
    expect(await refreshSnapshot(table.engine, snapshot)).toBe(snapshot);
    expect(table.storage.requests).toHaveLength(1);
  });

  test("reads the new commits and nothing else", async () => {
    const table = tableOf(3);
    const snapshot = await load(table);
    await table.paths(snapshot);
    table.commit(4, [remove("f0"), add("f4")]);
    table.commit(5, [metadata({}, "renewed")]);
    table.storage.reset();
    const next = await refreshSnapshot(table.engine, snapshot);
    expect([next.version, next.metadata.id]).toEqual([5, "renewed"]);
    expect(await table.paths(next)).toEqual(["f1", "f2", "f3", "f4"]);
    expect(table.storage.requests.map((r) => r.url.slice(LOG.length))).toEqual([
      "",
      `${padded(5)}.json`,
      `${padded(4)}.json`,
    ]);
    expect(await table.paths(snapshot)).toEqual(names(0, 3));
  });

  test("refuses a table that has come to need what this reader lacks", async () => {
    const table = tableOf(1);
    const snapshot = await load(table);
    table.commit(2, [
      protocol({ minReaderVersion: 3, minWriterVersion: 7, readerFeatures: ["x"], writerFeatures: ["x"] }),
    ]);
    await expect(refreshSnapshot(table.engine, snapshot)).rejects.toThrow(
      code("FEATURE_UNSUPPORTED", { feature: "x" }),
    );
  });

  test("moves on to a newer checkpoint when the old one has been cleaned up", async () => {
    const table = tableOf(3);
    const snapshot = await load(table);
    for (let v = 4; v <= 8; v++) table.commit(v, [add(`f${v}`)]);
    await table.parquet(`${padded(7)}.checkpoint.parquet`, [protocol(), metadata(), ...names(0, 7).map((n) => add(n))]);
    for (let v = 0; v <= 6; v++) await table.delete(`${padded(v)}.json`);
    const next = await refreshSnapshot(table.engine, snapshot);
    expect(next.version).toBe(8);
    expect(await table.paths(next)).toEqual(names(0, 8));
  });
});

describe("a snapshot as of a time", () => {
  function dated(times: readonly number[]): LogTable {
    const table = new LogTable();
    for (const [version, time] of times.entries()) {
      table.commit(version, version === 0 ? [protocol(), metadata(), add("f0")] : [add(`f${version}`)], time);
    }
    return table;
  }

  test("is the newest version that was committed by then", async () => {
    const table = dated([1000, 2000, 3000]);
    const at = async (timestamp: number) => (await load(table, { timestamp })).version;
    expect(await Promise.all([1000, 1999, 2000, 2500, 3000, 99_999].map(at))).toEqual([0, 0, 1, 1, 2, 2]);
    await expect(load(table, { timestamp: 999 })).rejects.toThrow(code("TIMESTAMP_OUT_OF_RANGE"));
  });

  test("makes modification times grow where they do not", async () => {
    const table = dated([1000, 500, 400, 5000]);
    const commits = [];
    for await (const commit of readCommits(table.engine, await load(table)))
      commits.push([commit.version, commit.timestamp]);
    expect(commits).toEqual([
      [3, 5000],
      [2, 1002],
      [1, 1001],
      [0, 1000],
    ]);
    expect((await load(table, { timestamp: 1001 })).version).toBe(1);
  });

  test("goes by in-commit timestamps from the version on that enabled them, and by files before", async () => {
    const table = dated([1000, 2000]);
    const features = { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ["inCommitTimestamp"] };
    const enabled = metadata({
      "delta.enableInCommitTimestamps": "true",
      "delta.inCommitTimestampEnablementVersion": "2",
      "delta.inCommitTimestampEnablementTimestamp": "7000",
    });
    const info = (inCommitTimestamp: number): Action => ({ commitInfo: { inCommitTimestamp } });
    table.commit(2, [info(7000), protocol(features), enabled]);
    table.commit(3, [info(8000), add("f3")]);
    table.commit(4, [info(9000), add("f4")]);
    expect((await load(table)).timestamp).toBe(9000);
    const at = async (timestamp: number) => (await load(table, { timestamp })).version;
    expect(await Promise.all([1500, 6999, 7000, 8500, 9000, 9001].map(at))).toEqual([0, 1, 2, 3, 4, 4]);
  });
});
