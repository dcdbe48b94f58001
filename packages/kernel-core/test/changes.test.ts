import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planChanges } from "../src/changes/plan-changes.js";
import { readChanges } from "../src/changes/read-changes.js";
import type { Engine } from "../src/engine/engine.js";
import { loadSnapshot } from "../src/snapshot/load-snapshot.js";
import { type Change, ChangeTable, column, feedMetadata, feedProtocol, vectorOf } from "./support/change-table.js";
import { type Action, LOG, padded, ROOT } from "./support/log-table.js";

const failing = (code: string, facts: object = {}) => expect.objectContaining({ code, ...facts });

describe("the changes of a version", () => {
  it("are its added rows as inserts and its removed rows as deletes", async () => {
    const table = new ChangeTable();
    table.ids("a", 0, 2);
    table.ids("b", 10, 1);
    table.commit(0, [feedProtocol, feedMetadata(), table.added("a")]);
    table.commit(1, [table.removed("a"), table.added("b")]);
    expect(await table.changes({ from: 0 })).toEqual([
      ["insert", 0, 0n],
      ["insert", 0, 1n],
      ["delete", 1, 0n],
      ["delete", 1, 1n],
      ["insert", 1, 10n],
    ]);
    expect(await table.changes({ from: 0, to: 0 })).toEqual([
      ["insert", 0, 0n],
      ["insert", 0, 1n],
    ]);
  });

  it("are those of its change files alone, where it has any", async () => {
    const table = new ChangeTable();
    table.ids("a", 0, 3);
    table.ids("b", 0, 2);
    table.file("_change_data/c", { id: [2n, 1n, 1n], _change_type: ["delete", "update_preimage", "update_postimage"] });
    table.commit(0, [feedProtocol, feedMetadata(), table.added("a")]);
    table.commit(1, [table.removed("a"), table.added("b"), table.changed("_change_data/c")]);
    expect(await table.changes({ from: 1 })).toEqual([
      ["delete", 1, 2n],
      ["update_postimage", 1, 1n],
      ["update_preimage", 1, 1n],
    ]);
  });

  it("do not include files that were rewritten without a change of data", async () => {
    const table = new ChangeTable();
    table.ids("a", 0, 2);
    table.ids("b", 0, 2);
    table.ids("c", 5, 1);
    table.commit(0, [feedProtocol, feedMetadata(), table.added("a")]);
    const rearranged = { dataChange: false };
    table.commit(1, [table.removed("a", rearranged), table.added("b", rearranged), table.added("c")]);
    expect(await table.changes({ from: 1 })).toEqual([["insert", 1, 5n]]);
  });

  it("are none in a merge whose metrics say that no row changed", async () => {
    const table = new ChangeTable();
    table.ids("a", 0, 2);
    table.ids("b", 0, 2);
    const merge = (metrics: object): Action => ({ commitInfo: { operation: "MERGE", operationMetrics: metrics } });
    const none = { numTargetRowsInserted: "0", numTargetRowsUpdated: "0", numTargetRowsDeleted: "0" };
    table.commit(0, [feedProtocol, feedMetadata(), table.added("a")]);
    table.commit(1, [merge(none), table.removed("a"), table.added("b")]);
    table.commit(2, [merge({ ...none, numTargetRowsDeleted: "1" }), table.removed("b")]);
    expect(await table.changes({ from: 1 })).toEqual([
      ["delete", 2, 0n],
      ["delete", 2, 1n],
    ]);
  });

  it("have the partition values of the log", async () => {
    const table = new ChangeTable();
    table.ids("a", 0, 1);
    table.file("_change_data/c", { id: [7n], _change_type: ["update_preimage"] });
    const schema = feedMetadata([column("id", "long"), column("day", "string")], { partitionColumns: ["day"] });
    const monday = { partitionValues: { day: "mon" } };
    table.commit(0, [feedProtocol, schema, table.added("a", monday)]);
    table.commit(1, [table.changed("_change_data/c", { partitionValues: { day: "tue" } })]);
    table.commit(2, [table.removed("a", monday)]);
    expect(await table.changes({ from: 0 })).toEqual([
      ["insert", 0, 0n, "mon"],
      ["update_preimage", 1, 7n, "tue"],
      ["delete", 2, 0n, "mon"],
    ]);
    expect(await table.changes({ from: 2, columns: ["DAY"] })).toEqual([["delete", 2, "mon"]]);
    expect(await table.changes({ from: 1, to: 1, columns: [] })).toEqual([["update_preimage", 1]]);
  });

  it("come with the feed's own columns, in batches of the planned schema", async () => {
    const table = new ChangeTable();
    table.ids("a", 0, 2);
    table.commit(0, [feedProtocol, feedMetadata(), table.added("a")], 1_700_000_000_123);
    const changes = await planChanges(table.engine, ROOT, { from: 0 });
    expect(changes.schema.fields.map(({ name }) => name)).toEqual([
      "id",
      "_change_type",
      "_commit_version",
      "_commit_timestamp",
    ]);
    for await (const batch of readChanges(table.engine, ROOT, { from: 0 })) {
      expect(batch.schema.fields.map(({ name, type }) => `${name}: ${type}`)).toEqual([
        "id: Int64",
        "_change_type: Utf8",
        "_commit_version: Int64",
        "_commit_timestamp: Timestamp<MICROSECOND, UTC>",
      ]);
      expect(batch.getChild("_commit_timestamp")!.data[0]!.values).toEqual(
        BigInt64Array.of(1_700_000_000_123_000n, 1_700_000_000_123_000n),
      );
    }
  });
});

