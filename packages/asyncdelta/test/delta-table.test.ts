import { getEventListeners } from "node:events";
import { appendFile, cp, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { memoryStorage } from "@asyncdelta/kernel-core/testing";
import { DeltaTable, isDeltaError, nodeEngine, type Row } from "asyncdelta";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { node, READINGS, TRIPS } from "./cli.js";
import { commitPath, editCommit, readingsCopy, readingsWithFeed, scratch } from "./tables.js";

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

async function drain(items: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of items);
}

/** The code of what a call throws at once. */
function codeOf(call: () => unknown): string | undefined {
  try {
    call();
  } catch (error) {
    if (isDeltaError(error)) return error.code;
    throw error;
  }
  return undefined;
}

let trips: DeltaTable;
let readings: DeltaTable;
beforeAll(async () => {
  trips = await DeltaTable.open(TRIPS);
  readings = await DeltaTable.open(READINGS);
});
afterAll(async () => {
  await trips.close();
  await readings.close();
});

describe("opening", () => {
  it("takes a path, a file: text or a URL", async () => {
    const url = pathToFileURL(READINGS);
    for (const location of [READINGS, `${READINGS}/`, url.href, url]) {
      const table = await DeltaTable.open(location);
      expect([table.url, table.version]).toEqual([`${url.href}/`, 9]);
      await table.close();
    }
  });

  it("shows what the log says of the version", () => {
    expect(trips).toMatchObject({ version: 12, protocol: { minReaderVersion: 1 } });
    expect(trips.metadata.partitionColumns).toEqual(["city"]);
    expect(trips.schema.fields.map((field) => field.name)).toEqual([
      "id",
      "pickup",
      "passengers",
      "distance",
      "fare",
      "city",
      "tip",
    ]);
    expect(readings.timestamp).toBe(Date.UTC(2026, 2, 1, 10));
  });

  it("goes to a version or a time", async () => {
    const table = await DeltaTable.open(TRIPS, { version: 5 });
    expect(table.schema.fields.map((field) => field.name)).not.toContain("tip");
    await table.close();
    for (const timestamp of [new Date("2026-03-01T03:59:00Z"), Date.UTC(2026, 2, 1, 3), "2026-03-01 03:00"]) {
      const then = await DeltaTable.open(READINGS, { timestamp });
      expect(then.version).toBe(2);
      await then.close();
    }
  });

  it("shares an engine that is given, and leaves it open", async () => {
    const engine = nodeEngine();
    const [one, two] = await Promise.all([DeltaTable.open(READINGS, { engine }), DeltaTable.open(TRIPS, { engine })]);
    expect(one.engine).toBe(two.engine);
    await one.close();
    expect(await two.scan().count()).toBe(117);
    await engine.close();
  });
});

describe("opening with a storage or an engine of one's own", () => {
  it("takes a URL of any scheme", async () => {
    const storage = memoryStorage();
    for (const entry of await readdir(READINGS, { recursive: true, withFileTypes: true })) {
      const file = join(entry.parentPath, entry.name);
      if (entry.isFile()) storage.set(`memory:///t/${relative(READINGS, file)}`, await readFile(file));
    }
    const engine = nodeEngine({ storage });
    for (const [location, options] of [
      ["memory:///t", { storage }],
      [new URL("memory:///t/"), { engineOptions: { storage } }],
      ["memory:///t/", { engine }],
    ] as const) {
      const table = await DeltaTable.open(location, options);
      expect([table.url, table.version, await table.scan().count()]).toEqual(["memory:///t/", 9, 30]);
      await table.close();
    }
    await engine.close();
  });

  it("refuses a scheme that no store has", async () => {
    const engine = nodeEngine();
    for (const options of [{}, { storage: {} }, { engine }]) {
      const error = await DeltaTable.open("memory:///t/", options).catch((reason: unknown) => reason);
      expect(isDeltaError(error) && error.code).toBe("INVALID_ARGUMENT");
      expect((error as Error).message).toMatch(/memory:/);
    }
    await engine.close();
  });
});

describe("files", () => {
  it("of a checkpoint come without statistics unless they are asked for", async () => {
    const without = (await collect(trips.files())).filter((file) => file.stats === undefined);
    expect(without.length).toBeGreaterThan(0);
    const files = await collect(trips.files({ stats: true }));
    expect(files.reduce((sum, file) => sum + JSON.parse(file.stats!).numRecords, 0)).toBe(117);
  });
});

