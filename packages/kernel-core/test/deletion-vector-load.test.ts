import { describe, expect, it } from "vitest";
import type { DeletionVectorDescriptor } from "../src/actions/add-file.js";
import { DeletionVector, encodeDeletionVector } from "../src/deletion-vector/deletion-vector.js";
import { loadDeletionVector } from "../src/deletion-vector/load-deletion-vector.js";
import { frameVectors } from "../src/deletion-vector/vector-format.js";
import { encodeZ85 } from "../src/deletion-vector/z85.js";
import type { Engine } from "../src/engine/engine.js";
import type { Storage } from "../src/engine/storage.js";
import { memoryStorage } from "../src/testing/memory-storage.js";
import { type RecordingStorage, recordingStorage } from "../src/testing/recording-storage.js";
import { virtualClock } from "../src/testing/virtual-clock.js";

const ROOT = "memory:///t/";
const UUID = "^-aqEH.-t@S}K{vb[*k^";
const FILE = `${ROOT}deletion_vector_d2c639aa-8816-431a-aaf6-d3fe2512ff61.bin`;

const rowSets = [[3, 4, 7], [0], Array.from({ length: 5000 }, (_, i) => 2 * i), [2 ** 40]];
const vectors = rowSets.map((rows) => encodeDeletionVector(DeletionVector.of(rows)));
const { bytes: file, offsets } = frameVectors(vectors);
const descriptors = rowSets.map(
  (rows, index): DeletionVectorDescriptor => ({
    storageType: "u",
    pathOrInlineDv: UUID,
    offset: offsets[index]!,
    sizeInBytes: vectors[index]!.length,
    cardinality: rows.length,
  }),
);

/** An engine of which only storage and clock are there. */
function engineOn(storage: Storage): Engine {
  const clock = virtualClock({ idle: () => new Promise(setImmediate) });
  return { storage, clock } as unknown as Engine;
}

function setUp(
  roundTrip: "cheap" | "costly" = "cheap",
  bytes: Uint8Array = file,
): { engine: Engine; storage: RecordingStorage } {
  const storage = recordingStorage(memoryStorage({ objects: { [FILE]: bytes }, roundTrip }));
  return { engine: engineOn(storage), storage };
}

const code = (wanted: string) => expect.objectContaining({ code: wanted, path: expect.any(String) });