describe("a deletion vector that changed", () => {
  const table = new ChangeTable();
  table.ids("a", 0, 10);
  const states: (readonly number[] | undefined)[] = [undefined, [1, 2], [1, 2, 5], [2, 9], [2, 9], undefined];
  const vector = (rows: readonly number[] | undefined) => (rows === undefined ? {} : vectorOf(rows));
  table.commit(0, [feedProtocol, feedMetadata(), table.added("a")]);
  for (const [version, rows] of states.entries()) {
    if (version === 0) continue;
    const pair = [table.added("a", vector(rows)), table.removed("a", vector(states[version - 1]))];
    table.commit(version, version % 2 === 0 ? pair : pair.reverse());
  }
  table.commit(6, [table.removed("a"), table.added("a", vector([0]))]);
  table.commit(7, [table.removed("a", vector([0]))]);

  it.each<[string, number, Change[]]>([
    [
      "where there was none: its rows went",
      1,
      [
        ["delete", 1, 1n],
        ["delete", 1, 2n],
      ],
    ],
    ["by more rows: these went", 2, [["delete", 2, 5n]]],
    [
      "by others: some went, some came back",
      3,
      [
        ["delete", 3, 9n],
        ["insert", 3, 1n],
        ["insert", 3, 5n],
      ],
    ],
    ["not at all: nothing happened", 4, []],
    [
      "to none: its rows came back",
      5,
      [
        ["insert", 5, 2n],
        ["insert", 5, 9n],
      ],
    ],
  ])("%s", async (_, version, changes) => {
    expect(await table.changes({ from: version, to: version })).toEqual(changes);
  });

  it("leaves the rows that are deleted already out of what goes with the file", async () => {
    const deletes = Array.from({ length: 9 }, (_, row): Change => ["delete", 7, BigInt(row + 1)]);
    expect(await table.changes({ from: 7 })).toEqual(deletes);
  });

  it("is read only where it changed: no other row group is asked for", async () => {
    const large = new ChangeTable();
    large.ids("a", 0, 5000, 1000);
    large.commit(0, [feedProtocol, feedMetadata(), large.added("a")]);
    large.commit(1, [large.removed("a"), large.added("a", vectorOf([2345, 2999, 4000]))]);
    const asked: unknown[] = [];
    const { parquet } = large.engine;
    const engine: Engine = {
      ...large.engine,
      parquet: {
        open: async (url, options) => {
          const file = await parquet.open(url, options);
          const { size, numRows, fields, rowGroups, keyValueMetadata } = file;
          const read: typeof file.read = (readOptions) => {
            asked.push(readOptions?.rowGroups);
            return file.read(readOptions);
          };
          return { url, size, numRows, fields, rowGroups, keyValueMetadata, read };
        },
      },
    };
    const ids: bigint[] = [];
    for await (const batch of readChanges(engine, ROOT, { from: 1 })) ids.push(...batch.getChild("id")!);
    expect(ids).toEqual([2345n, 2999n, 4000n]);
    expect(asked).toEqual([[2, 4]]);
  });

  it("beyond the rows of its file is refused", async () => {
    const wrong = new ChangeTable();
    wrong.ids("a", 0, 3);
    wrong.commit(0, [feedProtocol, feedMetadata(), wrong.added("a")]);
    wrong.commit(1, [wrong.removed("a"), wrong.added("a", vectorOf([3]))]);
    await expect(wrong.changes({ from: 1 })).rejects.toThrow(failing("DELETION_VECTOR_CORRUPT"));
  });
});

