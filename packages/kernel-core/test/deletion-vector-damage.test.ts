import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { DeletionVectorDescriptor } from "../src/actions/add-file.js";
import { DeletionVector, decodeDeletionVector, encodeDeletionVector } from "../src/deletion-vector/deletion-vector.js";
import { loadDeletionVector } from "../src/deletion-vector/load-deletion-vector.js";
import { frameVectors, PORTABLE_MAGIC } from "../src/deletion-vector/vector-format.js";
import { encodeZ85 } from "../src/deletion-vector/z85.js";
import type { Engine } from "../src/engine/engine.js";
import { isDeltaError } from "../src/errors.js";
import { memoryStorage } from "../src/testing/memory-storage.js";

/** A small generator of numbers (mulberry32), so that each case can be had again from its seed. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** Counts that a careless reader would believe. */
const HUGE = [0xffffffff, 0x7fffffff, 0x80000000, 0xffff, 0x10000, 1 << 24, 0xffff303b];

function mutate(bytes: Uint8Array, pick: (below: number) => number): Uint8Array {
  const mutated = bytes.slice();
  const view = new DataView(mutated.buffer);
  switch (pick(6)) {
    case 0: {
      for (let flips = 1 + pick(3); flips > 0; flips--) mutated[pick(mutated.length)]! ^= 1 << pick(8);
      return mutated;
    }
    case 1:
      return mutated.slice(0, pick(mutated.length));
    case 2: {
      const cut = pick(mutated.length);
      const length = 1 + pick(8);
      return new Uint8Array([...mutated.subarray(0, cut), ...mutated.subarray(cut + length)]);
    }
    case 3:
      return new Uint8Array([...mutated, ...Array.from({ length: 1 + pick(20) }, () => pick(256))]);
    case 4: {
      // Headers are where counts are: mostly there.
      const at = pick(Math.min(mutated.length - 4, pick(3) === 0 ? mutated.length : 60));
      view.setUint32(at, HUGE[pick(HUGE.length)]!, pick(2) === 0);
      return mutated;
    }
    default: {
      const from = pick(mutated.length);
      const to = pick(mutated.length);
      mutated.copyWithin(to, from, from + 1 + pick(64));
      return mutated;
    }
  }
}

const every = (step: number, end: number) => Array.from({ length: Math.ceil(end / step) }, (_, i) => i * step);
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

function withMagic(name: string): Uint8Array {
  const roaring = readFileSync(new URL(`fixtures/deletion-vector/${name}.bin`, import.meta.url));
  const bytes = new Uint8Array(4 + roaring.length);
  new DataView(bytes.buffer).setUint32(0, PORTABLE_MAGIC, true);
  bytes.set(roaring, 4);
  return bytes;
}

const intact: [Uint8Array, number][] = [
  ...[every(3, 9000), range(100, 70_000), [5], [1, 2, 2 ** 33, 2 ** 40], every(7, 200_000)].map(
    (rows): [Uint8Array, number] => [encodeDeletionVector(DeletionVector.of(rows)), rows.length],
  ),
  [withMagic("runs-nine-containers"), 12014],
  [withMagic("across-buckets"), 8],
];

/** The vector if the bytes were taken for one, or nothing if they were refused as they should be. */
async function outcome(read: () => DeletionVector | Promise<DeletionVector>): Promise<DeletionVector | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isDeltaError(error, "DELETION_VECTOR_CORRUPT") && error.path !== undefined) return undefined;
    throw error;
  }
}

describe("damaged deletion vectors", () => {
  it("are whole before they are damaged", () => {
    for (const [bytes, cardinality] of intact) {
      expect(decodeDeletionVector(bytes, cardinality, "here").cardinality).toBe(cardinality);
    }
  });

  it("in a file always end in DELETION_VECTOR_CORRUPT", { timeout: 300_000 }, async () => {
    const pick = random(20261124);
    const storage = memoryStorage();
    const engine = { storage } as unknown as Engine;
    let read = 0;
    for (let index = 0; index < 3000; index++) {
      const [bytes, cardinality] = intact[pick(intact.length)]!;
      const { bytes: file } = frameVectors([bytes]);
      const mutated = mutate(file, pick);
      const descriptor: DeletionVectorDescriptor = {
        storageType: "p",
        pathOrInlineDv: `memory:///t/${index}.bin`,
        offset: 1,
        sizeInBytes: bytes.length,
        cardinality,
      };
      storage.set(descriptor.pathOrInlineDv, mutated);
      const vector = await outcome(() => loadDeletionVector(engine, "memory:///t/", descriptor));
      await storage.delete(descriptor.pathOrInlineDv);
      if (vector === undefined) continue;
      // Only bytes behind the vector may differ.
      expect(Buffer.compare(mutated.subarray(0, file.length), file)).toBe(0);
      read++;
    }
    expect(read).toBeLessThan(1000);
  });

  it("without a checksum end in DELETION_VECTOR_CORRUPT or have as many rows as the log says", {
    timeout: 300_000,
  }, async () => {
    const pick = random(68);
    let refused = 0;
    for (let index = 0; index < 6000; index++) {
      const [bytes, cardinality] = intact[pick(intact.length)]!;
      const vector = await outcome(() => decodeDeletionVector(mutate(bytes, pick), cardinality, "here"));
      if (vector === undefined) {
        refused++;
        continue;
      }
      let rows = 0;
      let before = -1;
      for (const row of vector.rows()) {
        rows += row > before ? 1 : Number.NaN;
        before = row;
      }
      expect([rows, vector.cardinality]).toEqual([cardinality, cardinality]);
    }
    expect(refused).toBeGreaterThan(3000);
  });

  it("in the log's text end in DELETION_VECTOR_CORRUPT or have as many rows as the log says", async () => {
    const pick = random(85);
    const engine = {} as Engine;
    const bytes = encodeDeletionVector(DeletionVector.of([3, 4, 7, 11, 18, 29]));
    const text = encodeZ85(bytes);
    for (let index = 0; index < 3000; index++) {
      const letters = [...text];
      for (let changes = 1 + pick(3); changes > 0; changes--) {
        const at = pick(letters.length);
        letters.splice(at, pick(2), ...String.fromCodePoint(32 + pick(300)).repeat(pick(3)));
      }
      const descriptor: DeletionVectorDescriptor = {
        storageType: "i",
        pathOrInlineDv: letters.join(""),
        sizeInBytes: pick(5) === 0 ? pick(2 ** 31) : bytes.length,
        cardinality: 6,
      };
      const vector = await outcome(() => loadDeletionVector(engine, "memory:///t/", descriptor, { dataFile: "data" }));
      if (vector !== undefined) expect([...vector.rows()].length).toBe(6);
    }
  });

  it("that claim the most allocate little", () => {
    const claims = [
      new Uint32Array([PORTABLE_MAGIC, 0xffffffff, 0]),
      new Uint32Array([PORTABLE_MAGIC, 1, 0, 0, 12346, 65536]),
    ];
    const before = process.memoryUsage().arrayBuffers;
    for (const claim of claims) {
      const bytes = new Uint8Array(claim.buffer);
      for (let again = 0; again < 1000; again++) {
        expect(() => decodeDeletionVector(bytes, 1, "here")).toThrow();
      }
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 << 20);
  });
});
