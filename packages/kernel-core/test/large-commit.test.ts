import { domainMetadata, liveFiles, loadSnapshot, readCommits, setTransactions } from "@asyncdelta/kernel-core";
import { describe, expect, test } from "vitest";
import {
  type Action,
  add,
  LOG,
  LogTable,
  lines,
  metadata,
  padded,
  protocol,
  ROOT,
  remove,
  v2Protocol,
} from "./support/log-table.js";

/** More than is parsed at once, about 350 KiB; more than is read in one request, 3 MiB; and more than is held, 20 MiB. */
const [MIDDLING, LARGE, HUGE] = [1000, 9000, 55_000];

const stats = `{"numRecords":3,"note":"${"x".repeat(200)}"}`;
const many = (count: number): Action[] => Array.from({ length: count }, (_, i) => add(`m${i}`, { stats }));

const readsOf = (table: LogTable, version: number) =>
  table.storage.requests.filter((r) => r.url === `${LOG}${padded(version)}.json`);

async function count(table: LogTable, options: { stats?: boolean } = {}): Promise<[number, Set<string>]> {
  const snapshot = await loadSnapshot(table.engine, ROOT);
  const paths = new Set<string>();
  let files = 0;
  for await (const batch of liveFiles(table.engine, snapshot, options)) {
    files += batch.length;
    for (const file of batch) paths.add(file.path);
  }
  return [files, paths];
}

describe.each([
  ["large", LARGE],
  ["huge", HUGE],
])("a %s commit", (_, size) => {
  test("that begins with protocol and metadata gives a snapshot from its head alone", async () => {
    const table = new LogTable();
    table.commit(0, [protocol(), metadata(), ...many(size)]);
    const snapshot = await loadSnapshot(table.engine, ROOT);
    expect(snapshot.metadata.id).toBe("t");
    expect(readsOf(table, 0).flatMap((r) => r.ranges)).toEqual([{ offset: 0, length: 256 << 10 }]);
  });
});

describe.each([
  ["middling", MIDDLING],
  ["large", LARGE],
  ["huge", HUGE],
])("a %s commit", (_, size) => {
  test("gives all its files, with their statistics if asked for, and no byte is read twice", async () => {
    for (const wanted of [true, false]) {
      const table = new LogTable();
      table.commit(0, [protocol(), metadata(), ...many(size)]);
      const snapshot = await loadSnapshot(table.engine, ROOT);
      const found = new Set<string>();
      let withStats = 0;
      for await (const batch of liveFiles(table.engine, snapshot, { stats: wanted })) {
        for (const file of batch) found.add(file.path);
        const last = batch.get(batch.length - 1);
        if (last.stats !== undefined) withStats++;
        expect(last.size).toBe(10);
      }
      expect(found.size).toBe(size);
      // The head of a commit is objects, which have them all the same.
      expect(withStats > 1).toBe(wanted);
      table.storage.assertNothingReadTwice();
    }
  });

  test("hides older files by its removes, and is hidden by newer ones", async () => {
    const table = new LogTable();
    table.commit(0, [protocol(), metadata(), add("old"), add("kept"), add("m1", { size: 99 })]);
    table.commit(1, [...many(size), remove("old")]);
    table.commit(2, [remove("m5"), remove(`m${size - 1}`)]);
    const [files, paths] = await count(table);
    expect(files).toBe(size - 2 + 1);
    expect(paths.size).toBe(files);
    expect([paths.has("old"), paths.has("kept"), paths.has("m1"), paths.has("m5")]).toEqual([false, true, true, false]);
  });

  test("that names a file twice is a contradiction", async () => {
    const table = new LogTable();
    table.commit(0, [protocol(), metadata(), ...many(size), add("m7")]);
    await expect(count(table)).rejects.toThrow(expect.objectContaining({ code: "LOG_CORRUPT", version: 0 }));
  });

  test("may have its metadata and transactions anywhere", async () => {
    const table = new LogTable();
    table.commit(0, [protocol(), metadata()]);
    table.commit(1, [...many(size), metadata({}, "late"), { txn: { appId: "a", version: 7 } }]);
    const snapshot = await loadSnapshot(table.engine, ROOT);
    expect(snapshot.metadata.id).toBe("late");
    expect((await setTransactions(table.engine, snapshot)).get("a")?.version).toBe(7n);
  });

  test("that is torn at its end is an error and never a shorter table", async () => {
    const table = new LogTable();
    table.put(`${padded(0)}.json`, lines([protocol(), metadata(), ...many(size)]).slice(0, -10));
    await expect(count(table)).rejects.toThrow(expect.objectContaining({ code: "LOG_CORRUPT" }));
  });

  test("tells about itself, whether it does so first or last", async () => {
    const table = new LogTable();
    const info = (operation: string): Action => ({ commitInfo: { operation } });
    table.commit(0, [info("FIRST"), protocol(), metadata(), ...many(size)]);
    table.commit(1, [protocol(), metadata(), ...many(size), info("LAST")]);
    const snapshot = await loadSnapshot(table.engine, ROOT);
    const operations: unknown[] = [];
    for await (const { commitInfo } of readCommits(table.engine, snapshot)) operations.push(commitInfo?.operation);
    expect(operations).toEqual(["LAST", "FIRST"]);
  });

  test("that cannot be parsed is named with the line", async () => {
    const table = new LogTable();
    const text = lines([protocol(), metadata(), ...many(size)]).split("\n");
    text[size - 10] = "{";
    table.put(`${padded(0)}.json`, text.join("\n"));
    // Of a file that is not held as a whole, lines are counted from where its rest begins.
    const line = size === MIDDLING ? `line ${size - 9}:` : "line \\d+ after byte \\d+:";
    const wanted = { code: "LOG_CORRUPT", message: expect.stringMatching(new RegExp(line)) };
    await expect(count(table)).rejects.toThrow(expect.objectContaining(wanted));
  });

  test("may be a JSON checkpoint, whose sidecars and transactions stand behind all else", async () => {
    const table = new LogTable();
    table.commits(2, [v2Protocol(), metadata()]);
    const sizeInBytes = await table.parquet("_sidecars/a.parquet", [add("f0"), add("f1"), add("f2")]);
    const domain = (i: number): Action => ({
      domainMetadata: { domain: `d${i}`, configuration: "x".repeat(300), removed: false },
    });
    const top = [
      { checkpointMetadata: { version: 2 } },
      v2Protocol(),
      metadata(),
      ...Array.from({ length: size }, (_, i) => domain(i)),
      { txn: { appId: "a", version: 7 } },
      { sidecar: { path: "a.parquet", sizeInBytes, modificationTime: 1 } },
    ];
    table.put(`${padded(2)}.checkpoint.80a083e8-7026-4e79-81be-64bd76c43a11.json`, lines(top));
    for (const version of [0, 1, 2]) await table.delete(`${padded(version)}.json`);
    table.commit(3, [add("f3")]);
    const snapshot = await loadSnapshot(table.engine, ROOT);
    expect(await table.paths(snapshot)).toEqual(["f0", "f1", "f2", "f3"]);
    expect((await setTransactions(table.engine, snapshot)).get("a")?.version).toBe(7n);
    expect((await domainMetadata(table.engine, snapshot)).size).toBe(size);
  });
});