describe("a whole history", () => {
  /** One step of a writer: files come, go, and get other deletion vectors. */
  const steps = fc.array(
    fc.array(fc.tuple(fc.nat(4), fc.option(fc.uniqueArray(fc.nat(5), { maxLength: 6 }))), { maxLength: 4 }),
    {
      minLength: 1,
      maxLength: 6,
    },
  );

  it("of random files and deletion vectors explains the rows of each version from those of the one before", async () => {
    const table = new ChangeTable();
    for (let file = 0; file < 5; file++) table.ids(`f${file}`, 100 * file, 6, 2);
    await fc.assert(
      fc.asyncProperty(steps, async (versions) => {
        for (let version = 0; version < 10; version++) await table.delete(`${padded(version)}.json`);
        table.commit(0, [feedProtocol, feedMetadata()]);
        const live = new Map<number, readonly number[]>();
        const expected: Change[] = [];
        for (const [index, step] of versions.entries()) {
          const actions: Action[] = [];
          const version = index + 1;
          for (const [file, wanted] of new Map(step)) {
            const before = live.get(file);
            const after = wanted === null ? undefined : [...wanted].sort((a, b) => a - b);
            const dv = (rows: readonly number[]) => (rows.length === 0 ? {} : vectorOf(rows));
            if (before !== undefined) actions.push(table.removed(`f${file}`, dv(before)));
            if (after !== undefined) actions.push(table.added(`f${file}`, dv(after)));
            for (let row = 0; row < 6; row++) {
              const was = before !== undefined && !before.includes(row);
              const is = after !== undefined && !after.includes(row);
              if (was !== is) expected.push([is ? "insert" : "delete", version, BigInt(100 * file + row)]);
            }
            if (after === undefined) live.delete(file);
            else live.set(file, after);
          }
          table.commit(version, actions.length === 0 ? [{ commitInfo: {} }] : actions);
        }
        const sorted = (changes: Change[]) => changes.map((change) => change.join(" ")).sort();
        expect(sorted(await table.changes({ from: 0 }))).toEqual(sorted(expected));
      }),
      { seed: 70, numRuns: 25 },
    );
  });
});