describe("files of a predicate", () => {
  it("are refused at the call where it cannot be told of the table", () => {
    expect(codeOf(() => readings.files({ where: "fahrenheit > 1" }))).toBe("COLUMN_NOT_FOUND");
    for (const where of ["celsius > 'warm'", "celsius >", 5, null] as never[]) {
      expect([where, codeOf(() => readings.files({ where }))]).toEqual([where, "INVALID_ARGUMENT"]);
    }
  });
});

describe("scan", () => {
  it("is an iterable of Arrow batches, again and again", async () => {
    const scan = readings.scan();
    for (let times = 0; times < 2; times++) {
      expect((await collect(scan)).reduce((sum, batch) => sum + batch.numRows, 0)).toBe(30);
    }
  });

  it("cuts batches to the wanted size", async () => {
    const batches = await collect(readings.scan({ batchRows: 2 }));
    expect(Math.max(...batches.map((batch) => batch.numRows))).toBe(2);
    expect(batches.reduce((sum, batch) => sum + batch.numRows, 0)).toBe(30);
  });

  it("plans tasks that structuredClone carries", async () => {
    const tasks = await collect(readings.scan({ columns: ["celsius"] }).plan());
    expect(tasks).toHaveLength(10);
    expect(structuredClone(tasks)).toEqual(tasks);
    expect(tasks[0]!.schema.fields.map((field) => field.name)).toEqual(["celsius"]);
  });

  it("gives rows with exact values", async () => {
    const table = await DeltaTable.open(READINGS, { version: 4 });
    const rows = await collect(table.scan().rows());
    expect(rows).toContainEqual({ sensor: "garden", at: "2026-03-01T04:59:00.000000Z", celsius: null });
    expect(rows).toContainEqual({ sensor: "cellar", at: "2026-03-01T00:59:00.000000Z", celsius: "11.50" });
    await table.close();
    const ids = (await collect(trips.scan({ columns: ["ID"] }).rows())).map((row: Row) => row.id as bigint);
    expect(new Set(ids).size).toBe(117);
    expect(ids.every((id) => id > 2n ** 53n)).toBe(true);
  });

  it("tells of each row its file and its position", async () => {
    const rows = await collect(readings.scan({ columns: [], metadataColumns: ["row_index", "file_path"] }).rows());
    expect(rows.slice(0, 3).map((row) => row["_metadata.row_index"])).toEqual([0n, 1n, 2n]);
    expect(rows[0]!["_metadata.file_path"]).toMatch(/^file:.*\/part-00009\.parquet$/);
  });

  it("makes one Arrow table, with the schema also when it is empty", async () => {
    const table = await readings.scan({ columns: ["sensor"] }).toTable();
    expect([table.numRows, table.numCols]).toEqual([30, 1]);
    expect(String(table.schema)).toBe(String(await readings.scan({ columns: ["sensor"] }).arrowSchema()));
  });

  it("counts rows by statistics, or by footers where there are none", async () => {
    expect(await trips.scan().count()).toBe(117);
    const copy = await readingsCopy();
    const path = commitPath(copy, 3);
    await writeFile(path, (await readFile(path, "utf8")).replace(/,"stats":"(?:[^"\\]|\\.)*"/, ""));
    const table = await DeltaTable.open(copy);
    const stats = (await collect(table.files({ stats: true }))).map((file) => file.stats);
    expect(stats.filter((text) => text === undefined)).toHaveLength(1);
    expect(await table.scan().count()).toBe(30);
    await table.close();
  });

  it("counts rows by statistics, less those that a deletion vector marks", async () => {
    const copy = await readingsCopy();
    // The vector of row 1, inline.
    const pathOrInlineDv = "^Bg9^0rr910000000000iXQKl0rr91000005c8Xg0rr91";
    const deletionVector = { storageType: "i", pathOrInlineDv, sizeInBytes: 34, cardinality: 1 };
    await editCommit(copy, 3, (actions) =>
      actions.map((action) => ("add" in action ? { add: { ...(action.add as object), deletionVector } } : action)),
    );
    const table = await DeltaTable.open(copy);
    expect(await table.scan().count()).toBe(29);
    expect(await collect(table.scan().rows())).toHaveLength(29);
    await table.close();
  });

  it("is a Node stream too", async () => {
    let rows = 0;
    for await (const batch of readings.scan().toReadable()) rows += batch.numRows;
    expect(rows).toBe(30);
  });
});

