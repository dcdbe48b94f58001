/**
 * What an abort does on the wire: for each public call, sockets are closed (as the server sees it) and the call ends in one
 * `ABORTED` error, whether the store has not been asked yet, does not answer, or stops in the middle of a body. Leaving a
 * loop early closes them as well, without an error.
 */
import { DeltaTable, type Engine, isDeltaError, nodeEngine } from "asyncdelta";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Fault } from "../../../engine-node/test/faults/fault.js";
import type { FaultServer } from "../../../engine-node/test/faults/fault-server.js";
import { smallTables } from "../bad-bytes/small-tables.js";
import { Lake } from "./lake.js";
import { manyFiles } from "./many-files.js";
import { always } from "./plans.js";
import { active, expectStill } from "./still.js";
import { storeOver } from "./store-over.js";

const small = await smallTables();
const tables = [
  ...small.filter(({ name }) => name === "trips" || name === "feed"),
  await manyFiles(1, { restates: true }),
];

type TableName = "trips" | "feed" | "many-1";
type Call = (table: DeltaTable, signal: AbortSignal | undefined) => AsyncIterable<unknown> | Promise<unknown>;

const drain = async (items: AsyncIterable<unknown> | Promise<unknown>): Promise<void> => {
  if (!(Symbol.asyncIterator in items)) return void (await items);
  for await (const _ of items);
};

const CALLS: readonly [name: string, table: TableName, call: Call][] = [
  ["open", "trips", (table, signal) => DeltaTable.open(table.url, { engine: table.engine, signal })],
  ["open of a version", "trips", ({ url, engine }, signal) => DeltaTable.open(url, { engine, version: 4, signal })],
  [
    "open at a time",
    "trips",
    ({ url, engine }, signal) => DeltaTable.open(url, { engine, timestamp: Date.now(), signal }),
  ],
  ["files", "many-1", (table, signal) => table.files({ signal })],
  ["files with statistics", "many-1", (table, signal) => table.files({ stats: true, signal })],
  ["scan", "trips", (table, signal) => table.scan({ signal })],
  ["rows", "trips", (table, signal) => table.scan({ signal }).rows()],
  ["toTable", "trips", (table, signal) => table.scan({ signal }).toTable()],
  ["toReadable", "trips", (table, signal) => table.scan({ signal }).toReadable()],
  ["plan", "many-1", (table, signal) => table.scan({ signal }).plan()],
  ["count", "many-1", (table, signal) => table.scan({ signal }).count()],
  ["files of a predicate", "many-1", (table, signal) => table.files({ where: "id > 1", signal })],
  ["scan of a predicate", "trips", (table, signal) => table.scan({ where: "fare > 20", signal })],
  ["scan of the first rows", "trips", (table, signal) => table.scan({ limit: 3, signal })],
  ["explain", "many-1", (table, signal) => table.scan({ where: "id > 1", signal }).explain()],
  ["explain with analyze", "trips", (table, signal) => table.scan({ signal }).explain({ analyze: true })],
  ["changes", "feed", (table, signal) => table.changes({ from: 0, signal })],
  ["rows of changes", "feed", (table, signal) => table.changes({ from: 0, signal }).rows()],
  ["plan of changes", "feed", (table, signal) => table.changes({ from: 0, signal }).plan()],
  ["schema of changes", "feed", (table, signal) => table.changes({ from: 0, signal }).arrowSchema()],
  ["follow", "trips", (table, signal) => table.follow({ from: 0, signal })],
  ["follow of changes", "feed", (table, signal) => table.follow({ from: 0, changes: true, signal })],
  ["history", "trips", (table, signal) => table.history({ signal })],
  ["refresh", "trips", (table, signal) => table.refresh({ signal })],
  ["setTransactions", "many-1", (table, signal) => table.setTransactions({ signal })],
  ["domainMetadata", "many-1", (table, signal) => table.domainMetadata({ signal })],
];

interface Opened {
  readonly lake: Lake;
  readonly engine: Engine;
  readonly table: DeltaTable;
  close(): Promise<void>;
}

/** A table that has been opened without faults, on a server whose log is empty. */
async function opened(name: TableName): Promise<Opened> {
  const lake = await Lake.start(tables.filter((table) => table.name === name));
  onTestFinished(() => lake.server.stop());
  const { storage, close } = storeOver(lake.server.origin, { firstByteMs: 20_000, idleMs: 20_000 });
  const engine = nodeEngine({ storage, parquet: "javascript" });
  const table = await DeltaTable.open(lake.url(name), { engine });
  lake.server.log.reset();
  const closeAll = async () => {
    await engine.close();
    await close();
  };
  return { lake, engine, table, close: closeAll };
}

const STALLS: readonly [when: string, stall: Fault][] = [
  ["while the server does not answer", { kind: "stall", after: "nothing" }],
  ["in the middle of a body", { kind: "stall", after: 10 }],
];