describe("a schema that changed", () => {
  const mapped = (mode: string) => ({ "delta.columnMapping.mode": mode });
  const mappingProtocol = (version: 2 | 3): Action => ({
    protocol:
      version === 2
        ? { minReaderVersion: 2, minWriterVersion: 5 }
        : {
            minReaderVersion: 3,
            minWriterVersion: 7,
            readerFeatures: ["columnMapping"],
            writerFeatures: ["columnMapping", "changeDataFeed"],
          },
  });
  const named = (name: string, physical: string, id: number, type: unknown = "long") =>
    column(name, type, { metadata: { "delta.columnMapping.physicalName": physical, "delta.columnMapping.id": id } });

  async function across(
    before: Action,
    after: Action,
    protocol = feedProtocol,
    later: readonly Action[] = [],
  ): Promise<Change[]> {
    const table = new ChangeTable();
    table.ids("a", 0, 1);
    table.file("b", { id: [1n], name: ["x"] });
    table.commit(0, [protocol, before, table.added("a")]);
    table.commit(1, [...later, after]);
    table.commit(2, [table.added("b")]);
    return table.changes({ from: 0 });
  }

  it("by a column more gives the older rows null there", async () => {
    const after = feedMetadata([column("id", "long"), column("name", "string")]);
    expect(await across(feedMetadata(), after)).toEqual([
      ["insert", 0, 0n, null],
      ["insert", 2, 1n, "x"],
    ]);
  });

  it("by a wider type gives the older rows in it", async () => {
    const table = new ChangeTable();
    table.file("a", { id: [1, 2] });
    table.file("c", { id: [1], _change_type: ["delete"] });
    table.ids("b", 2 ** 40, 1);
    table.commit(0, [feedProtocol, feedMetadata([column("id", "integer")]), table.added("a")]);
    table.commit(1, [table.changed("c")]);
    table.commit(2, [feedMetadata()]);
    table.commit(3, [table.added("b")]);
    expect(await table.changes({ from: 0 })).toEqual([
      ["insert", 0, 1n],
      ["insert", 0, 2n],
      ["delete", 1, 1n],
      ["insert", 3, 2n ** 40n],
    ]);
    expect(await table.changes({ from: 0, to: 1 })).toEqual([
      ["insert", 0, 1],
      ["insert", 0, 2],
      ["delete", 1, 1],
    ]);
  });

  it("by column mapping being enabled gives the rows of both", async () => {
    const after = feedMetadata([named("id", "id", 1), named("name", "name", 2, "string")], {}, mapped("name"));
    const before = feedMetadata();
    expect(await across(before, after, feedProtocol, [mappingProtocol(3)])).toEqual([
      ["insert", 0, 0n, null],
      ["insert", 2, 1n, "x"],
    ]);
  });

  const mapping = (...fields: object[]) => feedMetadata(fields, {}, mapped("name"));
  it.each<[string, Action, Action, Action?]>([
    ["another type", feedMetadata(), feedMetadata([column("id", "string")])],
    ["a narrower type", feedMetadata(), feedMetadata([column("id", "integer")])],
    [
      "a type that differs inside",
      feedMetadata([column("id", { type: "array", elementType: "long", containsNull: true })]),
      feedMetadata([column("id", { type: "array", elementType: "string", containsNull: true })]),
    ],
    ["a column less", feedMetadata([column("id", "long"), column("name", "string")]), feedMetadata()],
    [
      "a field less",
      feedMetadata([column("s", { type: "struct", fields: [column("a", "long"), column("b", "long")] })]),
      feedMetadata([column("s", { type: "struct", fields: [column("a", "long")] })]),
    ],
    ["nulls being forbidden", feedMetadata(), feedMetadata([column("id", "long", { nullable: false })])],
    ["other partition columns", feedMetadata(), feedMetadata(undefined, { partitionColumns: ["id"] })],
    ["a new name", mapping(named("id", "p1", 1)), mapping(named("key", "p1", 1)), mappingProtocol(2)],
    [
      "a column dropped and added anew",
      mapping(named("id", "p1", 1)),
      mapping(named("id", "p2", 2)),
      mappingProtocol(2),
    ],
    ["column mapping being disabled", mapping(named("id", "id", 1)), feedMetadata(), mappingProtocol(2)],
  ])("by %s is refused, in whole and not in parts", async (_, before, after, protocol = feedProtocol) => {
    await expect(across(before, after, protocol)).rejects.toThrow(failing("SCHEMA_INCOMPATIBLE", { version: 0 }));
  });

  it("by the first version is refused where that removes files written before it", async () => {
    const table = new ChangeTable();
    table.ids("a", 0, 1);
    table.ids("b", 5, 1);
    const days = [column("id", "long"), column("day", "string")];
    const monday = { partitionValues: { day: "mon" } };
    table.commit(0, [feedProtocol, feedMetadata(days, { partitionColumns: ["day"] }), table.added("a", monday)]);
    table.commit(1, [feedMetadata(days), table.removed("a", monday), table.added("b")]);
    // The removed row had a day, which its file does not hold.
    await expect(table.changes({ from: 1 })).rejects.toThrow(failing("SCHEMA_INCOMPATIBLE", { version: 0 }));
    table.commit(2, [table.removed("b")]);
    expect(await table.changes({ from: 2 })).toHaveLength(1);
  });

  it("there and back is refused at the version in between", async () => {
    const table = new ChangeTable();
    table.ids("a", 0, 1);
    table.commit(0, [feedProtocol, feedMetadata(), table.added("a")]);
    table.commit(1, [feedMetadata([column("id", "string")])]);
    table.commit(2, [feedMetadata()]);
    await expect(table.changes({ from: 0 })).rejects.toThrow(
      failing("SCHEMA_INCOMPATIBLE", { version: 1, column: "id" }),
    );
  });

  it("into one with a column of the feed's own names is refused", async () => {
    const table = new ChangeTable();
    table.commit(0, [feedProtocol, feedMetadata([column("_Commit_Version", "long")])]);
    await expect(table.changes({ from: 0 })).rejects.toThrow(failing("SCHEMA_INVALID", { column: "_Commit_Version" }));
  });
});

