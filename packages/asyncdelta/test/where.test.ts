import { type NodeEngineOptions, nodeEngine } from "@asyncdelta/engine-node";
import { recordingStorage } from "@asyncdelta/kernel-core/testing";
import {
  and,
  col,
  DeltaTable,
  isDeltaError,
  literal,
  not,
  type Predicate,
  type Row,
  type ScanOptions,
} from "asyncdelta";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { printed, READINGS, TRIPS } from "./cli.js";

let trips: DeltaTable;
beforeAll(async () => {
  trips = await DeltaTable.open(TRIPS);
});
afterAll(() => trips.close());

async function rows(options: ScanOptions): Promise<Row[]> {
  const found: Row[] = [];
  for await (const row of trips.scan(options).rows()) found.push(row);
  return found;
}

/** A table whose requests for data files are counted. */
async function recorded<T>(
  use: (table: DeltaTable) => Promise<T>,
): Promise<{ result: T; files: number; bytes: number }> {
  const storage = recordingStorage(nodeEngine().storage as never);
  const engine = nodeEngine({ storage } as NodeEngineOptions);
  try {
    const table = await DeltaTable.open(TRIPS, { engine });
    storage.reset();
    const result = await use(table);
    const requests = storage.requests.filter(({ url }) => !url.includes("_delta_log"));
    const bytes = requests.flatMap(({ ranges }) => ranges).reduce((sum, { length }) => sum + length, 0);
    return { result, files: new Set(requests.map(({ url }) => url)).size, bytes };
  } finally {
    await engine.close();
  }
}

describe("a scan with where", () => {
  it.each<[string | Predicate, (row: Row) => boolean]>([
    ["fare > 30.5", ({ fare }) => Number(fare) > 30.5],
    [col("fare").gt(literal.decimal("30.5")), ({ fare }) => Number(fare) > 30.5],
    [
      "city = 'Lisbon' and passengers in (2, 3)",
      (row) => row.city === "Lisbon" && [2, 3].includes(row.passengers as number),
    ],
    ["city is null and not tip < 4", ({ city, tip }) => city === null && tip !== null && Number(tip) >= 4],
    [not(col("city").eq("Lisbon")), ({ city }) => city !== null && city !== "Lisbon"],
    [
      "id between 9007199254741040 and 9007199254741060",
      ({ id }) => (id as bigint) >= 9007199254741040n && (id as bigint) <= 9007199254741060n,
    ],
    [
      "pickup < timestamp '2026-03-04T11:43:00.000049Z'",
      ({ pickup }) => (pickup as string) < "2026-03-04T11:43:00.000049Z",
    ],
    [
      and(col("PICKUP").gte(new Date("2026-03-09")), col("distance").lt(5.5)),
      (row) => (row.pickup as string) >= "2026-03-09" && (row.distance as number) < 5.5,
    ],
    ["city like 'S%' or tip is null", ({ city, tip }) => (city as string | null)?.startsWith("S") || tip === null],
    ["true", () => true],
    ["false", () => false],
  ])("gives out the rows it is true for: %s", async (where, isWanted) => {
    const all = await rows({});
    const wanted = all.filter(isWanted);
    const order = (list: Row[]) => list.map(({ id }) => id).sort();
    expect(order(await rows({ where }))).toEqual(order(wanted));
    expect(await trips.scan({ where }).count()).toBe(wanted.length);
    // Columns that only the predicate takes are not given out.
    const cut = await rows({ where, columns: ["distance"] });
    expect(cut.map((row) => Object.keys(row))).toEqual(wanted.map(() => ["distance"]));
    expect(cut.map(({ distance }) => distance).sort()).toEqual(wanted.map(({ distance }) => distance).sort());
  });

  it("finds every value that rows() gives out by itself", async () => {
    const [one] = await rows({ where: "city = 'Lisbon' and tip is not null", limit: 1 });
    for (const [name, value] of Object.entries(one!)) {
      const found = await rows({ where: and(col(name).eq(value as string), col("id").eq(one!.id as bigint)) });
      expect(found, name).toEqual([one]);
    }
  });

  it.each([
    ["fair > 1", "COLUMN_NOT_FOUND", "There is no column fair. Did you mean fare?"],
    ["fare.x > 1", "COLUMN_NOT_FOUND", "fare is a decimal(10,2), which has no fields"],
    ["fare > 'much'", "INVALID_ARGUMENT", "Column fare is a decimal(10,2) and cannot be compared with 'much'."],
    ["id = '7'", "INVALID_ARGUMENT", "Column id is a long and cannot be compared with '7'."],
    ["city = 7", "INVALID_ARGUMENT", "Column city is a string and cannot be compared with 7."],
    ["id like 'x%'", "INVALID_ARGUMENT", "Column id is a long and cannot start with a text."],
    ["pickup > true", "INVALID_ARGUMENT", "Column pickup is a timestamp and cannot be compared with true."],
    ["city", "INVALID_ARGUMENT", "Column city is a string and cannot be compared with true."],
    ["fare >", "INVALID_ARGUMENT", "cannot be read at its end"],
    [{} as Predicate, "INVALID_ARGUMENT", "A predicate is made with col()"],
  ])("refuses %s at the call", (where, code, message) => {
    let error: unknown;
    try {
      trips.scan({ where });
    } catch (thrown) {
      error = thrown;
    }
    expect(isDeltaError(error) && [error.code, error.message]).toEqual([code, expect.stringContaining(message)]);
  });

  it("asks for no file that has none of the rows", async () => {
    const all = await recorded((table) => table.scan().toTable());
    const some = await recorded((table) => table.scan({ where: "city = 'Lisbon' and fare > 27" }).toTable());
    expect([all.files, some.files]).toEqual([16, 3]);
    expect(some.bytes).toBeLessThan(all.bytes / 3);
    const none = await recorded((table) => table.scan({ where: "fare > 100000" }).toTable());
    expect([none.result.numRows, none.files]).toEqual([0, 0]);
  });

  it("gives out the first rows of a limit, and asks for no file behind them", async () => {
    const all = await rows({});
    for (const limit of [0, 1, 7, 50, 117, 1000]) {
      expect(await rows({ limit }), String(limit)).toEqual(all.slice(0, limit));
      expect(await trips.scan({ limit }).count()).toBe(Math.min(limit, 117));
    }
    const { files } = await recorded((table) => table.scan({ limit: 5 }).toTable());
    expect(files).toBe(1);
    expect(() => trips.scan({ limit: -1 })).toThrow("'limit' must be a whole number");
  });

  it("counts without a data file where statistics say it all", async () => {
    for (const where of [undefined, "city = 'Lisbon'", "id > 0", "city is null and id is not null"]) {
      const { result, files } = await recorded((table) => table.scan({ where }).count());
      expect([result, files]).toEqual([(await rows({ where })).length, 0]);
    }
    const { files } = await recorded((table) => table.scan({ where: "city = 'Lisbon' and fare > 27" }).count());
    expect(files).toBe(2);
  });

  it("explains what it reads and what it leaves out", async () => {
    const { result, files } = await recorded((table) =>
      table.scan({ where: "city = 'Lisbon' and fare > 27" }).explain(),
    );
    expect(files).toBe(0);
    expect(result).toEqual({
      where: "city = 'Lisbon' and fare > 27",
      live: { files: 16, bytes: 35493 },
      skippedByPartition: { files: 11, bytes: 24143 },
      skippedByStatistics: { files: 2, bytes: 4385 },
      read: { files: 3, bytes: 6965, rows: 30, unfiltered: 1 },
    });
    expect(await trips.scan().explain()).toEqual({
      live: { files: 16, bytes: 35493 },
      skippedByPartition: { files: 0, bytes: 0 },
      skippedByStatistics: { files: 0, bytes: 0 },
      read: { files: 16, bytes: 35493, rows: 117, unfiltered: 16 },
    });
  });

  it("lists the files that may have such rows", async () => {
    const paths: string[] = [];
    for await (const { path } of trips.files({ where: "city = 'Lisbon' and fare > 27" })) paths.push(path);
    expect(paths).toHaveLength(3);
    expect(paths.every((path) => path.startsWith("city=Lisbon/"))).toBe(true);
  });

  it("travels in its tasks, through JSON as well", async () => {
    const where = "id >= 9007199254741100 and pickup < date '2026-03-09' and city = 'Lisbon'";
    for await (const task of trips.scan({ where }).plan()) {
      if (task.filter !== undefined) expect(JSON.parse(JSON.stringify(task.filter))).toEqual(task.filter);
      expect(structuredClone(task)).toEqual(task);
    }
  });
});

