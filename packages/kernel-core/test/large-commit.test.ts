import { liveFiles, loadSnapshot, setTransactions } from "@asyncdelta/kernel-core";
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
} from "./support/log-table.js";

/** More than is read in one request, about 3 MiB; and more than is held, about 20 MiB. */
const [LARGE, HUGE] = [9000, 55_000];

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
});