describe("a feed that was not enabled", () => {
  const off = feedMetadata(undefined, {}, { "delta.enableChangeDataFeed": "false" });

  it("at the first version is refused before anything is read", async () => {
    const table = new ChangeTable();
    table.commit(0, [feedProtocol, off]);
    table.commit(1, [feedMetadata()]);
    await expect(planChanges(table.engine, ROOT, { from: 0 })).rejects.toThrow(
      failing("CHANGE_FEED_DISABLED", { version: 0 }),
    );
    expect(await table.changes({ from: 1 })).toEqual([]);
  });

  it("at a later one is refused there, after the versions before it", async () => {
    const table = new ChangeTable();
    table.ids("a", 0, 1);
    table.commit(0, [feedProtocol, feedMetadata(), table.added("a")]);
    table.commit(1, [off]);
    table.commit(2, [feedMetadata()]);
    const seen: number[] = [];
    const read = async () => {
      for await (const batch of readChanges(table.engine, ROOT, { from: 0 })) seen.push(batch.numRows);
    };
    await expect(read()).rejects.toThrow(failing("CHANGE_FEED_DISABLED", { version: 1 }));
    expect(seen).toEqual([1]);
  });

  it("because the protocol has no such feature is refused, whatever the property says", async () => {
    const table = new ChangeTable();
    table.commit(0, [{ protocol: { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: [] } }, feedMetadata()]);
    await expect(table.changes({ from: 0 })).rejects.toThrow(failing("CHANGE_FEED_DISABLED"));
    table.commit(0, [{ protocol: { minReaderVersion: 1, minWriterVersion: 3 } }, feedMetadata()]);
    await expect(table.changes({ from: 0 })).rejects.toThrow(failing("CHANGE_FEED_DISABLED"));
    table.commit(0, [{ protocol: { minReaderVersion: 1, minWriterVersion: 4 } }, feedMetadata()]);
    expect(await table.changes({ from: 0 })).toEqual([]);
  });
});

describe("what changes need and do not find", () => {
  function two(): ChangeTable {
    const table = new ChangeTable();
    table.ids("a", 0, 1);
    table.ids("b", 1, 1);
    table.commit(0, [feedProtocol, feedMetadata(), table.added("a")]);
    table.commit(1, [table.added("b")]);
    return table;
  }

  it("is a commit that was cleaned up", async () => {
    const table = two();
    await table.parquet("00000000000000000001.checkpoint.parquet", [
      feedProtocol,
      feedMetadata(),
      table.added("a"),
      table.added("b"),
    ]);
    await table.delete("00000000000000000000.json");
    await expect(table.changes({ from: 0 })).rejects.toThrow(failing("LOG_GAP", { version: 0 }));
    expect(await table.changes({ from: 1 })).toEqual([["insert", 1, 1n]]);
  });

  it("is a version that is not there yet", async () => {
    await expect(two().changes({ from: 2 })).rejects.toThrow(failing("VERSION_NOT_FOUND", { version: 2 }));
    await expect(two().changes({ from: 0, to: 2 })).rejects.toThrow(failing("VERSION_NOT_FOUND", { version: 2 }));
  });

  it("is a table", async () => {
    await expect(new ChangeTable().changes({ from: 0 })).rejects.toThrow(failing("TABLE_NOT_FOUND"));
  });

  it("is a data file that was vacuumed", async () => {
    const table = two();
    await table.memory.delete(`${ROOT}a`);
    await expect(table.changes({ from: 0 })).rejects.toThrow(failing("FILE_NOT_FOUND", { version: 0 }));
  });

  it("is the column _change_type of a change file, or a value in it", async () => {
    const table = two();
    table.ids("c", 0, 1);
    table.file("d", { id: [1n, 2n], _change_type: ["insert", null] });
    table.commit(2, [table.changed("c")]);
    table.commit(3, [table.changed("d")]);
    const failure = failing("FILE_CORRUPT", { column: "_change_type" });
    await expect(table.changes({ from: 2, to: 2 })).rejects.toThrow(failure);
    await expect(table.changes({ from: 3, to: 3 })).rejects.toThrow(failure);
    table.file("e", { id: [1n], _change_type: [7] });
    table.commit(4, [table.changed("e")]);
    await expect(table.changes({ from: 4, to: 4 })).rejects.toThrow(failure);
  });

  it("may be the annotation of that column as text", async () => {
    const table = two();
    table.file("c", { id: [1n], _change_type: [new TextEncoder().encode("delete")] });
    table.commit(2, [table.changed("c")]);
    expect(await table.changes({ from: 2 })).toEqual([["delete", 2, 1n]]);
  });

  it("are the partition values of a removed file", async () => {
    const table = new ChangeTable();
    table.ids("a", 0, 1);
    const schema = feedMetadata([column("id", "long"), column("p", "string")], { partitionColumns: ["p"] });
    table.commit(0, [feedProtocol, schema]);
    table.commit(1, [{ remove: { path: "a", dataChange: true } }]);
    await expect(table.changes({ from: 1 })).rejects.toThrow(failing("LOG_CORRUPT", { version: 1 }));
  });

  it("may be the size of a removed file, which is then asked for", async () => {
    const table = two();
    table.commit(2, [{ remove: { path: "a", dataChange: true } }]);
    expect(await table.changes({ from: 2 })).toEqual([["delete", 2, 0n]]);
    await table.memory.delete(`${ROOT}a`);
    await expect(table.changes({ from: 2 })).rejects.toThrow(failing("FILE_NOT_FOUND", { version: 2 }));
  });

  it("is one action of a file where there are two", async () => {
    const table = two();
    table.commit(2, [table.added("a", vectorOf([0])), table.added("./a")]);
    await expect(table.changes({ from: 2 })).rejects.toThrow(failing("LOG_CORRUPT", { version: 2 }));
  });
});

