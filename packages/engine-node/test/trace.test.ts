import { channel, subscribe, tracingChannel, unsubscribe } from "node:diagnostics_channel";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeEngine } from "@asyncdelta/engine-node";
import {
  type ChromeTrace,
  chromeTrace,
  describeTrace,
  laneGroups,
  recordTrace,
  type SpanContext,
  shownUrl,
  type Trace,
  traceFacts,
  tracePage,
  writeTrace,
} from "@asyncdelta/engine-node/trace";
import { liveFiles, loadSnapshot, planScan, readTasks } from "@asyncdelta/kernel-core";
import { memoryStorage } from "@asyncdelta/kernel-core/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const trips = new URL("../../../examples/tables/trips/", import.meta.url).href;

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "asyncdelta-trace-"));
});
afterAll(() => rm(directory, { recursive: true }));

/** A recording of a whole scan. */
async function scanned(): Promise<{ trace: Trace; rows: number }> {
  const recorder = recordTrace("scan of trips");
  const engine = nodeEngine();
  const snapshot = await loadSnapshot(engine, trips);
  let rows = 0;
  for await (const batch of readTasks(engine, planScan(engine, snapshot))) rows += batch.numRows;
  const trace = recorder.stop();
  await engine.close();
  return { trace, rows };
}

describe("a trace", () => {
  test("has the operations, each request and all decoding, nested as they ran", async () => {
    const { trace, rows } = await scanned();
    expect(rows).toBe(117);
    const operations = trace.spans.filter(({ kind }) => kind === "operation");
    expect(operations.map(({ name }) => name)).toEqual(["snapshot", "scan", "files"]);
    const [snapshot, scan, files] = operations;
    expect(snapshot!.parent).toBeUndefined();
    expect(files!.parent).toBe(scan!.id);
    const names = new Set(trace.spans.filter(({ kind }) => kind === "request").map(({ name }) => name));
    expect(names).toEqual(new Set(["names", "list", "read"]));
    const decodes = trace.spans.filter(({ kind }) => kind === "decode");
    expect(decodes.length).toBeGreaterThan(10);
    const known = new Set(trace.spans.map(({ id }) => id));
    for (const { parent, start, end, outcome, kind } of trace.spans) {
      if (kind !== "operation") expect(known).toContain(parent);
      expect(start).toBeGreaterThanOrEqual(0);
      expect(end).toBeGreaterThanOrEqual(start);
      expect(end).toBeLessThanOrEqual(trace.duration);
      expect(["ok", "absent"]).toContain(outcome);
    }
  });

  test("counts the bytes that came", async () => {
    const { trace } = await scanned();
    const storage = new Map<string, number>();
    for (const { kind, name, bytes = 0 } of trace.spans) {
      if (kind === "request") storage.set(name, (storage.get(name) ?? 0) + bytes);
    }
    expect(storage.get("list")).toBe(0);
    expect(traceFacts(trace).bytes).toBe(storage.get("read"));
    expect(storage.get("read")).toBeGreaterThan(35_000);
  });

  test("puts spans that overlap into lanes of their own", async () => {
    const { trace } = await scanned();
    for (const { lanes } of laneGroups(trace)) {
      for (const { spans } of lanes) {
        for (const [i, { start }] of spans.entries()) if (i > 0) expect(spans[i - 1]!.end).toBeLessThanOrEqual(start);
      }
    }
    const requests = laneGroups(trace).find(({ key }) => key === "request")!;
    expect(requests.lanes).toHaveLength(traceFacts(trace).inFlightMost);
  });

  test("knows the main thread from beginning to end, without a gap between two looks", async () => {
    const { mainThread, duration } = (await scanned()).trace;
    for (const [i, { start, end, busy }] of mainThread.entries()) {
      expect(busy).toBeGreaterThanOrEqual(0);
      expect(busy).toBeLessThanOrEqual(1);
      expect(end).toBeGreaterThan(start);
      if (i > 0) expect(start).toBe(mainThread[i - 1]!.end);
    }
    expect(mainThread[0]!.start).toBe(0);
    expect(mainThread.at(-1)!.end).toBe(duration);
  });

  test("does not call the time before the first look waiting", () => {
    const recorder = recordTrace("at work");
    for (const until = performance.now() + 20; performance.now() < until; );
    const trace = recorder.stop();
    expect(traceFacts(trace)).toMatchObject({ mainThread: 1, gap: undefined });
  });

  test("tells a missing object, a failure and an early end apart", async () => {
    const storage = memoryStorage({ objects: { "memory:///a": new Uint8Array(10) } });
    const recorder = recordTrace("failures");
    const engine = nodeEngine({ storage });
    await engine.storage.read("memory:///nothing").catch(() => {});
    await engine.storage.read("memory:///a", { range: { offset: 0, length: 99 } }).catch(() => {});
    await engine.storage.read("memory:///a", { signal: AbortSignal.abort() }).catch(() => {});
    await loadSnapshot(engine, "memory:///table/").catch(() => {});
    const { spans } = recorder.stop();
    await engine.close();
    expect(spans.map(({ name, outcome }) => [name, outcome])).toEqual([
      ["read", "absent"],
      ["read", "failed"],
      ["read", "cancelled"],
      ["snapshot", "failed"],
      ["read", "absent"],
      ["list", "ok"],
    ]);
  });

  test("ends what a storage refuses at the call", async () => {
    const refuse = (): never => {
      throw new Error("refused");
    };
    const recorder = recordTrace("refused");
    const engine = nodeEngine({ storage: { ...memoryStorage(), stream: refuse } });
    const pieces = engine.storage.stream("memory:///a")[Symbol.asyncIterator]();
    await expect(pieces.next()).rejects.toThrow("refused");
    const { spans } = recorder.stop();
    await engine.close();
    expect(spans).toMatchObject([{ name: "stream", outcome: "failed" }]);
  });

  test("ends an iteration that is left early", async () => {
    const recorder = recordTrace("early");
    const engine = nodeEngine();
    const snapshot = await loadSnapshot(engine, trips);
    for await (const batch of liveFiles(engine, snapshot)) if (batch.length > 0) break;
    const { spans } = recorder.stop();
    await engine.close();
    expect(spans.find(({ name }) => name === "files")).toMatchObject({ outcome: "cancelled" });
  });

  test("marks what has not ended", async () => {
    const recorder = recordTrace("unfinished");
    const engine = nodeEngine();
    const files = liveFiles(engine, await loadSnapshot(engine, trips));
    await files.next();
    expect(recorder.stop().spans.find(({ name }) => name === "files")).toMatchObject({ outcome: "unfinished" });
    await files.return();
    await engine.close();
  });
});

