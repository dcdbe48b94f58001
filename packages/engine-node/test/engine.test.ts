import { getEventListeners } from "node:events";
import { existsSync, readdirSync, readlinkSync, statSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type NodeEngineOptions, nodeEngine } from "@asyncdelta/engine-node";
import type { Engine } from "@asyncdelta/kernel-core";
import { memoryStorage, recordingStorage, storageConformance } from "@asyncdelta/kernel-core/testing";
import { Field, Schema, Utf8 } from "apache-arrow";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const schema = new Schema([new Field("a", new Utf8(), true)]);
const range = { offset: 0, length: 1 };
const parquetFile = new URL("fixtures/parquet/codec-gzip.parquet", import.meta.url);
const size = statSync(parquetFile).size;

let directory: string;
let file: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "asyncdelta-"));
  await writeFile(
    join(directory, "file"),
    Buffer.alloc(50_000_000, '{"a":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}\n'),
  );
  file = pathToFileURL(join(directory, "file")).href;
});
afterAll(() => rm(directory, { recursive: true }));

const drain = async (items: AsyncIterable<unknown>) => {
  let count = 0;
  for await (const _item of items) count++;
  return count;
};

/** Every way to have an engine do something. */
const uses: Record<string, (engine: Engine, signal?: AbortSignal) => Promise<unknown>> = {
  list: ({ storage }, signal) => drain(storage.list(new URL("./", file).href, { signal })),
  read: ({ storage }, signal) => storage.read(file, { signal }),
  readRanges: ({ storage }, signal) => storage.readRanges(file, [range], { signal }),
  stream: ({ storage }, signal) => drain(storage.stream(file, { signal })),
  head: ({ storage }, signal) => storage.head(file, { signal }),
  put: ({ storage }, signal) => storage.put(`${file}-put`, new Uint8Array(20_000_000), { mode: "overwrite", signal }),
  delete: ({ storage }, signal) => storage.delete(`${file}-put`, { signal }),
  parseLines: ({ json }, signal) =>
    json.parseLines(Buffer.from('{"a":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}\n'.repeat(100_000)), {
      path: file,
      signal,
    }),
  readBatches: ({ json }, signal) => drain(json.readBatches(file, { schema, signal })),
  open: ({ parquet }, signal) => parquet.open(parquetFile.href, { size, signal }),
  sleep: ({ clock }, signal) => clock.sleep(20, { signal }),
};

/** A deletion that has begun is one system call: it cannot be stopped, and says that it was done. */
const stoppable = Object.keys(uses).filter((name) => name !== "delete");

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error) => error.code ?? error,
  );

describe("an engine for Node", () => {
  test("reads local files, unless it is given a storage", async () => {
    expect(await codeOf(nodeEngine().storage.read(file, { range }))).toBe("done");
    const storage = recordingStorage(memoryStorage({ roundTrip: "costly", objects: { "memory:///a": "abc" } }));
    const engine = nodeEngine({ storage });
    expect(engine.storage.roundTrip).toBe("costly");
    expect(await engine.storage.read("memory:///a")).toEqual(new TextEncoder().encode("abc"));
    expect(storage.requests).toMatchObject([{ verb: "read", outcome: "ok" }]);
  });

  test("says how much it can take", () => {
    expect(nodeEngine({ workers: 3, requests: 7 }).limits).toEqual({ requests: 7, decodes: 3 });
    expect(nodeEngine().limits.decodes).toBeGreaterThan(0);
  });

  test("draws numbers and tells time", async () => {
    const engine = nodeEngine();
    const numbers = Array.from({ length: 100 }, () => engine.random());
    expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
    expect(new Set(numbers).size).toBeGreaterThan(90);
    expect(Math.abs(engine.clock.now() - Date.now())).toBeLessThan(1000);
  });

  test.each([
    { workers: 0 },
    { workers: 1.5 },
    { requests: 0 },
    { requests: Number.POSITIVE_INFINITY },
    { parquet: "rust" },
  ] as NodeEngineOptions[])("refuses %j", (options) => {
    expect(() => nodeEngine(options)).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
  });

  test.each(["auto", "wasm", "javascript"] as const)(
    "reads Parquet with the decoder of choice: %s",
    async (parquet) => {
      const engine = nodeEngine({ parquet });
      const opened = await engine.parquet.open(parquetFile.href, { size });
      let rows = 0;
      for await (const { batch, rowOffset } of opened.read()) {
        expect(rowOffset).toBe(rows);
        rows += batch.numRows;
      }
      expect(rows).toBe(opened.numRows);
      await engine.close();
    },
  );
});

describe("the storage contract holds through an engine", () => {
  const subject = async () => ({ storage: nodeEngine({ storage: memoryStorage() }).storage, root: "memory:///t/" });
  for (const { name, run } of storageConformance("an engine's storage", subject)) test(name, run);
});