describe("a range of versions", () => {
  it.each<[string, object]>([
    ["without a beginning", {}],
    ["with two beginnings", { from: 0, fromTimestamp: 0 }],
    ["with two ends", { from: 0, to: 1, toTimestamp: 1 }],
    ["that ends before it begins", { from: 1, to: 0 }],
    ["that ends before it begins, in time", { fromTimestamp: 2, toTimestamp: 1 }],
    ["of negative versions", { from: -1 }],
    ["of half versions", { from: 0.5 }],
    ["of no time", { fromTimestamp: Number.NaN }],
  ])("%s is an invalid argument", async (_, options) => {
    await expect(new ChangeTable().changes(options)).rejects.toThrow(failing("INVALID_ARGUMENT"));
  });

  const table = new ChangeTable();
  for (let version = 0; version < 4; version++) {
    table.ids(`f${version}`, version, 1);
    const first = version === 0 ? [feedProtocol, feedMetadata()] : [];
    // Version 2 claims to be older than version 1.
    table.commit(version, [...first, table.added(`f${version}`)], [1000, 2000, 1500, 4000][version]!);
  }
  const versions = async (options: object) => (await table.changes(options)).map(([, version]) => version);

  it.each<[object, number[]]>([
    [{ fromTimestamp: 0 }, [0, 1, 2, 3]],
    [{ fromTimestamp: 1000 }, [0, 1, 2, 3]],
    [{ fromTimestamp: 1000.5 }, [1, 2, 3]],
    [{ fromTimestamp: 2001 }, [2, 3]],
    [{ fromTimestamp: 2002, toTimestamp: 9999 }, [3]],
    [{ fromTimestamp: 1001, toTimestamp: 2000 }, [1]],
    [{ from: 0, toTimestamp: 2001 }, [0, 1, 2]],
    [{ fromTimestamp: 2500, toTimestamp: 3500 }, []],
    [{ fromTimestamp: 1500, to: 2 }, [1, 2]],
  ])("in time, %o, is found by the times of commits, which grow", async (options, expected) => {
    expect(await versions(options)).toEqual(expected);
  });

  it("in time that begins after the newest version, or ends before the first, is an error", async () => {
    await expect(versions({ fromTimestamp: 4001 })).rejects.toThrow(failing("TIMESTAMP_OUT_OF_RANGE"));
    await expect(versions({ from: 0, toTimestamp: 999 })).rejects.toThrow(failing("TIMESTAMP_OUT_OF_RANGE"));
    await expect(versions({ from: 3, toTimestamp: 2001 })).rejects.toThrow(failing("INVALID_ARGUMENT"));
  });

  it("gives each version the time at which it was committed", async () => {
    const times: bigint[] = [];
    for await (const batch of readChanges(table.engine, ROOT, { from: 0 })) {
      times.push(...(batch.getChild("_commit_timestamp")!.data[0]!.values as BigInt64Array));
    }
    expect(times).toEqual([1_000_000n, 2_000_000n, 2_001_000n, 4_000_000n]);
  });

  it("takes the time from the commit itself, once that is enabled", async () => {
    const own = new ChangeTable();
    const features = ["changeDataFeed", "inCommitTimestamp"];
    const protocol = { protocol: { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: features } };
    const ict = {
      "delta.enableInCommitTimestamps": "true",
      "delta.inCommitTimestampEnablementVersion": "1",
      "delta.inCommitTimestampEnablementTimestamp": "500",
    };
    const at = (inCommitTimestamp: number): Action => ({ commitInfo: { inCommitTimestamp } });
    for (let version = 0; version < 3; version++) own.ids(`f${version}`, version, 1);
    own.commit(0, [protocol, feedMetadata(), own.added("f0")], 400);
    own.commit(1, [at(500), feedMetadata(undefined, {}, ict), own.added("f1")], 9000);
    own.commit(2, [at(600), own.added("f2")], 9000);
    const times: bigint[] = [];
    for await (const batch of readChanges(own.engine, ROOT, { from: 0 })) {
      times.push(...(batch.getChild("_commit_timestamp")!.data[0]!.values as BigInt64Array));
    }
    expect(times).toEqual([400_000n, 500_000n, 600_000n]);
    own.commit(3, [own.added("f2")]);
    await expect(own.changes({ from: 2 })).rejects.toThrow(failing("LOG_CORRUPT", { version: 3 }));
  });
});