test("the span of an iteration that was dropped ends when its engine is closed, and no other does", async () => {
  const recorder = recordTrace("dropped");
  const [engine, other] = [nodeEngine(), nodeEngine()];
  const files = liveFiles(engine, await loadSnapshot(engine, trips));
  const others = liveFiles(other, await loadSnapshot(other, trips));
  await files.next();
  await others.next();
  await engine.close();
  // What the iteration has already it may still give, but the span is over.
  await files.return();
  const { spans } = recorder.stop();
  await others.return();
  await other.close();
  const outcomes = spans.filter(({ name }) => name === "files").map(({ outcome }) => outcome);
  expect(outcomes).toEqual(["cancelled", "unfinished"]);
});

describe("the tracing channels", () => {
  test("carry every operation to whoever subscribes, and nothing to nobody", async () => {
    const seen: string[] = [];
    const heard = (word: string) => (message: unknown) => seen.push(`${word} ${(message as SpanContext).name}`);
    const subscribers = { start: heard("start"), asyncEnd: heard("end"), error: heard("error") };
    const snapshots = tracingChannel("asyncdelta:snapshot");
    const engine = nodeEngine();
    snapshots.subscribe(subscribers as never);
    await loadSnapshot(engine, trips);
    await loadSnapshot(engine, `${trips}nothing/`).catch(() => {});
    snapshots.unsubscribe(subscribers as never);
    await loadSnapshot(engine, trips);
    expect(seen).toEqual(["start snapshot", "end snapshot", "start snapshot", "error snapshot", "end snapshot"]);
    expect(channel("tracing:asyncdelta:snapshot:start").hasSubscribers).toBe(false);
    await engine.close();
  });

  test.each(["start", "end", "asyncStart", "asyncEnd", "error"] as const)(
    "carry everything to who subscribes to nothing but %s",
    async (event) => {
      const seen: string[] = [];
      const hear = (message: unknown) => void seen.push((message as SpanContext).name);
      const names = ["snapshot", "scan", "request"].map((name) => `tracing:asyncdelta:${name}:${event}`);
      for (const name of names) subscribe(name, hear);
      const storage = memoryStorage();
      const engine = nodeEngine({ storage });
      try {
        const snapshot = await loadSnapshot(nodeEngine(), trips);
        // Its files are nowhere in this one.
        const rows = readTasks(engine, planScan(engine, snapshot));
        await expect(rows.next()).rejects.toMatchObject({ code: "FILE_NOT_FOUND" });
        await loadSnapshot(engine, "memory:///nothing/").catch(() => {});
      } finally {
        for (const name of names) unsubscribe(name, hear);
      }
      await engine.close();
      expect(seen).toEqual(expect.arrayContaining(["snapshot", "scan", "read"]));
    },
  );

  test("show no credentials", () => {
    expect(shownUrl("https://me:secret@host/a/b?sig=secret#x")).toBe("https://host/a/b");
    expect(shownUrl("abfss://container@account/t/")).toBe("abfss://account/t/");
    expect(shownUrl("asyncdelta read s3://bucket/t?token=secret")).toBe("asyncdelta read s3://bucket/t");
    expect(shownUrl("asyncdelta read ./what?")).toBe("asyncdelta read ./what?");
  });
});