test("what the package exports", async () => {
  expect(Object.keys(await import("@asyncdelta/engine-node")).sort()).toEqual([
    "fileStorage",
    "nodeEngine",
    "preload",
    "resolveTableUrl",
    "tableLocation",
    "tuneForReading",
  ]);
});

describe("aborting", () => {
  test.each(stoppable)("%s ends in ABORTED with the reason as its cause", async (name) => {
    const engine = nodeEngine();
    const controller = new AbortController();
    const work = uses[name]!(engine, controller.signal);
    controller.abort("why");
    await expect(work).rejects.toMatchObject({ code: "ABORTED", cause: "why" });
    await expect(uses[name]!(engine, controller.signal)).rejects.toMatchObject({ code: "ABORTED", cause: "why" });
  });

  test("does not touch what runs under another signal", async () => {
    const engine = nodeEngine();
    const [one, other] = [new AbortController(), new AbortController()];
    const works = [uses.read!(engine, one.signal), uses.read!(engine, other.signal), uses.read!(engine)];
    one.abort();
    expect(await Promise.all(works.map(codeOf))).toEqual(["ABORTED", "done", "done"]);
  });

  test("leaves no listener on a long-lived signal", async () => {
    const engine = nodeEngine();
    const { signal } = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners--;
      remove(...args);
    };
    for (let i = 0; i < 20; i++) await Promise.all([uses.head!(engine, signal), uses.list!(engine, signal)]);
    for await (const _piece of engine.storage.stream(file, { signal })) break;
    expect(listeners).toBe(0);
  });

  test.each(["list", "stream"] as const)(
    "a storage whose %s throws at the call leaves nothing behind",
    async (verb) => {
      const broken = (): never => {
        throw new Error("broken");
      };
      const engine = nodeEngine({ storage: { ...memoryStorage(), [verb]: broken } });
      const { signal } = new AbortController();
      const items = engine.storage[verb]("memory:///t/", { signal })[Symbol.asyncIterator]();
      await expect(items.next()).rejects.toThrow("broken");
      expect(getEventListeners(signal, "abort")).toEqual([]);
      expect(await items.next()).toEqual({ done: true, value: undefined });
      expect(await items.return!()).toEqual({ done: true, value: undefined });
      await engine.close();
    },
  );
});

describe("closing", () => {
  test.each(Object.keys(uses))("then %s fails with CLOSED", async (name) => {
    const engine = nodeEngine();
    await engine.close();
    await engine.close();
    expect(await codeOf(uses[name]!(engine))).toBe("CLOSED");
    expect(await codeOf(uses[name]!(engine, new AbortController().signal))).toBe("CLOSED");
  });

  test.each(stoppable)("while %s is under way ends it in CLOSED, and then all is quiet", async (name) => {
    const engine = nodeEngine();
    const codes = [codeOf(uses[name]!(engine)), codeOf(uses[name]!(engine, new AbortController().signal))];
    await engine.close();
    expect(openFiles()).toEqual([]);
    expect(await Promise.all(codes)).toEqual(["CLOSED", "CLOSED"]);
  });

  test("the caller's own abort stays an abort", async () => {
    const engine = nodeEngine();
    const controller = new AbortController();
    const code = codeOf(uses.read!(engine, controller.signal));
    controller.abort();
    await engine.close();
    expect(await code).toBe("ABORTED");
  });

  test("in the midst of a loop, frees what the loop holds and fails its next turn", async () => {
    for (const open of [
      (engine: Engine) => engine.storage.stream(file),
      (engine: Engine) => engine.json.readBatches(file, { schema }),
    ]) {
      const engine = nodeEngine();
      let turns = 0;
      const loop = async () => {
        for await (const _item of open(engine)) {
          turns++;
          await engine.close();
          expect(openFiles()).toEqual([]);
        }
      };
      expect(await codeOf(loop())).toBe("CLOSED");
      expect(turns).toBe(1);
    }
  });

  test("an opened Parquet file cannot be read any more", async () => {
    const engine = nodeEngine();
    const opened = await engine.parquet.open(parquetFile.href, { size });
    await engine.close();
    expect(await codeOf(drain(opened.read()))).toBe("CLOSED");
    const wanted = { rowGroups: [0], columns: [], bounded: [], probes: [] };
    expect(await codeOf(opened.pages!(wanted))).toBe("CLOSED");
    expect(await codeOf(opened.absentValues!(wanted))).toBe("CLOSED");
  });

  test("a loop that is over does not hold it up", async () => {
    const engine = nodeEngine();
    for await (const _piece of engine.storage.stream(file)) break;
    await drain(engine.storage.list(new URL("./", file).href));
    await engine.close();
  });

  function openFiles(): string[] {
    if (!existsSync("/proc/self/fd")) return [];
    return readdirSync("/proc/self/fd").flatMap((fd) => {
      try {
        const target = readlinkSync(`/proc/self/fd/${fd}`);
        return target.startsWith(directory) ? [target] : [];
      } catch {
        return [];
      }
    });
  }
});