describe("reading changes", () => {
  function many(count: number): ChangeTable {
    const table = new ChangeTable();
    for (let version = 0; version < count; version++) {
      table.ids(`f${version}`, version, 1);
      table.commit(version, [...(version === 0 ? [feedProtocol, feedMetadata()] : []), table.added(`f${version}`)]);
    }
    return table;
  }

  it("takes four round trips, and reads no byte of the log twice", async () => {
    const table = many(8);
    table.storage.reset();
    const reading = table.changes({ from: 2 });

    expect((await reading).map(([, version]) => version)).toEqual([2, 3, 4, 5, 6, 7]);
    // The listing; the commits; the footers, which hold these small files whole.
    expect(table.storage.rounds).toBeLessThanOrEqual(4);
    table.storage.assertNothingReadTwice();
  });

  it("reads no commit again that a given snapshot has read", async () => {
    const table = many(5);
    const snapshot = await loadSnapshot(table.engine, ROOT);
    table.storage.reset();
    expect((await table.changes({ from: 3, snapshot })).length).toBe(2);
    const log = table.storage.requests.filter(({ url }) => url.startsWith(LOG));
    expect(log.map(({ verb }) => verb)).toEqual(["list"]);
  });

  it("streams a large commit, of which the change files stand last", async () => {
    const table = many(1);
    table.file("c", { id: [5n], _change_type: ["delete"] });
    // Statistics as long as these make a commit too large to hold.
    const filler = Array.from({ length: 170 }, (_, i) =>
      table.added("f0", { path: `x${i}`, stats: "s".repeat(100_000) }),
    );
    table.commit(1, [...filler, table.changed("c")]);
    expect(await table.changes({ from: 1 })).toEqual([["delete", 1, 5n]]);
    const rearranged = filler.map(({ add }) => ({ add: { ...add, dataChange: false } }));
    table.commit(1, [...rearranged, table.removed("f0")]);
    expect(await table.changes({ from: 1 })).toEqual([["delete", 1, 0n]]);
  });

  it("ends in ABORTED when its signal aborts, and nothing goes on", async () => {
    const table = many(30);
    const controller = new AbortController();
    const read = async () => {
      for await (const _ of readChanges(table.engine, ROOT, { from: 0, signal: controller.signal }))
        controller.abort("enough");
    };
    const reading = read();
    reading.catch(() => {});

    await expect(reading).rejects.toThrow(failing("ABORTED"));
    expect(table.storage.inFlight).toBe(0);
    await expect(table.changes({ from: 0, signal: AbortSignal.abort() })).rejects.toThrow(failing("ABORTED"));
  });

  it("stops when its loop is left", async () => {
    const table = many(30);
    const read = async () => {
      for await (const _ of readChanges(table.engine, ROOT, { from: 0 })) break;
    };
    const reading = read();

    await reading;
    expect(table.storage.inFlight).toBe(0);
    expect(table.storage.requests.filter(({ url }) => !url.startsWith(LOG)).length).toBeLessThan(40);
  });
});
