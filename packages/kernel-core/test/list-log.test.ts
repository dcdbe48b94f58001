import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Engine } from "../src/engine/engine.js";
import type { ObjectMeta, Storage } from "../src/engine/storage.js";
import { throwIfAborted } from "../src/errors.js";
import { listLog } from "../src/log/list-log.js";
import { memoryStorage, recordingStorage, virtualClock } from "../src/testing/index.js";

const ROOT = "memory:///t/_delta_log/";
const padded = (version: number) => String(version).padStart(20, "0");

/** A storage that only lists, in pages of 1000, from sorted names. */
function logOf(names: Iterable<string>, roundTrip: "costly" | "cheap"): Storage {
  const sorted = [...new Set(names)].sort();
  const metas = sorted.map((name): ObjectMeta => ({ url: ROOT + name, size: 1, lastModified: 0 }));
  return {
    ...memoryStorage({ roundTrip }),
    async *list(_directory, { startAfter = "", signal } = {}) {
      let from = startAfter === "" ? 0 : sorted.findIndex((name) => name > startAfter);
      if (from < 0) from = sorted.length;
      for (; from < sorted.length; from += 1000) {
        await undefined;
        throwIfAborted(signal);
        yield metas.slice(from, from + 1000);
      }
      throwIfAborted(signal);
    },
  };
}

function engineOf(storage: Storage): Engine {
  return { storage } as Partial<Engine> as Engine;
}

async function listed(storage: Storage, from = 0, signal?: AbortSignal): Promise<string[]> {
  const engine = engineOf(storage);
  const names: string[] = [];
  for await (const page of listLog(engine, ROOT, from, { signal })) {
    for (const { url } of page) names.push(url.slice(ROOT.length));
  }
  return names;
}

function commits(count: number): string[] {
  return Array.from({ length: count }, (_, version) => `${padded(version)}.json`);
}

describe("a long log over costly round trips", () => {
  it("is listed in a few, and gives what a plain listing gives", async () => {
    const names = commits(10_000);
    const clock = virtualClock({ idle: () => new Promise((resolve) => setImmediate(resolve)) });
    const storage = recordingStorage(logOf([...names, "_last_checkpoint"], "costly"), { clock, delayMs: 30 });
    expect(await listed(storage)).toEqual(names);
    // Two pages, then all others at once; a listing that is left here waits for the page that it has asked for ahead.
    expect(clock.now()).toBeLessThanOrEqual(120);
    expect(storage.requests.length).toBeLessThan(40);
  });

  it("of two pages is not asked for more than those", async () => {
    for (const names of [commits(1000), [...commits(1001), "_last_checkpoint"], commits(1999)]) {
      const storage = recordingStorage(logOf(names, "costly"));
      expect(await listed(storage)).toEqual(names.filter((name) => name !== "_last_checkpoint"));
      expect(storage.requests.length).toBeLessThanOrEqual(2);
    }
  });

  it("that is short is listed once", async () => {
    for (const count of [0, 1, 999]) {
      const storage = recordingStorage(logOf(commits(count), "costly"));
      expect(await listed(storage)).toHaveLength(count);
      expect(storage.requests.length).toBeLessThanOrEqual(1);
    }
  });

  it("is listed page by page from a disk", async () => {
    const storage = recordingStorage(logOf(commits(3500), "cheap"));
    expect(await listed(storage)).toHaveLength(3500);
    expect(storage.requests.length).toBeLessThanOrEqual(5);
    expect(storage.peak).toBe(1);
  });

  it("has the same files by both ways, whatever its names, gaps and densities", async () => {
    const stretch = fc.record({
      skip: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 20_000 })),
      length: fc.integer({ min: 0, max: 1500 }),
      suffixes: fc.constantFrom([".json"], [".json", ".crc"], [".checkpoint.parquet", ".crc", ".json", ".json.tmp"]),
    });
    const others = fc.subarray(["_last_checkpoint", ".tmp", "zzz.json", "_sidecars", "12.json"]);
    await fc.assert(
      fc.asyncProperty(
        fc.array(stretch, { maxLength: 5 }),
        others,
        fc.integer({ min: 0, max: 3000 }),
        async (stretches, foreign, from) => {
          const names: string[] = [...foreign];
          let version = 0;
          for (const { skip, length, suffixes } of stretches) {
            version += skip;
            for (let i = 0; i < length; i++, version++) {
              for (const suffix of suffixes) names.push(padded(version) + suffix);
            }
          }
          const [slow, fast] = await Promise.all([
            listed(logOf(names, "cheap"), from),
            listed(logOf(names, "costly"), from),
          ]);
          expect(fast).toEqual(slow);
        },
      ),
      { seed: 7, numRuns: 40 },
    );
  });

  it("stops when it is left, when a listing fails and when its signal aborts", async () => {
    const plain = logOf(commits(10_000), "costly");
    const recorded = recordingStorage(plain);
    for await (const _ of listLog({ storage: recorded } as unknown as Engine, ROOT, 0, {}))
      if (recorded.requests.length > 3) break;
    expect(recorded.inFlight).toBe(0);

    const failing: Storage = {
      ...plain,
      list(directory, options) {
        if ((options?.startAfter ?? "") > padded(4000)) throw new Error("no");
        return plain.list(directory, options);
      },
    };
    await expect(listed(failing)).rejects.toThrow("no");

    const controller = new AbortController();
    const aborted = recordingStorage({
      ...plain,
      list(directory, options) {
        if (options?.startAfter !== undefined) controller.abort();
        return plain.list(directory, options);
      },
    });
    await expect(listed(aborted, 0, controller.signal)).rejects.toMatchObject({ code: "ABORTED" });
    expect(aborted.inFlight).toBe(0);
  });
});