describe.each(CALLS)("an abort of %s", (_, name, call) => {
  it("before anything was asked ends in ABORTED, and nothing is asked", async () => {
    const { lake, table, close } = await opened(name);
    const reason = new Error("enough");
    const error = await (async () => drain(call(table, AbortSignal.abort(reason))))().catch((e: unknown) => e);
    expect(isDeltaError(error, "ABORTED") && error.cause).toBe(reason);
    expect(lake.server.log.requests).toEqual([]);
    await close();
  });

  it.each(STALLS)("%s closes the sockets and ends in ABORTED", async (_when, stall) => {
    const { lake, table, close } = await opened(name);
    const before = active();
    const { server } = lake;
    server.plan = always(stall);
    const controller = new AbortController();
    const ended = drain(call(table, controller.signal)).catch((e: unknown) => e);
    const stalled = () => server.log.requests.filter(({ firstByteAt }) => firstByteAt !== undefined).length;
    await expect.poll(stalled).toBeGreaterThan(0);
    // All that is asked at once has been asked by then.
    await new Promise((resolve) => setTimeout(resolve, 10));
    const running = server.log.running;
    const sockets = server.openSockets;
    const reason = new Error("enough");
    // Less than the deadlines of the store.
    const abortedAt = performance.now();
    controller.abort(reason);
    const error = await ended;
    expect(performance.now() - abortedAt).toBeLessThan(15_000);
    expect(isDeltaError(error, "ABORTED") && error.cause).toBe(reason);
    await expect.poll(() => server.log.running).toBe(0);
    expect(server.log.requests.map(({ outcome }) => outcome)).toEqual(server.log.requests.map(() => "aborted"));
    expect(running).toBeGreaterThan(0);
    // A busy server may hear of a socket that was being opened only after it has been closed.
    await expect.poll(() => server.openSockets).toBeLessThanOrEqual(sockets - running);
    // The engine is as good as before, and nothing goes on behind the caller's back.
    await expectQuiet(server);
    server.plan = () => undefined;
    await table.refresh();
    await close();
    await expectStill(before, server);
  });
});

describe("leaving a loop early", () => {
  const firstFile = async (table: DeltaTable) => {
    for await (const { path } of table.scan().plan()) return [path];
    throw new Error("no file");
  };
  const commits =
    (...versions: string[]) =>
    async () =>
      versions.map((version) => `0${version}.json`);

  it.each<[string, TableName, "data" | "commit" | "checkpoint", (table: DeltaTable) => Promise<string[]>, Call]>([
    ["scan", "trips", "data", firstFile, (table) => table.scan()],
    ["rows", "trips", "data", firstFile, (table) => table.scan().rows()],
    ["toReadable", "trips", "data", firstFile, (table) => table.scan().toReadable()],
    ["history", "trips", "commit", commits("12"), (table) => table.history()],
    ["changes", "feed", "data", async () => ["a.parquet"], (table) => table.changes({ from: 0 })],
    ["follow", "trips", "commit", commits("00", "11", "12"), (table) => table.follow({ from: 0 })],
    ["files", "many-1", "checkpoint", async () => [], (table) => table.files()],
    ["plan", "many-1", "checkpoint", async () => [], (table) => table.scan().plan()],
  ])("over %s closes the sockets without an error", async (_, name, kind, firstOf, call) => {
    const { lake, table, close } = await opened(name);
    const { server } = lake;
    const given = await firstOf(table);
    server.log.reset();
    const before = active();
    // What is needed for the first item is given; all else of its kind stalls.
    server.plan = ({ kind: asked, key }) =>
      asked !== kind || given.some((path) => key.endsWith(decodeURI(path))) ? undefined : { kind: "stall", after: 10 };
    let items = 0;
    for await (const _ of call(table, undefined) as AsyncIterable<unknown>) {
      items++;
      break;
    }
    expect(items).toBe(1);
    await expectQuiet(server);
    await close();
    await expectStill(before, server);
  });
});

describe("leaving while an item is awaited", () => {
  it.each<[string, TableName, (table: DeltaTable) => AsyncIterable<unknown>]>([
    ["scan", "trips", (table) => table.scan()],
    ["rows", "trips", (table) => table.scan().rows()],
    ["changes", "feed", (table) => table.changes({ from: 0 })],
    ["rows of changes", "feed", (table) => table.changes({ from: 0 }).rows()],
    ["history", "trips", (table) => table.history()],
    // The first of these is at hand.
    ["files", "many-1", (table) => table.files()],
    ["plan", "many-1", (table) => table.scan().plan()],
    ["follow", "trips", (table) => table.follow({ from: 0 })],
  ])("of %s closes the sockets at once, and the item that was awaited is the end", async (_, name, call) => {
    const { lake, table, close } = await opened(name);
    const before = active();
    const { server } = lake;
    server.plan = always({ kind: "stall", after: 10 });
    const items = call(table)[Symbol.asyncIterator]();
    if (name === "many-1") expect((await items.next()).done).toBe(false);
    const pending = items.next();
    await expect.poll(() => server.log.requests.length).toBeGreaterThan(0);
    const leftAt = performance.now();
    expect(await items.return!()).toEqual({ done: true, value: undefined });
    expect(await pending).toEqual({ done: true, value: undefined });
    expect(performance.now() - leftAt).toBeLessThan(15_000);
    await expectQuiet(server);
    server.plan = () => undefined;
    await table.refresh();
    await close();
    await expectStill(before, server);
  });

  it("of one iteration of changes leaves the plan to another that waits for it", async () => {
    const { lake, table, close } = await opened("feed");
    const { server } = lake;
    const feed = table.changes({ from: 0 });
    server.plan = always({ kind: "stall", after: "nothing", ms: 500 });
    const [one, other] = [feed[Symbol.asyncIterator](), feed[Symbol.asyncIterator]()];
    const [first, second] = [one.next(), other.next()];
    await expect.poll(() => server.log.requests.length).toBeGreaterThan(0);
    await one.return!();
    expect(await first).toEqual({ done: true, value: undefined });
    server.plan = () => undefined;
    expect((await second).done).not.toBe(true);
    await other.return!();
    await close();
  });
});

/**
 * Nothing is under way any more, and nothing is asked any more: that would stall, as the plan still says. What was sent before
 * a socket was closed may arrive after it.
 */
async function expectQuiet({ log }: FaultServer): Promise<void> {
  const patience = performance.now() + 20_000;
  for (let known = -1; (known < log.requests.length || log.running > 0) && performance.now() < patience; ) {
    known = log.requests.length;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  expect(log.running).toBe(0);
}
