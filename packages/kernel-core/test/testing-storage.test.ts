import { describe, expect, test } from "vitest";
import type { Storage } from "../src/index.js";
import { memoryStorage, recordingStorage, storageConformance, virtualClock } from "../src/testing/index.js";

const root = "memory:///table/";
const subjectOf = (storage: Storage) => async () => ({ storage, root, largeBytes: 1_000_000 });

describe("the storage contract", () => {
  for (const { name, run } of storageConformance("memory", () => subjectOf(memoryStorage())())) test(name, run);

  const recorded = () => recordingStorage(memoryStorage(), { clock: virtualClock({ idle }), delayMs: 30 });
  for (const { name, run } of storageConformance("a recorder", () => subjectOf(recorded())())) test(name, run);
});

describe("the conformance suite finds a store that", () => {
  type Break = (inner: Storage) => Partial<Storage>;
  const broken: Record<string, { clause: string; breakIt: Break }> = {
    "lists by UTF-16 units": {
      clause: "lists by the UTF-8 bytes of the names, odd characters and all",
      breakIt: (inner) => ({
        async *list(directory, options) {
          for await (const page of inner.list(directory, options)) {
            yield [...page].sort((a, b) => (decodeURIComponent(a.url) < decodeURIComponent(b.url) ? -1 : 1));
          }
        },
      }),
    },
    "lists what equals startAfter": {
      clause: "lists strictly after startAfter, which need not be there",
      breakIt: (inner) => ({
        async *list(directory, options = {}) {
          const meta = await inner.head(directory + encodeURIComponent(options.startAfter ?? ""));
          if (meta !== undefined) yield [meta];
          yield* inner.list(directory, options);
        },
      }),
    },
    "gives short results": {
      clause: "fails with FILE_CHANGED where the object ends before the range",
      breakIt: (inner) => ({
        read: async (url, options = {}) => {
          const whole = await inner.read(url, { ...options, range: undefined });
          const { offset, length } = options.range ?? { offset: 0, length: whole.length };
          return whole.slice(offset, offset + length);
        },
      }),
    },
    "reads ranges in the file's order": {
      clause: "reads ranges in the order asked for: apart, touching, overlapping, twice, empty",
      breakIt: (inner) => ({
        readRanges: (url, ranges, options) =>
          inner.readRanges(
            url,
            [...ranges].sort((a, b) => a.offset - b.offset),
            options,
          ),
      }),
    },
    "creates by looking first": {
      clause: "lets one of many racing creates win, whole",
      breakIt: (inner) => ({
        async put(url, bytes, options) {
          if (options.mode === "overwrite") return inner.put(url, bytes, options);
          if ((await inner.head(url)) !== undefined) return "exists";
          await inner.put(url, bytes, { mode: "overwrite" });
          return "created";
        },
      }),
    },
    "shows an object while it is written": {
      clause: "shows a reader the whole object or none while it is replaced",
      breakIt: (inner) => ({
        async put(url, bytes, options) {
          if (options.mode === "create") return inner.put(url, bytes, options);
          await inner.put(url, bytes.subarray(0, bytes.length >> 1), options);
          for (let turn = 0; turn < 10; turn++) await undefined;
          return inner.put(url, bytes, options);
        },
      }),
    },
    "forgets signals": {
      clause: "ends a read in ABORTED when its signal aborts meanwhile, with the reason as cause",
      breakIt: (inner) => ({ read: (url, options) => inner.read(url, { ...options, signal: undefined }) }),
    },
    "ignores etags": {
      clause: "fails with FILE_CHANGED when the etag is another",
      breakIt: (inner) => ({ read: (url, options) => inner.read(url, { ...options, ifMatch: undefined }) }),
    },
    "confuses escaped names": {
      clause: "lists URLs that lead back to the object, with its size and time",
      breakIt: (inner) => ({
        read: (url, options) => inner.read(url.replace(/%25/g, "%2525"), options),
      }),
    },
  };

  for (const [what, { clause, breakIt }] of Object.entries(broken)) {
    test(what, async () => {
      const inner = memoryStorage();
      const cases = storageConformance("broken", subjectOf({ ...inner, ...breakIt(inner) }));
      const concerned = cases.filter(({ name }) => name === `broken ${clause}`);
      expect(concerned).toHaveLength(1);
      await expect(concerned[0]!.run()).rejects.toThrow();
    });
  }

  test("refuses create, when it should not", async () => {
    const cases = storageConformance("memory", subjectOf(memoryStorage()), { create: "refused" });
    const refusing = cases.find(({ name }) => name.includes("refuses a create"));
    await expect(refusing?.run()).rejects.toThrow("create: expected a DeltaError STORAGE_FAILED");
  });
});

