/**
 * Dependent round trips and requests, as the server counts them. `rounds.test.ts` of `kernel-core` holds the same budget on a
 * storage in memory; here requests really cross a connection, with 80 ms to the first byte.
 */
import { DeltaTable, nodeEngine, type ScanOptions } from "asyncdelta";
import { beforeAll, describe, expect, it } from "vitest";
import { repeatedBytes } from "../../../kernel-core/src/testing/repeated-bytes.js";
import type { BadTable } from "../bad-bytes/bad-table.js";
import { smallTables } from "../bad-bytes/small-tables.js";
import { handyTable } from "./big-table.js";
import { Lake } from "./lake.js";
import { manyFiles } from "./many-files.js";
import { storeOver } from "./store-over.js";

const LATENCY_MS = 80;

const tables = new Map<string, BadTable>(
  [...(await smallTables()), await handyTable(), await manyFiles(1), await manyFiles(3)].map((table) => [
    table.name,
    table,
  ]),
);

/** Counts of one step: dependent rounds, requests, and how many of them at once. */
interface Counts {
  readonly rounds: number;
  readonly requests: number;
  readonly peak: number;
}

interface Steps {
  readonly open: Counts;
  readonly plan: Counts;
  readonly scan: Counts;
  /** When nothing is new. */
  readonly refresh: Counts;
}

interface StepsOptions {
  readonly rows?: boolean;
  readonly latencyMs?: number;
  readonly scan?: ScanOptions;
}

/** Opens, plans, reads and refreshes a table; no byte may be asked for twice on the way. */
async function stepsOf(
  name: string,
  { rows = true, latencyMs = LATENCY_MS, scan: options = {} }: StepsOptions = {},
): Promise<Steps> {
  const lake = await Lake.start([tables.get(name)!]);
  const { log } = lake.server;
  const { storage, close } = storeOver(lake.server.origin, { firstByteMs: 5000, idleMs: 5000 });
  const engine = nodeEngine({ storage, parquet: "javascript" });
  const sent: { verb: string; url: string; ranges: { offset: number; length: number }[] }[] = [];
  const step = async (work: () => Promise<unknown>): Promise<Counts> => {
    log.reset();
    await work();
    sent.push(...log.requests.map((r) => ({ verb: "read", url: r.key, ranges: r.sent === undefined ? [] : [r.sent] })));
    return { rounds: log.rounds, requests: log.requests.length, peak: log.peak };
  };
  lake.server.latencyMs = latencyMs;
  let table!: DeltaTable;
  const open = await step(async () => {
    table = await DeltaTable.open(lake.url(name), { engine });
  });
  const plan = await step(() => drain(table.scan().plan()));
  const scan = rows ? await step(() => drain(table.scan(options))) : { rounds: 0, requests: 0, peak: 0 };
  expect(repeatedBytes(sent)).toEqual([]);
  // As many as are asked for at once at most: a busy server sees fewer at once than that.
  const most = Math.max(open.requests, plan.requests, scan.requests);
  if (latencyMs > 0) expect(lake.server.mostSockets).toBeLessThanOrEqual(most);
  const refresh = await step(() => table.refresh());
  await engine.close();
  await close();
  await lake.server.stop();
  return { open, plan, scan, refresh };
}

async function drain(items: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of items);
}

const none: Counts = { rounds: 0, requests: 0, peak: 0 };

// Modules are loaded when first needed, which takes time in which requests would be answered one after another.
beforeAll(async () => {
  for (const name of ["readings", "feed", "many-1", "sidecars-json", "sidecars-parquet", "parts"]) {
    await stepsOf(name, { rows: !name.startsWith("many"), latencyMs: 0 });
  }
});

// On a busy machine, what was sent together may be taken later than the first of it was answered.
describe("dependent round trips on the wire", { retry: 2 }, () => {
  it("of a small table without a checkpoint: 2, the listing beside the hint, then all commits at once", async () => {
    const { open, plan, scan, refresh } = await stepsOf("readings");
    expect(open).toEqual({ rounds: 2, requests: 12, peak: 10 });
    expect(plan).toEqual(none);
    // Ten small files, whole, at once.
    expect(scan).toEqual({ rounds: 1, requests: 10, peak: 10 });
    expect(refresh).toEqual({ rounds: 1, requests: 1, peak: 1 });
  });

  it("of a small checkpoint: 2, it comes whole beside the commits", async () => {
    const { open, plan, scan, refresh } = await stepsOf("trips");
    expect(open).toEqual({ rounds: 2, requests: 5, peak: 3 });
    expect(plan).toEqual(none);
    expect(scan).toEqual({ rounds: 1, requests: 16, peak: 16 });
    expect(refresh.requests).toBe(1);
  });

  it("of a large checkpoint: at most 4 to its first scan task, its footer beside the commits, then its columns", async () => {
    const { open, plan, refresh } = await stepsOf("many-1", { rows: false });
    expect(open.rounds + plan.rounds).toBeLessThanOrEqual(4);
    expect(open.requests + plan.requests).toBeLessThanOrEqual(6);
    expect(refresh.requests).toBe(1);
  });

  it("of a checkpoint in parts: no more than of one in one, all parts together", async () => {
    const { open, plan, refresh } = await stepsOf("many-3", { rows: false });
    expect(open.rounds + plan.rounds).toBeLessThanOrEqual(4);
    expect(plan.peak).toBeGreaterThanOrEqual(3);
    expect(refresh.requests).toBe(1);
  });

  it.each(["sidecars-json", "sidecars-parquet"])(
    "of a V2 checkpoint (%s): one more for all sidecars together",
    async (name) => {
      const { open, plan, refresh } = await stepsOf(name);
      expect(open.rounds + plan.rounds).toBeLessThanOrEqual(3);
      expect(plan).toEqual({ rounds: 1, requests: 2, peak: 2 });
      expect(refresh.requests).toBe(1);
    },
  );

  it("of deletion vectors: none of their own, they come beside the footers", async () => {
    const { scan } = await stepsOf("feed");
    // Three files, and two vectors of one file, together.
    expect(scan).toEqual({ rounds: 1, requests: 4, peak: 4 });
  });

  it("of a data file that is wanted whole: one, its columns come with its footer", async () => {
    const { scan } = await stepsOf("handy");
    expect(scan).toEqual({ rounds: 1, requests: 1, peak: 1 });
  });

  it.each([{ columns: ["id", "text"] }, { limit: 3 }, { where: "id < 3" }])(
    "of a data file of which %o is wanted: its footer, then its columns together",
    async (options) => {
      const { scan } = await stepsOf("handy", { scan: options });
      expect(scan.rounds).toBe(2);
    },
  );
});
