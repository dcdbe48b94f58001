import { liveFiles, loadSnapshot, planScan, refreshSnapshot } from "@asyncdelta/kernel-core";
import { beforeAll, describe, expect, test } from "vitest";
import {
  type Action,
  add,
  LogTable,
  lines,
  metadata,
  padded,
  protocol,
  ROOT,
  v2Protocol,
} from "./support/log-table.js";

/** Enough files that a checkpoint does not fit in the tail that a footer comes with. */
const MANY = 12_000;
const UUID = "80a083e8-7026-4e79-81be-64bd76c43a11";

const many = (from: number, to: number): Action[] =>
  Array.from({ length: to - from }, (_, i) => {
    const noise = Math.imul(from + i, 2654435761) >>> 0;
    return add(`part-${from + i}-${noise.toString(16)}-${(noise * 31).toString(36)}`, {
      stats: `{"numRecords":${noise}}`,
    });
  });

/** Loads and plans all of a table, and makes sure that no byte was asked for twice on the way. */
async function wholePlan(table: LogTable): Promise<{ rounds: number; files: number }> {
  const snapshot = await loadSnapshot(table.engine, ROOT);
  let files = 0;
  for await (const tasks of planScan(table.engine, snapshot, { stats: true })) files += tasks.length;
  table.storage.assertNothingReadTwice();
  return { rounds: table.storage.rounds, files };
}

// Modules are loaded when first needed, which takes real time that the virtual clock would count as a round.
beforeAll(async () => {
  const table = new LogTable();
  await table.parquet(`${padded(0)}.checkpoint.parquet`, [protocol(), metadata(), add("f0")]);
  await wholePlan(table);
});