describe("a recording storage", () => {
  const objects = { [`${root}a`]: "aaaaaaaaaa", [`${root}b`]: "bbbbbbbbbb", [`${root}c`]: "cccccccccc" };

  test("counts dependent rounds, not requests", async () => {
    const clock = virtualClock({ idle });
    const storage = recordingStorage(memoryStorage({ objects }), { clock, delayMs: 30 });
    await Promise.all([storage.read(`${root}a`), storage.read(`${root}absent`).catch(() => {})]);
    await Promise.all([storage.read(`${root}b`), storage.read(`${root}c`), storage.head(`${root}c`)]);
    expect(storage.requests.map(({ verb, round, outcome }) => [verb, round, outcome])).toEqual([
      ["read", 1, "ok"],
      ["read", 1, "absent"],
      ["read", 2, "ok"],
      ["read", 2, "ok"],
      ["head", 2, "ok"],
    ]);
    expect({ rounds: storage.rounds, peak: storage.peak, now: clock.now() }).toEqual({ rounds: 2, peak: 3, now: 60 });
  });

  test("overlaps chains that do not wait for each other", async () => {
    const clock = virtualClock({ idle });
    const storage = recordingStorage(memoryStorage({ objects }), { clock, delayMs: 30 });
    const chain = async (names: string) => {
      for (const name of names) await storage.read(root + name);
    };
    await Promise.all([chain("abc"), chain("cb")]);
    expect({ rounds: storage.rounds, peak: storage.peak, now: clock.now() }).toEqual({ rounds: 3, peak: 2, now: 90 });
  });

  test("takes a page of a listing for one request, and its end for none", async () => {
    const clock = virtualClock({ idle });
    const storage = recordingStorage(memoryStorage({ objects, pageSize: 2 }), { clock, delayMs: 30 });
    for await (const _page of storage.list(root));
    expect(storage.requests.map(({ verb, round, outcome }) => [verb, round, outcome])).toEqual([
      ["list", 1, "ok"],
      ["list", 2, "ok"],
    ]);
    expect({ now: clock.now(), peak: storage.peak }).toEqual({ now: 60, peak: 1 });
    storage.reset();
    for await (const _page of storage.list(`${root}absent/`));
    expect(storage.requests).toHaveLength(1);
  });

  test("finds bytes that were read twice, whichever verb read them", async () => {
    const storage = recordingStorage(memoryStorage({ objects }));
    await storage.readRanges(`${root}a`, [
      { offset: 0, length: 4 },
      { offset: 6, length: 4 },
    ]);
    await storage.read(`${root}a`, { range: { offset: 4, length: 2 } });
    await storage.read(`${root}b`);
    storage.assertNothingReadTwice();
    for await (const _piece of storage.stream(`${root}a`, { range: { offset: 3, length: 5 } }));
    expect(storage.repeated()).toEqual([
      { url: `${root}a`, offset: 3, length: 1, times: 2 },
      { url: `${root}a`, offset: 4, length: 2, times: 2 },
      { url: `${root}a`, offset: 6, length: 2, times: 2 },
    ]);
    expect(() => storage.assertNothingReadTwice()).toThrow("memory:///table/a [3, +1) ×2");
    expect(storage.bytesRead).toBe(25);
  });

  test("forgets on reset", async () => {
    const storage = recordingStorage(memoryStorage({ objects }));
    const pending = storage.read(`${root}a`);
    expect(storage.inFlight).toBe(1);
    storage.reset();
    await pending;
    await storage.read(`${root}a`);
    expect(storage.requests).toMatchObject([{ round: 1, startedAt: 0, endedAt: 1 }]);
    storage.assertNothingReadTwice();
  });

  test("knows a stream that was left early", async () => {
    const storage = recordingStorage(memoryStorage({ objects: { [`${root}a`]: "a".repeat(200_000) } }));
    for await (const _piece of storage.stream(`${root}a`)) break;
    expect(storage.requests).toMatchObject([
      { verb: "stream", outcome: "aborted", ranges: [{ offset: 0, length: 65536 }] },
    ]);
    expect(storage.inFlight).toBe(0);
  });
});

describe("a memory storage", () => {
  test("holds what it is given, and gives it in order", () => {
    const storage = memoryStorage({ objects: { "memory:///b": "2", "memory:///a": new Uint8Array([1]) } });
    storage.set("memory:///%61", "again");
    expect(storage.urls()).toEqual(["memory:///a", "memory:///b"]);
  });

  test("tells the modification times that it was given", async () => {
    const storage = memoryStorage({ roundTrip: "costly" });
    storage.set("memory:///a", "a", { lastModified: 1_700_000_000_000 });
    expect(await storage.head("memory:///a")).toMatchObject({ size: 1, lastModified: 1_700_000_000_000 });
    expect(storage.roundTrip).toBe("costly");
  });

  test("refuses what is no URL", async () => {
    const storage = memoryStorage();
    for (const url of ["table/a", "memory:///a%zz", "memory:///a?b"]) {
      await expect(storage.read(url)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    }
  });
});

function idle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