describe("history, transactions and domains", () => {
  it("give the commits up to the table's version, newest first", async () => {
    const table = await DeltaTable.open(READINGS, { version: 6 });
    expect((await collect(table.history())).map((commit) => commit.version)).toEqual([6, 5, 4, 3, 2, 1, 0]);
    expect((await collect(table.history({ limit: 2 }))).map((commit) => commit.version)).toEqual([6, 5]);
    expect(await collect(table.history({ limit: 0 }))).toEqual([]);
    await table.close();
  });

  it("give the newest transaction of each application and each domain", async () => {
    const copy = await readingsCopy();
    const line = (action: object) => `${JSON.stringify(action)}\n`;
    await appendFile(commitPath(copy, 1), line({ txn: { appId: "a", version: 1, lastUpdated: 5 } }));
    await appendFile(commitPath(copy, 2), line({ txn: { appId: "a", version: 2 } }));
    const domain = { domain: "d", configuration: '{"x":1}', removed: false };
    await appendFile(commitPath(copy, 2), line({ domainMetadata: domain }));
    await appendFile(commitPath(copy, 2), line({ domainMetadata: { ...domain, domain: "gone" } }));
    await appendFile(commitPath(copy, 3), line({ domainMetadata: { ...domain, domain: "gone", removed: true } }));
    const table = await DeltaTable.open(copy);
    expect([...(await table.setTransactions()).values()]).toEqual([{ appId: "a", version: 2n }]);
    expect([...(await table.domainMetadata()).values()]).toEqual([domain]);
    await table.close();
  });
});

describe("changes", () => {
  it("give batches, rows and a table of what changed, up to the table's version", async () => {
    const table = await DeltaTable.open(await readingsWithFeed(), { version: 5 });
    const feed = table.changes({ from: 3, columns: ["celsius"] });
    expect(await feed.plan()).toMatchObject({ from: 3, to: 5 });
    const rows = await collect(feed.rows());
    expect(rows).toHaveLength(9);
    expect(rows[0]).toEqual({
      celsius: "19.05",
      _change_type: "insert",
      _commit_version: 3n,
      _commit_timestamp: "2026-03-01T04:00:00.000000Z",
    });
    expect((await feed.toTable()).numRows).toBe(9);
    expect(
      await collect(table.changes({ fromTimestamp: "2026-03-01T09:00Z", toTimestamp: "2026-03-01T10:00Z" })),
    ).toHaveLength(2);
    await table.close();
  });

  it("need a beginning, know no other options, and say so at the call", () => {
    for (const options of [
      {},
      { from: -1 },
      { from: 1, fromTimestamp: 2 },
      { from: 1, to: 2, toTimestamp: 3 },
      { from: 2, to: 1 },
      { from: 10 },
      { fromTimestamp: 2, toTimestamp: 1 },
      { form: 1 },
      { fromTimestamp: "soon" },
      { from: 1, columns: ["at", "AT"] },
    ]) {
      expect([options, codeOf(() => readings.changes(options as never))]).toEqual([options, "INVALID_ARGUMENT"]);
    }
  });

  it("name an unknown column at the call where they end with the table's version, else when they are read", async () => {
    const columns = ["fahrenheit"];
    for (const options of [{ from: 1 }, { from: 1, to: 9 }, { fromTimestamp: 0 }]) {
      expect(codeOf(() => readings.changes({ ...options, columns }))).toBe("COLUMN_NOT_FOUND");
    }
    const table = await DeltaTable.open(await readingsWithFeed());
    const error = await drain(table.changes({ from: 1, to: 8, columns })).catch((reason: unknown) => reason);
    expect(isDeltaError(error) && error.code).toBe("COLUMN_NOT_FOUND");
    await table.close();
  });
});