describe("dependent round trips", () => {
  test("a small table without a checkpoint takes 2: the listing beside the hint, then all commits at once", async () => {
    const table = new LogTable();
    table.commits(9);
    expect(await wholePlan(table)).toEqual({ rounds: 2, files: 10 });
    expect(table.storage.peak).toBe(10);
    expect(table.storage.requests).toHaveLength(12);
  });

  test("a V1 checkpoint takes 3: its footer, whose tail holds protocol and metadata, comes beside the commits", async () => {
    const table = new LogTable();
    table.commits(9);
    await table.parquet(`${padded(7)}.checkpoint.parquet`, [protocol(), metadata(), ...many(0, MANY)]);
    expect(await wholePlan(table)).toEqual({ rounds: 3, files: MANY + 2 });
  });

  test("a long log with a hint that says the checkpoint's size takes 4: its footer comes beside the second listing", async () => {
    const table = new LogTable();
    table.commits(1209);
    const size = await table.parquet(`${padded(1200)}.checkpoint.parquet`, [protocol(), metadata(), ...many(0, MANY)]);
    table.put("_last_checkpoint", JSON.stringify({ version: 1200, size: MANY + 2, sizeInBytes: size }));
    expect(await wholePlan(table)).toEqual({ rounds: 4, files: MANY + 9 });
  });

  test("a hint spares the listing of what is before it, also where that is long", async () => {
    const table = new LogTable();
    table.commits(2509);
    const size = await table.parquet(`${padded(2500)}.checkpoint.parquet`, [protocol(), metadata(), ...many(0, MANY)]);
    table.put("_last_checkpoint", JSON.stringify({ version: 2500, size: MANY + 2, sizeInBytes: size }));
    await loadSnapshot(table.engine, ROOT);
    // Beside it two pages of the whole were on their way before the hint was there.
    expect(table.storage.requests.filter(({ verb }) => verb === "list")).toHaveLength(3);
  });

  test("a hint at a version that the first page shows needs no listing of its own", async () => {
    const table = new LogTable();
    table.commits(1050);
    const size = await table.parquet(`${padded(960)}.checkpoint.parquet`, [protocol(), metadata(), ...many(0, MANY)]);
    table.put("_last_checkpoint", JSON.stringify({ version: 960, size: MANY + 2, sizeInBytes: size }));
    const { version, segment } = await loadSnapshot(table.engine, ROOT);
    expect([version, segment.checkpoint?.version, segment.commits.length]).toEqual([1050, 960, 90]);
    expect(table.storage.requests.filter(({ verb }) => verb === "list")).toHaveLength(2);
    expect(table.storage.rounds).toBe(3);
  });

  test("a small checkpoint comes whole with its footer: 2", async () => {
    const table = new LogTable();
    table.commits(9);
    await table.parquet(`${padded(7)}.checkpoint.parquet`, [protocol(), metadata(), ...many(0, 20)]);
    expect(await wholePlan(table)).toEqual({ rounds: 2, files: 22 });
  });

  test("a multi-part checkpoint takes 3, all parts together", async () => {
    const table = new LogTable();
    table.commits(9);
    for (let part = 1; part <= 3; part++) {
      const first = part === 1 ? [protocol(), metadata()] : [];
      const name = `${padded(7)}.checkpoint.000000000${part}.0000000003.parquet`;
      await table.parquet(name, [...first, ...many((part - 1) * MANY, part * MANY)]);
    }
    expect(await wholePlan(table)).toEqual({ rounds: 3, files: 3 * MANY + 2 });
  });

  test.each(["json", "parquet"])("a V2 checkpoint (%s) adds a round for its sidecars, all together", async (form) => {
    const table = new LogTable();
    table.commits(9, [v2Protocol(), metadata()]);
    const top: Action[] = [{ checkpointMetadata: { version: 7 } }, v2Protocol(), metadata()];
    for (const [i, name] of ["a", "b", "c"].entries()) {
      const sizeInBytes = await table.parquet(`_sidecars/${name}.parquet`, many(i * MANY, (i + 1) * MANY));
      top.push({ sidecar: { path: `${name}.parquet`, sizeInBytes, modificationTime: 1 } });
    }
    if (form === "json") table.put(`${padded(7)}.checkpoint.${UUID}.json`, lines(top));
    else await table.parquet(`${padded(7)}.checkpoint.${UUID}.parquet`, top);
    expect(await wholePlan(table)).toEqual({ rounds: 4, files: 3 * MANY + 2 });
  });

  test("a checksum of the version spares the snapshot all else: 2", async () => {
    const table = new LogTable();
    table.commits(9);
    await table.parquet(`${padded(7)}.checkpoint.parquet`, [protocol(), metadata(), ...many(0, MANY)]);
    table.put(`${padded(9)}.crc`, JSON.stringify({ ...protocol(), metadata: metadata().metaData }));
    await loadSnapshot(table.engine, ROOT);
    expect(table.storage.rounds).toBe(2);
  });

  test("behind a checksum the checkpoint is opened beside the commits: 4", async () => {
    const table = new LogTable();
    table.commits(9);
    await table.parquet(`${padded(7)}.checkpoint.parquet`, [protocol(), metadata(), ...many(0, MANY)]);
    table.put(`${padded(9)}.crc`, JSON.stringify({ ...protocol(), metadata: metadata().metaData }));
    expect(await wholePlan(table)).toEqual({ rounds: 4, files: MANY + 2 });
    table.storage.assertNothingReadTwice();
  });

  test("behind a checksum the checkpoint is opened before most of the commits, since its rows take another round", async () => {
    const table = new LogTable();
    table.commits(99);
    await table.parquet(`${padded(7)}.checkpoint.parquet`, [protocol(), metadata(), ...many(0, MANY)]);
    table.put(`${padded(99)}.crc`, JSON.stringify({ ...protocol(), metadata: metadata().metaData }));
    const snapshot = await loadSnapshot(table.engine, ROOT);
    table.storage.reset();
    for await (const _ of liveFiles(table.engine, snapshot)) break;
    const footer = table.storage.requests.findIndex(({ url }) => url.endsWith(".checkpoint.parquet"));
    expect(footer).toBeGreaterThanOrEqual(0);
    expect(footer).toBeLessThan(20);
  });

  test("refreshing an unchanged table takes 1 request", async () => {
    const table = new LogTable();
    table.commits(9);
    const snapshot = await loadSnapshot(table.engine, ROOT);
    table.storage.reset();
    await refreshSnapshot(table.engine, snapshot);
    expect([table.storage.rounds, table.storage.requests.length]).toEqual([1, 1]);
  });
});