describe("a trace on paper", () => {
  test("is a page that says in words what it shows, and loads nothing", async () => {
    const { trace } = await scanned();
    const page = tracePage({ ...trace, title: "<b>&" });
    expect(page).toContain("<title>&#60;b&#62;&#38;</title>");
    expect(page).not.toMatch(/(?:src|href)="(?!#|data:)/);
    const [first, requests] = describeTrace(trace);
    expect(first).toMatch(/^In [\d.]+ m?s, snapshot took .*, scan took /);
    expect(requests).toMatch(/^\d+ requests brought [\d.]+ KiB: at most \d+ under way at once/);
    const data = JSON.parse(/<script type="application\/json">(.*?)<\/script>/s.exec(page)![1]!);
    expect(data.lanes.flat()).toHaveLength(trace.spans.length);
    expect(page.match(/<div class="lane">/g)).toHaveLength(data.lanes.length);
  });

  test("is for Perfetto in pairs of asynchronous events", async () => {
    const { trace } = await scanned();
    const { traceEvents } = chromeTrace([trace, trace]);
    const begins = traceEvents.filter(({ ph }) => ph === "b");
    expect(begins).toHaveLength(2 * trace.spans.length);
    for (const begin of begins) {
      const end = traceEvents.find(({ ph, id }) => ph === "e" && id === begin.id)!;
      expect(end.ts).toBeGreaterThanOrEqual(begin.ts);
      expect(end).toMatchObject({ pid: begin.pid, tid: begin.tid, name: begin.name, cat: begin.cat });
    }
    expect(new Set(begins.map(({ id }) => id)).size).toBe(begins.length);
  });

  test("goes to a file by its name", async () => {
    const { trace } = await scanned();
    await writeTrace(trace, join(directory, "t.html"));
    await writeTrace(trace, join(directory, "t.json"));
    expect(await readFile(join(directory, "t.html"), "utf8")).toBe(tracePage(trace));
    const written = JSON.parse(await readFile(join(directory, "t.json"), "utf8")) as ChromeTrace;
    expect(written.traceEvents).toHaveLength(chromeTrace([trace]).traceEvents.length);
    await expect(writeTrace(trace, join(directory, "t.txt"))).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  });
});