describe("loading a deletion vector", () => {
  it("reads exactly its bytes and the version byte", async () => {
    const { engine, storage } = setUp();
    const vector = await loadDeletionVector(engine, ROOT, descriptors[1]!);
    expect([...vector.rows()]).toEqual([0]);
    expect(storage.requests.map(({ verb, ranges }) => ({ verb, ranges }))).toEqual([
      {
        verb: "readRanges",
        ranges: [
          { offset: 0, length: 1 },
          { offset: offsets[1]!, length: vectors[1]!.length + 8 },
        ],
      },
    ]);
  });

  it("takes an absent offset for the first vector of the file", async () => {
    const { offset: _, ...first } = descriptors[0]!;
    const vector = await loadDeletionVector(setUp().engine, ROOT, first);
    expect([...vector.rows()]).toEqual(rowSets[0]);
  });

  it("decodes one that is inline without any request, also with padding behind it", async () => {
    const { engine, storage } = setUp();
    for (const [index, rows] of rowSets.entries()) {
      const bytes = vectors[index]!;
      const descriptor = {
        storageType: "i",
        pathOrInlineDv: encodeZ85(bytes),
        sizeInBytes: bytes.length,
        cardinality: rows.length,
      };
      const vector = await loadDeletionVector(engine, ROOT, descriptor);
      expect([...vector.rows()]).toEqual(rows);
    }
    expect(storage.requests).toEqual([]);
  });

  it("takes Spark's empty one for a vector without rows", async () => {
    const empty = { storageType: "i", pathOrInlineDv: "", sizeInBytes: 0, cardinality: 0 };
    expect((await loadDeletionVector(setUp().engine, ROOT, empty)).cardinality).toBe(0);
  });

  it.each(["cheap", "costly"] as const)("puts those of one file in one request (%s round trips)", async (roundTrip) => {
    const { engine, storage } = setUp(roundTrip);
    const loaded = await Promise.all(descriptors.map((one) => loadDeletionVector(engine, ROOT, one)));
    expect(loaded.map((vector) => vector.cardinality)).toEqual(rowSets.map((rows) => rows.length));
    expect(storage.requests.length).toBe(1);
  });

  it("waits a turn of the loop for tasks that start one after another, where round trips are costly", async () => {
    const { engine, storage } = setUp("costly");
    const loads: Promise<DeletionVector>[] = [];
    for (const one of descriptors) {
      loads.push(loadDeletionVector(engine, ROOT, one));
      for (let hop = 0; hop < 50; hop++) await undefined;
    }
    await Promise.all(loads);
    expect(storage.requests.length).toBe(1);
  });

  it.each([
    ["cheap", 0],
    ["costly", 1],
  ] as const)(
    "waits for others as its own round trip is worth, a %s one, whatever those to other stores are",
    async (roundTrip, ms) => {
      const { storage } = setUp(roundTrip === "cheap" ? "costly" : "cheap");
      const engine = engineOn({ ...storage, roundTripTo: () => roundTrip });
      const start = engine.clock.now();
      await loadDeletionVector(engine, ROOT, descriptors[0]!);
      expect(engine.clock.now() - start).toBe(ms);
    },
  );

  it("neither reads nor decodes again what is on its way or still held", async () => {
    const { engine, storage } = setUp();
    const [first, second] = await Promise.all([1, 2].map(() => loadDeletionVector(engine, ROOT, descriptors[2]!)));
    expect(second).toBe(first);
    expect(await loadDeletionVector(engine, ROOT, descriptors[2]!)).toBe(first);
    expect(storage.requests.length).toBe(1);
    await loadDeletionVector(engine, ROOT, descriptors[0]!);
    expect(storage.requests.length).toBe(2);
  });
});

