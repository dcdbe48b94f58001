import { loadSnapshot, planScan, readTasks, type ScanTask } from "@asyncdelta/kernel-core";
import { describe, expect, test } from "vitest";
import { rowsOf } from "./support/arrow-files.js";
import { ChangeTable, column, feedMetadata, feedProtocol, vectorOf } from "./support/change-table.js";
import { type Action, add, metadata, protocol, ROOT, remove } from "./support/log-table.js";

async function planOf(table: ChangeTable): Promise<ScanTask[]> {
  const tasks: ScanTask[] = [];
  const snapshot = await loadSnapshot(table.engine, ROOT);
  for await (const batch of planScan(table.engine, snapshot, { stats: true })) tasks.push(...batch);
  return tasks;
}

/** The rows of a table, each as its values, sorted. */
async function rowsIn(table: ChangeTable): Promise<unknown[][]> {
  const rows: unknown[][] = [];
  const snapshot = await loadSnapshot(table.engine, ROOT);
  for await (const batch of readTasks(table.engine, planScan(table.engine, snapshot))) {
    rows.push(...rowsOf(batch).map((row) => Object.values(row)));
  }
  return rows.sort((a, b) => (String(a) < String(b) ? -1 : 1));
}

/** A table of one file of the ids 0, 1 and 2, with these statistics. */
function withStatistics(stats: string | undefined): ChangeTable {
  const table = new ChangeTable();
  table.ids("a", 0, 3);
  table.commit(0, [feedProtocol, feedMetadata(), table.added("a", { stats })]);
  return table;
}

describe("no statistics cost a row", () => {
  test.each<[string, string | undefined]>([
    ["that are missing", undefined],
    ["of an empty text", ""],
    ["that are no JSON", '{"numRecords":3,'],
    ["that are no object", '"three"'],
    ["of a column that is all null, and so has no bounds", '{"numRecords":3,"nullCount":{"id":3}}'],
    ["with a null count that is not tight", '{"numRecords":3,"nullCount":{"id":1},"tightBounds":false}'],
    ["with NaN and infinities as text", '{"numRecords":3,"minValues":{"id":"-Infinity"},"maxValues":{"id":"NaN"}}'],
    ["with bounds of an older type", '{"numRecords":3,"minValues":{"id":"0"},"maxValues":{"id":"2"}}'],
    ["with bounds that were cut short", '{"numRecords":3,"minValues":{"id":""},"maxValues":{"id":"\u{10ffff}"}}'],
    ["with timestamps cut to milliseconds", '{"numRecords":3,"maxValues":{"id":"2021-09-08T11:11:11.000Z"}}'],
    ["with decimals beyond a double", '{"numRecords":3,"maxValues":{"id":12345678901234567890.123456789}}'],
    ["with a variant's bounds", '{"numRecords":3,"minValues":{"id":{"$[\'a\']":"0rr910000000"}}}'],
    ["of other columns only", '{"numRecords":3,"minValues":{"other":7},"maxValues":{"other":7},"nullCount":{}}'],
    ["of a struct where the column is none", '{"numRecords":3,"minValues":{"id":{"x":1}},"nullCount":{"id":{"x":0}}}'],
    ["with a flag's null count alone", '{"numRecords":3,"nullCount":{"id":0,"flag":0}}'],
    ["that claim no rows", '{"numRecords":0}'],
    ["that claim half a row", '{"numRecords":0.5,"minValues":{"id":7}}'],
  ])("%s", async (_, stats) => {
    const table = withStatistics(stats);
    expect(await rowsIn(table)).toEqual([[0n], [1n], [2n]]);
    const tasks = await planOf(table);
    expect(tasks).toHaveLength(1);
  });

  test("not those of a file that has been removed either", async () => {
    const table = withStatistics("{{{");
    table.ids("b", 5, 1);
    table.commit(1, [table.removed("a"), table.added("b", { stats: '{"numRecords":1}' })]);
    expect(await rowsIn(table)).toEqual([[5n]]);
  });

  test("a task has the number of records only where it is one", async () => {
    const counts: (number | undefined)[] = [];
    for (const stats of [
      '{"numRecords":3}',
      '{"numRecords":-3}',
      '{"numRecords":3.5}',
      '{"numRecords":"3"}',
      "{",
      undefined,
    ]) {
      counts.push((await planOf(withStatistics(stats)))[0]!.numRecords);
    }
    expect(counts).toEqual([3, undefined, undefined, undefined, undefined, undefined]);
  });
});