describe("following", () => {
  it("gives each commit as it comes, and says where to go on", async () => {
    const copy = await readingsCopy();
    const later = join(await scratch(), "later.json");
    await rename(commitPath(copy, 9), later);
    const table = await DeltaTable.open(copy, { version: 6 });
    const following = table.follow({ pollMs: 10 });
    const versions: number[] = [];
    for await (const commit of following) {
      versions.push(commit.version);
      if (commit.version === 8) await cp(later, commitPath(copy, 9));
      if (commit.version === 9) break;
    }
    expect(versions).toEqual([7, 8, 9]);
    expect(following.resumeFrom).toBe(9);
    await table.close();
  });

  it("gives the rows that changed", async () => {
    const table = await DeltaTable.open(await readingsWithFeed());
    const seen: number[] = [];
    for await (const batch of table.follow({ changes: true, from: 8, columns: ["celsius"] })) {
      expect(batch.schema.names).toEqual(["celsius", "_change_type", "_commit_version", "_commit_timestamp"]);
      seen.push(batch.numRows);
      if (seen.length === 2) break;
    }
    expect(seen).toEqual([3, 3]);
    await table.close();
  });

  it("ends in ABORTED by its signal, also while it waits", async () => {
    const controller = new AbortController();
    const following = readings.follow({ signal: controller.signal });
    const next = following.next().catch((error: unknown) => error);
    setTimeout(() => controller.abort(), 50);
    expect(isDeltaError(await next, "ABORTED")).toBe(true);
  });

  it.each(["its own", "a shared"])("ends in CLOSED when the table is closed, with %s engine", async (whose) => {
    const engine = whose === "a shared" ? nodeEngine() : undefined;
    const { signal } = new AbortController();
    const table = await DeltaTable.open(await readingsWithFeed(), { engine });
    const waiting = [table.follow({ signal }), table.follow({ changes: true }), table.follow()];
    const [busy, unused] = [table.follow({ from: 8, signal }), table.follow({ from: 8 })];
    expect((await busy.next()).value?.version).toBe(8);
    const ends = waiting.map((following) => following.next().catch((error: unknown) => error));
    await sleep(50);
    await table.close();
    ends.push(...[busy, unused].map((following) => following.next().catch((error: unknown) => error)));
    for (const error of await Promise.all(ends)) expect(isDeltaError(error) && error.code).toBe("CLOSED");
    for (const following of [...waiting, busy]) expect((await following.next()).done).toBe(true);
    expect(busy.resumeFrom).toBe(9);
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
    await engine?.close();
  });

  it("is the caller's ABORTED, with its reason, where that came before the closing", async () => {
    const engine = nodeEngine();
    const table = await DeltaTable.open(READINGS, { engine });
    const controller = new AbortController();
    const next = table.follow({ signal: controller.signal }).next();
    const end = next.catch((error: unknown) => error);
    controller.abort("enough");
    await table.close();
    expect(await end).toMatchObject({ code: "ABORTED", cause: "enough" });
    await engine.close();
  });

  it("keeps no process alive once its table is closed, though the engine is not", async () => {
    const code = `
      import { DeltaTable, nodeEngine } from "asyncdelta";
      const table = await DeltaTable.open(${JSON.stringify(READINGS)}, { engine: nodeEngine() });
      const next = table.follow({ pollMs: 600_000 }).next().catch((error) => console.log(error.code));
      setTimeout(() => table.close(), 200);
    `;
    const { status, stdout } = await node(["--input-type=module", "--eval", code]);
    expect({ status, stdout: stdout.toString() }).toEqual({ status: 0, stdout: "CLOSED\n" });
  });

  it("knows no other options", () => {
    for (const options of [{ form: 1 }, { pollMs: 0 }, { columns: ["at"] }]) {
      expect(() => readings.follow(options as never)).toThrowError(/form|pollMs|columns/);
    }
  });
});

describe("refreshing", () => {
  it("moves to the latest version, and says whether anything was new", async () => {
    const copy = await readingsCopy();
    const later = join(await scratch(), "later.json");
    await rename(commitPath(copy, 9), later);
    const table = await DeltaTable.open(copy);
    const scan = table.scan();
    expect([table.version, await table.refresh(), table.version]).toEqual([8, false, 8]);
    await cp(later, commitPath(copy, 9));
    expect(await Promise.all([table.refresh(), table.refresh()])).toEqual([true, true]);
    expect(table.version).toBe(9);
    expect([await scan.count(), await table.scan().count()]).toEqual([27, 30]);
    await table.close();
  });
});

describe("closing", () => {
  it("refuses every later call, and may be repeated", async () => {
    const table = await DeltaTable.open(READINGS);
    await table.close();
    await table[Symbol.asyncDispose]();
    for (const call of [
      () => table.files(),
      () => table.scan(),
      () => table.history(),
      () => table.follow(),
      () => table.changes({ from: 0 }),
      () => table.refresh(),
      () => table.setTransactions(),
      () => table.domainMetadata(),
    ]) {
      const error = await Promise.resolve()
        .then(call as () => unknown)
        .catch((reason: unknown) => reason);
      expect([String(call), isDeltaError(error) && error.code]).toEqual([String(call), "CLOSED"]);
    }
    // What the log said stays known.
    expect(table.version).toBe(9);
  });
});