describe("a deletion vector that is not as the log says", () => {
  const load = (descriptor: DeletionVectorDescriptor, bytes: Uint8Array = file) =>
    loadDeletionVector(setUp("cheap", bytes).engine, ROOT, descriptor);
  const first = descriptors[0]!;

  it.each<[string, Partial<DeletionVectorDescriptor>]>([
    ["another size", { sizeInBytes: first.sizeInBytes + 1 }],
    ["another cardinality", { cardinality: 4 }],
    ["another offset", { offset: 2 }],
    ["the offset of the version byte", { offset: 0 }],
    ["an offset beyond the file", { offset: 1_000_000 }],
    ["an offset that is no number of bytes", { offset: 1.5 }],
    ["a size beyond the file", { sizeInBytes: 1_000_000 }],
    ["a size that no three rows can take", { sizeInBytes: 2 ** 31 - 1 }],
    ["no size", { sizeInBytes: 0 }],
    ["a negative size", { sizeInBytes: -4 }],
    ["an unknown storage type", { storageType: "q" }],
    ["no UUID", { pathOrInlineDv: "abc" }],
    ["a UUID beyond 128 bits", { pathOrInlineDv: "#".repeat(20) }],
    ["inline text of another length", { storageType: "i", pathOrInlineDv: "HelloWorld" }],
  ])("is refused: %s", async (_, change) => {
    await expect(load({ ...first, ...change })).rejects.toThrow(code("DELETION_VECTOR_CORRUPT"));
  });

  it("never asks the storage for more than its rows can take", async () => {
    const { engine, storage } = setUp();
    await expect(loadDeletionVector(engine, ROOT, { ...first, sizeInBytes: 2 ** 31 - 1 })).rejects.toThrow();
    expect(storage.requests).toEqual([]);
  });

  it("is refused when the file has another version", async () => {
    const other = file.slice();
    other[0] = 2;
    await expect(load(first, other)).rejects.toThrow(code("DELETION_VECTOR_CORRUPT"));
  });

  it("names the data file when it is inline", async () => {
    const inline = { storageType: "i", pathOrInlineDv: "##093", sizeInBytes: 4, cardinality: 1 };
    await expect(loadDeletionVector(setUp().engine, ROOT, inline, { dataFile: "part-0.parquet" })).rejects.toThrow(
      expect.objectContaining({ code: "DELETION_VECTOR_CORRUPT", path: "part-0.parquet" }),
    );
  });

  it("does not spoil the others of its request", async () => {
    const { engine } = setUp();
    const wanted = [
      first,
      { ...descriptors[1]!, cardinality: 9 },
      { ...descriptors[2]!, offset: 99_999 },
      descriptors[3]!,
    ];
    const loaded = await Promise.allSettled(wanted.map((one) => loadDeletionVector(engine, ROOT, one)));
    expect(loaded.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected", "fulfilled"]);
    for (const result of [loaded[1], loaded[2]]) {
      expect((result as PromiseRejectedResult).reason).toEqual(code("DELETION_VECTOR_CORRUPT"));
    }
  });

  it("is FILE_NOT_FOUND when the file is gone, and loads once it is back", async () => {
    const storage = memoryStorage();
    const engine = engineOn(storage);
    await expect(loadDeletionVector(engine, ROOT, first)).rejects.toThrow(code("FILE_NOT_FOUND"));
    storage.set(FILE, file);
    expect((await loadDeletionVector(engine, ROOT, first)).cardinality).toBe(3);
  });
});

describe("an abort", () => {
  /** A storage whose reads never end by themselves. */
  function stuck(): { engine: Engine; started: number; aborted: number } {
    const inner = memoryStorage({ objects: { [FILE]: file } });
    const state = { started: 0, aborted: 0, engine: undefined as unknown as Engine };
    state.engine = engineOn({
      ...inner,
      readRanges: (_url, _ranges, options) =>
        new Promise((_resolve, reject) => {
          state.started++;
          options?.signal?.addEventListener("abort", () => {
            state.aborted++;
            reject(new Error("aborted below"));
          });
        }),
    });
    return state;
  }
  const aborted = expect.objectContaining({ code: "ABORTED", cause: "enough" });

  it("that came before ends the load without a request", async () => {
    const { engine, storage } = setUp();
    await expect(
      loadDeletionVector(engine, ROOT, descriptors[0]!, { signal: AbortSignal.abort("enough") }),
    ).rejects.toThrow(aborted);
    expect(storage.requests).toEqual([]);
  });

  it("reaches the request when the last one who waits for it leaves, and not before", async () => {
    const state = stuck();
    const [one, two] = [new AbortController(), new AbortController()];
    const first = loadDeletionVector(state.engine, ROOT, descriptors[0]!, { signal: one.signal });
    const second = loadDeletionVector(state.engine, ROOT, descriptors[1]!, { signal: two.signal });
    await new Promise(setImmediate);
    expect(state.started).toBe(1);
    one.abort("enough");
    await expect(first).rejects.toThrow(aborted);
    expect(state.aborted).toBe(0);
    two.abort("enough");
    await expect(second).rejects.toThrow(aborted);
    expect(state.aborted).toBe(1);
  });

  it("does not end the load of one who comes after it", async () => {
    const { engine } = setUp();
    const controller = new AbortController();
    const first = loadDeletionVector(engine, ROOT, descriptors[0]!, { signal: controller.signal });
    controller.abort("enough");
    const second = loadDeletionVector(engine, ROOT, descriptors[0]!);
    await expect(first).rejects.toThrow(aborted);
    expect((await second).cardinality).toBe(3);
  });
});
