import { getEventListeners } from "node:events";
import { DeltaTable, isDeltaError, nodeEngine } from "asyncdelta";
import { describe, expect, it } from "vitest";
import { stoppable } from "../src/stoppable.js";
import { node } from "./cli.js";
import { wideTable } from "./tables.js";

/** How many there are of each thing that keeps the process alive: file requests, handles, workers, timers. */
function active(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of process.getActiveResourcesInfo()) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** Waits until no more is active than before; a thread that has been told to end needs a moment to be gone. */
async function settled(before: ReadonlyMap<string, number>): Promise<void> {
  const more = () => [...active()].filter(([name, count]) => count > (before.get(name) ?? 0));
  const deadline = performance.now() + 20_000;
  while (more().length > 0 && performance.now() < deadline) await new Promise((resolve) => setImmediate(resolve));
  expect(more()).toEqual([]);
}

describe("an abort", () => {
  it.each([
    ["open", (table: string, signal: AbortSignal) => DeltaTable.open(table, { signal })],
    ["files", (_: string, signal: AbortSignal, opened: DeltaTable) => drain(opened.files({ signal }))],
    ["scan", (_: string, signal: AbortSignal, opened: DeltaTable) => drain(opened.scan({ signal }))],
    ["rows", (_: string, signal: AbortSignal, opened: DeltaTable) => drain(opened.scan({ signal }).rows())],
    ["plan", (_: string, signal: AbortSignal, opened: DeltaTable) => drain(opened.scan({ signal }).plan())],
    ["count", (_: string, signal: AbortSignal, opened: DeltaTable) => opened.scan({ signal }).count()],
    ["toTable", (_: string, signal: AbortSignal, opened: DeltaTable) => opened.scan({ signal }).toTable()],
    ["toReadable", (_: string, signal: AbortSignal, opened: DeltaTable) => drain(opened.scan({ signal }).toReadable())],
    ["history", (_: string, signal: AbortSignal, opened: DeltaTable) => drain(opened.history({ signal }))],
    ["changes", (_: string, signal: AbortSignal, opened: DeltaTable) => drain(opened.changes({ from: 0, signal }))],
    ["follow", (_: string, signal: AbortSignal, opened: DeltaTable) => drain(opened.follow({ signal }))],
    ["setTransactions", (_: string, signal: AbortSignal, opened: DeltaTable) => opened.setTransactions({ signal })],
    ["domainMetadata", (_: string, signal: AbortSignal, opened: DeltaTable) => opened.domainMetadata({ signal })],
    ["refresh", (_: string, signal: AbortSignal, opened: DeltaTable) => opened.refresh({ signal })],
  ] as [string, (table: string, signal: AbortSignal, opened: DeltaTable) => Promise<unknown>][])(
    "that came before the call ends %s in ABORTED",
    async (_, call) => {
      const table = await wideTable(4);
      const opened = await DeltaTable.open(table);
      const reason = new Error("enough");
      const error = await call(table, AbortSignal.abort(reason), opened).catch((e: unknown) => e);
      expect(isDeltaError(error, "ABORTED") && error.cause).toBe(reason);
      await opened.close();
    },
  );

  it("in the middle of a scan ends it in ABORTED, and leaves nothing running", async () => {
    const table = await wideTable(200);
    const engine = nodeEngine();
    const opened = await DeltaTable.open(table, { engine });
    await opened.scan({ columns: ["sensor"] }).count();
    const before = active();
    const controller = new AbortController();
    let rows = 0;
    const error = await (async () => {
      for await (const batch of opened.scan({ signal: controller.signal })) {
        rows += batch.numRows;
        if (rows >= 9) controller.abort();
      }
    })().catch((e: unknown) => e);
    expect(isDeltaError(error, "ABORTED")).toBe(true);
    expect(rows).toBeLessThan(600);
    await settled(before);
    // The engine is as good as before.
    expect(await opened.scan().count()).toBe(600);
    await engine.close();
  });
});

describe("leaving early", () => {
  it.each(["batches", "rows", "files", "plan", "history", "follow"])(
    "a loop over %s leaves nothing running",
    async (what) => {
      const table = await wideTable(200);
      const engine = nodeEngine();
      const opened = await DeltaTable.open(table, { engine });
      const before = active();
      const scan = opened.scan();
      const loops: Record<string, () => AsyncIterable<unknown>> = {
        batches: () => scan,
        rows: () => scan.rows(),
        files: () => opened.files(),
        plan: () => scan.plan(),
        history: () => opened.history(),
        follow: () => opened.follow({ from: 0 }),
      };
      for await (const _ of loops[what]!()) break;
      await settled(before);
      await engine.close();
    },
  );
});

describe("closing a table", () => {
  it("ends a following that waits for the next version in CLOSED, at once", async () => {
    const opened = await DeltaTable.open(await wideTable(1));
    const before = active();
    const waiting = opened.follow({ pollMs: 60_000 }).next();
    const closing = new Promise((resolve) => setTimeout(resolve, 50)).then(() => opened.close());
    await expect(waiting).rejects.toThrow(expect.objectContaining({ code: "CLOSED" }));
    await closing;
    await settled(before);
  });
});

it("sixty-four operations at once under one signal add one listener to it, and leave none", async () => {
  const { signal } = new AbortController();
  const engine = nodeEngine();
  const table = await wideTable(3);
  let most = 0;
  const note = () => {
    most = Math.max(most, getEventListeners(signal, "abort").length);
  };
  const read = async (): Promise<void> => {
    const opening = DeltaTable.open(table, { engine, signal });
    note();
    const opened = await opening;
    for await (const _ of opened.scan({ signal })) note();
    for await (const _ of opened.history({ signal })) note();
    await opened.scan({ signal }).count();
  };
  await Promise.all(Array.from({ length: 64 }, read));
  expect(most).toBe(1);
  expect(getEventListeners(signal, "abort")).toEqual([]);
  await engine.close();
});

it("what cannot be opened leaves no listener behind", async () => {
  const { signal } = new AbortController();
  const opened = await DeltaTable.open(await wideTable(1));
  expect(() => opened.files({ where: "nowhere > 5", signal })).toThrow(
    expect.objectContaining({ code: "COLUMN_NOT_FOUND" }),
  );
  const failing = stoppable(signal, () => {
    throw new Error("not opened");
  });
  await expect(drain(failing)).rejects.toThrow("not opened");
  expect(getEventListeners(signal, "abort")).toEqual([]);
  await opened.close();
});

describe("a table that is only held", () => {
  it.each(["", "for await (const batch of table.scan()) break;", "await table.scan().toTable();"])(
    "keeps no script from ending, after %j",
    async (use) => {
      const table = await wideTable(20);
      const script = `
        import { DeltaTable } from "asyncdelta";
        const table = globalThis.table = await DeltaTable.open(process.argv[1]);
        ${use}
        console.log(Date.now());`;
      const result = await node(["--input-type=module", "-e", script, table]);
      expect(result).toMatchObject({ status: 0, stderr: "" });
      expect(Date.now() - Number(result.stdout.toString())).toBeLessThan(10_000);
    },
  );
});

async function drain(items: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of items);
}
