import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  countLevels,
  listOffsets,
  rowsEnd,
  shiftOffsets,
  slotLevels,
  slotOffsets,
} from "../dist/parquet/kernels/lists.js";
import { pageMemory } from "../dist/parquet/kernels/page-memory.js";

const memory = pageMemory()!;
const levels = (most: number) => fc.array(fc.nat(most), { maxLength: 300 });

/** Bytes as a page's levels lie in the kernels' memory, behind others. */
function here(bytes: readonly number[]): Uint8Array {
  memory.begin();
  memory.take(5);
  const at = memory.put(Uint8Array.from(bytes));
  return memory.bytes.subarray(at, at + bytes.length);
}

describe("levels of lists, by kernels as without them", () => {
  it("say where lists begin", () => {
    const node = fc.record({ rep: fc.nat(2), def: fc.nat(4), slotDef: fc.nat(4), itemDef: fc.nat(5) });
    fc.assert(
      fc.property(levels(3), fc.option(levels(5)), fc.nat(5), node, (reps, some, most, node) => {
        const entries = Math.min(reps.length, some?.length ?? reps.length);
        const defs = some === null ? undefined : Uint8Array.from(some.slice(0, entries));
        const given = { entries, reps: Uint8Array.from(reps.slice(0, entries)), defs, most };
        expect(listOffsets(memory, given, node)).toEqual(listOffsets(undefined, given, node));
      }),
    );
  });

  it("say which slots there are", () => {
    const node = fc.record({ rep: fc.nat(2), def: fc.nat(4), slotDef: fc.nat(4) });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(3), fc.nat(5)), { maxLength: 300 }), node, (entries, node) => {
        const reps = Uint8Array.from(entries, ([rep]) => rep);
        const defs = Uint8Array.from(entries, ([, def]) => def);
        expect(slotLevels(memory, reps, defs, node)).toEqual(slotLevels(undefined, reps, defs, node));
      }),
    );
  });

  it("say where rows end, also those that go on in the next page", () => {
    const sparse = fc.array(fc.constantFrom(0, 1, 1, 1, 2), { maxLength: 300 });
    fc.assert(
      fc.property(fc.oneof(sparse, levels(1)), fc.nat(300), fc.nat(200), (reps, from, rows) => {
        const start = Math.min(from, reps.length);
        const expected = rowsEnd(undefined, Uint8Array.from(reps), start, reps.length, rows);
        expect(rowsEnd(memory, here(reps), start, reps.length, rows)).toEqual(expected);
      }),
    );
  });

  it("leave what a page uses as it is", () => {
    const page = here([0, 1, 0, 1]);
    const given = { entries: 4, reps: Uint8Array.of(0, 1, 0, 0), defs: undefined, most: 1 };
    listOffsets(memory, given, { rep: 0, def: 0, slotDef: 0, itemDef: 1 });
    expect([...page]).toEqual([0, 1, 0, 1]);
  });
});

describe("texts that are put to the slots of a list", () => {
  it("end at the same bytes by kernels and without them", () => {
    const sizes = fc.array(fc.nat(50), { minLength: 300, maxLength: 300 });
    const node = fc.record({ rep: fc.constant(1), slotDef: fc.nat(3), def: fc.integer({ min: 1, max: 4 }) });
    fc.assert(
      fc.property(levels(4), sizes, node, fc.nat(1000), fc.nat(9), (some, sizes, node, distance, at) => {
        const defs = some.map((level) => Math.min(level, node.def));
        const offsets = Int32Array.of(7, ...sizes);
        for (let at = 1; at < offsets.length; at++) offsets[at]! += offsets[at - 1]!;
        const [expected, found] = [new Int32Array(320), new Int32Array(320)];
        const page = here(defs);
        const from = memory.put(new Uint8Array(offsets.buffer));
        const own = new Int32Array(memory.bytes.buffer, from, offsets.length);
        expect(countLevels(memory, page, node.def)).toBe(defs.filter((level) => level === node.def).length);
        const slots = slotOffsets(undefined, offsets, Uint8Array.from(defs), node, { distance, to: expected, at });
        expect(slotOffsets(memory, own, page, node, { distance, to: found, at })).toBe(slots);
        expect(found).toEqual(expected);
      }),
    );
  });
});

describe("offsets that are shifted", () => {
  it("are the same by kernels and without them, and those of the page stay", () => {
    const offsets = fc.array(fc.nat(2 ** 20), { maxLength: 200 });
    fc.assert(
      fc.property(offsets, fc.integer({ min: -1000, max: 2 ** 20 }), fc.nat(9), (offsets, distance, at) => {
        memory.begin();
        const from = memory.put(new Uint8Array(Int32Array.from(offsets).buffer));
        const own = new Int32Array(memory.bytes.buffer, from, offsets.length);
        const [expected, found] = [new Int32Array(offsets.length + 10), new Int32Array(offsets.length + 10)];
        shiftOffsets(undefined, Int32Array.from(offsets), distance, expected, at);
        shiftOffsets(memory, own, distance, found, at);
        expect(found).toEqual(expected);
        expect([...own]).toEqual(offsets);
      }),
    );
  });
});