describe("the command", () => {
  it("reads the rows of --where, in the columns of --columns", async () => {
    const text = await printed("read", TRIPS, "--json", "--columns", "id", "--where", "city = 'Lisbon' and fare > 29");
    const ids = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line.replace(/\d{16,}/, '"$&"')).id);
    expect(ids).toHaveLength(11);
    expect(ids).toContain("9007199254741119");
  });

  it("lists the files of --where", async () => {
    const text = await printed("files", READINGS, "--json", "--where", "at >= timestamp '2026-03-01T08:00:00Z'");
    const all = await printed("files", READINGS, "--json");
    expect(text.split("\n").length).toBeLessThan(all.split("\n").length);
  });

  it("prints what --explain finds out instead of rows", async () => {
    const text = await printed("read", TRIPS, "--where", "city = 'Lisbon' and fare > 27", "--explain", "--json");
    expect(
      text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { level: "in the table", files: 16, bytes: 35493 },
      { level: "skipped by partition", files: 11, bytes: 24143 },
      { level: "skipped by statistics", files: 2, bytes: 4385 },
      { level: "to read", files: 3, bytes: 6965, rows: 30 },
    ]);
    const analyzed = await printed("read", TRIPS, "--where", "city = 'Lisbon' and fare > 27", "--explain", "--analyze");
    const rows = await trips.scan({ where: "city = 'Lisbon' and fare > 27" }).count();
    expect(analyzed).toMatch(/row groups +pages/);
    expect(analyzed).toMatch(/in the files read +- +3 /);
    expect(analyzed).not.toContain("null");
    const csv = await printed("read", TRIPS, "--where", "fare > 27", "--explain", "--analyze", "--format", "csv");
    expect(csv).toMatch(/^in the files read,,\d+,,\d+,\r?$/m);
    expect(analyzed).toMatch(new RegExp(`\\nread .* ${rows}\n`));
  });
});