describe("partition values", () => {
  const partitioned = (more: readonly Action[]): Action[] => [
    protocol(),
    feedMetadata([column("id", "long"), column("day", "string")], { partitionColumns: ["day"] }),
    ...more,
  ];

  test("come from the log, whatever the names of folders say", async () => {
    const table = new ChangeTable();
    table.ids("day=sunday/a", 0, 1);
    table.ids("day=__HIVE_DEFAULT_PARTITION__/b", 1, 1);
    table.ids("day=tuesday/c", 2, 1);
    table.commit(
      0,
      partitioned([
        table.added("day=sunday/a", { partitionValues: { day: "monday" } }),
        table.added("day=__HIVE_DEFAULT_PARTITION__/b", { partitionValues: { day: "__HIVE_DEFAULT_PARTITION__" } }),
        table.added("day=tuesday/c", { partitionValues: { day: null } }),
      ]),
    );
    expect(await rowsIn(table)).toEqual([
      [0n, "monday"],
      [1n, "__HIVE_DEFAULT_PARTITION__"],
      [2n, null],
    ]);
  });

  test("come from the log also where the data file has the column, as Iceberg's readers need it", async () => {
    const table = new ChangeTable();
    table.file("a", { day: ["file", "file"], id: [0n, 1n] });
    table.commit(0, partitioned([table.added("a", { partitionValues: { day: "log" } })]));
    expect(await rowsIn(table)).toEqual([
      [0n, "log"],
      [1n, "log"],
    ]);
  });
});

describe("data files", () => {
  test("may lie outside of the table, by an absolute path or by one that leads out", async () => {
    const table = new ChangeTable();
    for (const [at, url] of ["memory:///elsewhere/a%20b.parquet", "memory:///lake/other/c"].entries()) {
      table.ids("tmp", at, 1);
      table.memory.set(url, await table.memory.read(`${ROOT}tmp`));
    }
    table.commit(0, [
      protocol(),
      metadata(),
      table.added("tmp", { path: "memory:/elsewhere/a%20b.parquet" }),
      table.added("tmp", { path: "../other/c" }),
    ]);
    expect(await rowsIn(table)).toEqual([[0n], [1n]]);
  });

  test("have columns that the table lacks, which are passed over, and lack columns, which are null", async () => {
    const table = new ChangeTable();
    table.file("a", { _change_type: ["insert"], id: [0n], "_row-id-col-1": [7n] });
    table.commit(0, [protocol(), feedMetadata([column("later", "string"), column("id", "long")]), table.added("a")]);
    expect(await rowsIn(table)).toEqual([[null, 0n]]);
  });

  test("have their deletion vector applied, be the property that allows new ones set or not", async () => {
    for (const properties of [{}, { "delta.enableDeletionVectors": "false" }]) {
      const table = new ChangeTable();
      // Three row groups: positions are those of the file, not of the group.
      table.ids("a", 0, 9, 3);
      table.commit(0, [feedProtocol, feedMetadata(undefined, {}, properties), table.added("a", vectorOf([0, 4, 8]))]);
      expect((await rowsIn(table)).flat()).toEqual([1n, 2n, 3n, 5n, 6n, 7n]);
    }
  });

  test("are one file without a vector and another with one: the log says which is live", async () => {
    const table = new ChangeTable();
    table.ids("a", 0, 3);
    table.commit(0, [feedProtocol, feedMetadata(), table.added("a")]);
    table.commit(1, [table.added("a", vectorOf([1])), table.removed("a")]);
    expect(await rowsIn(table)).toEqual([[0n], [2n]]);
    table.commit(2, [remove("a", vectorOf([1])), table.added("a")]);
    expect(await rowsIn(table)).toEqual([[0n], [1n], [2n]]);
    table.commit(3, [add("unread"), remove("a")]);
    expect((await planOf(table)).map(({ path }) => path)).toEqual(["unread"]);
  });
});
