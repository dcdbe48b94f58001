import { isUtf8 } from "node:buffer";
import fc from "fast-check";
import type { Encoding, SchemaElement } from "hyparquet";
import { describe, expect, it } from "vitest";
import { type DataPage, decodeDataPage, decodeDataPageV2 } from "../dist/parquet/javascript/data-page.js";
import type { DataPageHeader, DataPageHeaderV2 } from "../dist/parquet/javascript/page-header.js";
import { readPlain } from "../dist/parquet/javascript/plain.js";
import type { Values } from "../dist/parquet/javascript/values.js";
import { ArrayDictionary } from "../dist/parquet/kernels/dictionary.js";
import { isForKernels, kernelDictionary, kernelPage } from "../dist/parquet/kernels/kernel-page.js";
import { matchPage } from "../dist/parquet/kernels/match-page.js";
import { PageBuffers } from "../dist/parquet/kernels/page-buffers.js";
import { type PageMemory, pageMemory } from "../dist/parquet/kernels/page-memory.js";
import type { LeafNode } from "../dist/parquet/schema/schema-node.js";

/** A run of equal values, or values packed in groups of eight. */
type Run = { readonly value: number; readonly times: number } | { readonly values: readonly number[] };

interface Case {
  readonly element: SchemaElement;
  readonly encoding: Encoding;
  readonly rep: number;
  readonly def: number;
  readonly isV2: boolean;
  readonly reps: readonly Run[];
  readonly defs: readonly Run[];
  readonly entries: number;
  readonly values: readonly Uint8Array[];
  readonly indexes: readonly Run[];
  readonly indexWidth: number;
}

const elements: readonly SchemaElement[] = [
  { name: "a", type: "INT32" },
  { name: "a", type: "DOUBLE" },
  { name: "a", type: "INT96" },
  { name: "a", type: "FIXED_LEN_BYTE_ARRAY", type_length: 5 },
  { name: "a", type: "FIXED_LEN_BYTE_ARRAY", type_length: 37 },
  { name: "a", type: "BOOLEAN" },
  { name: "a", type: "BYTE_ARRAY" },
];
const WIDTHS: Partial<Record<string, number>> = { INT32: 4, DOUBLE: 8, INT96: 12 };

function runs(most: number): fc.Arbitrary<Run[]> {
  const value = fc.integer({ min: 0, max: most });
  const same = fc.record({ value, times: fc.integer({ min: 0, max: 60 }) });
  const packed = fc.array(value, { minLength: 8, maxLength: 80 }).map((all) => all.slice(0, all.length & ~7));
  const run = fc.oneof(
    same,
    packed.map((values) => ({ values })),
  );
  // Behind them enough for every page.
  return fc.tuple(fc.array(run, { maxLength: 6 }), value).map(([some, last]) => [...some, { value: last, times: 400 }]);
}

const texts = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }).map((text) => new TextEncoder().encode(text)),
  fc.uint8Array({ maxLength: 40 }),
);

const cases: fc.Arbitrary<Case> = fc
  .record({
    element: fc.constantFrom(...elements),
    encoding: fc.constantFrom<Encoding>("PLAIN", "RLE_DICTIONARY", "RLE"),
    rep: fc.constantFrom(0, 0, 0, 1, 3),
    def: fc.integer({ min: 0, max: 5 }),
    isV2: fc.boolean(),
    entries: fc.integer({ min: 0, max: 300 }),
    valueCount: fc.integer({ min: 1, max: 40 }),
    extraBits: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 26 })),
  })
  .chain(({ extraBits, valueCount, ...facts }) => {
    const { element, rep, def } = facts;
    const width = element.type === "BOOLEAN" ? 1 : (WIDTHS[element.type!] ?? element.type_length);
    const value = width === undefined ? texts : fc.uint8Array({ minLength: width, maxLength: width });
    const indexWidth = Math.min(32, 32 - Math.clz32(valueCount - 1) + extraBits);
    return fc
      .record({
        reps: runs(rep),
        defs: runs(def),
        indexes: runs(valueCount - 1),
        values: fc.array(value, { minLength: valueCount, maxLength: valueCount }),
      })
      .map((rest) => ({ ...facts, ...rest, indexWidth, encoding: fit(facts.encoding, element) }));
  });

function fit(encoding: Encoding, { type }: SchemaElement): Encoding {
  if (type === "BOOLEAN") return encoding === "RLE_DICTIONARY" ? "PLAIN" : encoding;
  return encoding === "RLE" ? "PLAIN" : encoding;
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}

function encodeRuns(all: readonly Run[], width: number): number[] {
  if (width === 0) return [];
  return all.flatMap((run) => {
    if ("value" in run) {
      const bytes = Array.from({ length: (width + 7) >> 3 }, (_, at) => (run.value >>> (at * 8)) & 0xff);
      return [...varint(run.times * 2), ...bytes];
    }
    const bytes = new Array<number>((run.values.length / 8) * width).fill(0);
    for (const [i, value] of run.values.entries()) {
      for (let bit = 0; bit < Math.min(width, 31); bit++) {
        const at = i * width + bit;
        bytes[at >> 3]! |= ((value >> bit) & 1) << (at & 7);
      }
    }
    return [...varint((run.values.length / 8) * 2 + 1), ...bytes];
  });
}

function expand(all: readonly Run[], count: number): number[] {
  return all
    .flatMap((run) => ("value" in run ? new Array<number>(run.times).fill(run.value) : run.values))
    .slice(0, count);
}

function bitsFor(most: number): number {
  return 32 - Math.clz32(most);
}

function plain(element: SchemaElement, values: readonly Uint8Array[]): number[] {
  if (element.type === "BOOLEAN") return packed(values.map((value) => value[0]! & 1));
  if (element.type !== "BYTE_ARRAY") return values.flatMap((value) => [...value]);
  return values.flatMap((value) => [value.length, 0, 0, 0, ...value]);
}

function packed(bits: readonly number[]): number[] {
  const bytes = new Array<number>((bits.length + 7) >> 3).fill(0);
  for (const [i, bit] of bits.entries()) bytes[i >> 3]! |= bit << (i & 7);
  return bytes;
}

interface Stored {
  readonly header: DataPageHeader | DataPageHeaderV2;
  /** Of version 2. */
  readonly levels: Uint8Array;
  readonly body: Uint8Array;
  readonly dictionary: Uint8Array;
}

function store({ element, encoding, rep, def, isV2, entries, ...facts }: Case): Stored {
  const reps = rep > 0 ? encodeRuns(facts.reps, bitsFor(rep)) : [];
  const defs = def > 0 ? encodeRuns(facts.defs, bitsFor(def)) : [];
  const count = def > 0 ? expand(facts.defs, entries).filter((level) => level === def).length : entries;
  const cycled = Array.from({ length: count }, (_, i) => facts.values[i % facts.values.length]!);
  const values =
    encoding === "PLAIN"
      ? plain(element, cycled)
      : encoding === "RLE"
        ? [0, 0, 0, 0, ...encodeRuns(facts.indexes.map(toBits), 1)]
        : [facts.indexWidth, ...encodeRuns(facts.indexes, facts.indexWidth)];
  const page = { size: 0, uncompressedSize: 0, crc: undefined, numValues: entries, encoding };
  const dictionary = Uint8Array.from(plain(element, facts.values));
  if (isV2) {
    const lengths = { definitionBytes: defs.length, repetitionBytes: reps.length };
    const header: DataPageHeaderV2 = { kind: "data-v2", ...page, numRows: entries, ...lengths, isCompressed: false };
    return { header, levels: Uint8Array.from([...reps, ...defs]), body: Uint8Array.from(values), dictionary };
  }
  const header: DataPageHeader = { kind: "data", ...page, definitionEncoding: "RLE", repetitionEncoding: "RLE" };
  const body = Uint8Array.from([
    ...(rep > 0 ? [reps.length & 0xff, reps.length >> 8, 0, 0, ...reps] : []),
    ...(def > 0 ? [defs.length & 0xff, defs.length >> 8, 0, 0, ...defs] : []),
    ...values,
  ]);
  return { header, levels: new Uint8Array(0), body, dictionary };
}

function toBits(run: Run): Run {
  return "value" in run ? { ...run, value: run.value & 1 } : { values: run.values.map((value) => value & 1) };
}

function toLevels(run: Run, most: number): Run {
  const cut = (level: number) => Math.min(level, most);
  return "value" in run ? { ...run, value: cut(run.value) } : { values: run.values.map(cut) };
}

function leafOf({ element, rep, def }: Case): LeafNode {
  return { kind: "leaf", name: "a", nullable: def > 0, rep, def, slotDef: rep, element, path: ["a"], index: 0 };
}

/** Entry by entry: levels and the bytes of the value. */
function entriesOf({ entries, reps, defs, values, isSpread }: DataPage, { def }: LeafNode): string[] {
  let next = 0;
  return Array.from({ length: entries }, (_, i) => {
    const level = defs === undefined ? def : defs[i]!;
    const value = level === def ? Buffer.from(valueAt(values, isSpread ? i : next++)).toString("hex") : "null";
    return `${reps?.[i] ?? 0} ${level} ${value}`;
  });
}

function valueAt(values: Values, i: number): Uint8Array {
  if (values.kind === "fixed") return values.bytes.subarray(i * values.width, (i + 1) * values.width);
  return values.source.subarray(values.starts[i], values.ends[i]);
}

/** Whether all that is said about what is behind the entries holds, too. */
function checkFacts(page: DataPage, { def }: LeafNode): void {
  const { entries, defs, filled, values } = page;
  expect(filled).toBe(defs === undefined ? entries : defs.reduce((sum, level) => sum + (level === def ? 1 : 0), 0));
  expect(values.count).toBe(page.isSpread ? entries : filled);
  if (values.kind !== "bytes" || values.offsets === undefined) return;
  const all = Array.from({ length: values.count }, (_, i) => valueAt(values, i));
  expect(all.every((value) => isUtf8(value))).toBe(values.isText);
  expect(values.offsets.length).toBe(values.count + 1);
}

function outcome(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    // What WebAssembly or JavaScript itself throws at a program that is wrong is none of it.
    expect(Object.getPrototypeOf(error)).toBe(Error.prototype);
    return "refused";
  }
}

function byJavaScript(leaf: LeafNode, { header, levels, body, dictionary }: Stored, values: number): unknown {
  return outcome(() => {
    const words = readPlain(dictionary, 0, leaf.element, values);
    const page =
      header.kind === "data"
        ? decodeDataPage(body, header, leaf, words, undefined)
        : decodeDataPageV2(Uint8Array.from(levels), body, header, leaf, words, undefined);
    return entriesOf(page, leaf);
  });
}

/** The dictionary may have had to leave before the page is decoded. */
function byKernels(
  leaf: LeafNode,
  { header, levels, body, dictionary }: Stored,
  values: number,
  isEvicted = false,
): unknown {
  const memory = pageMemory()!;
  const column = { leaf, convert: undefined, isText: true, buffers: new PageBuffers() };
  return outcome(() => {
    const facts = { kind: "dictionary" as const, size: 0, uncompressedSize: 0, crc: undefined, numValues: values };
    const stored = { body: dictionary, codec: "UNCOMPRESSED" as const, size: dictionary.length };
    const words = kernelDictionary(memory, column, facts, stored);
    if (isEvicted) evictAll(memory);
    expect(isForKernels(header, leaf, words)).toBe(true);
    const page = kernelPage(memory, column, header, { levels, body, codec: "UNCOMPRESSED", size: body.length }, words)!;
    checkFacts(page, leaf);
    return entriesOf(page, leaf);
  });
}

/** Entry by entry those whose value, or null, is marked: where they are, levels and the bytes of the value. */
function matchedByKernels(
  leaf: LeafNode,
  { header, levels, body, dictionary }: Stored,
  marks: { readonly values: Uint8Array; readonly nulls: boolean },
): unknown {
  const memory = pageMemory()!;
  const column = { leaf, convert: undefined, isText: true, buffers: new PageBuffers() };
  return outcome(() => {
    const facts = { kind: "dictionary" as const, size: 0, uncompressedSize: 0, crc: undefined };
    const plain = { body: dictionary, codec: "UNCOMPRESSED" as const, size: dictionary.length };
    const words = kernelDictionary(memory, column, { ...facts, numValues: marks.values.length }, plain);
    const stored = { levels, body, codec: "UNCOMPRESSED" as const, size: body.length };
    const { ranges, values, defs } = matchPage(memory, column, header, stored, words, marks)!;
    let [match, value] = [0, 0];
    const found: string[] = [];
    for (let pair = 0; pair < ranges.length; pair += 2) {
      expect(ranges[pair]!).toBeGreaterThan(pair === 0 ? -1 : ranges[pair - 1]!);
      for (let entry = ranges[pair]!; entry < ranges[pair + 1]!; entry++) {
        const level = defs?.[match++] ?? leaf.def;
        found.push(`${entry}: 0 ${level} ${level === leaf.def ? hexOf(valueAt(values, value++)) : "null"}`);
      }
    }
    expect(values.count).toBe(value);
    return found;
  });
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

function textsOf(values: Values): string[] {
  return Array.from({ length: values.count }, (_, i) =>
    values.kind === "fixed"
      ? hexOf(values.bytes.subarray(i * values.width, (i + 1) * values.width))
      : hexOf(values.source.subarray(values.starts[i], values.ends[i])),
  );
}

/** A page with a dictionary in arrays, of which so many bytes are missing in the end. */
function openPage(memory: PageMemory, one: Case, cut = 0): DataPage {
  const { header, body: all, dictionary } = store(one);
  const body = all.subarray(0, all.length - cut);
  const column = { leaf: leafOf(one), convert: undefined, isText: false, buffers: new PageBuffers() };
  const known = new ArrayDictionary(readPlain(dictionary, 0, one.element, one.values.length));
  return kernelPage(memory, column, header, { body, codec: "UNCOMPRESSED", size: body.length }, known)!;
}

/** Everybody has left, and others have come. */
function evictAll(memory: PageMemory): void {
  memory.enter();
  memory.leave();
  memory.hold([new Uint8Array(64 * 1024).fill(0xee)]);
}

describe("pages decoded by kernels", () => {
  it("are what JavaScript makes of them", () => {
    fc.assert(
      fc.property(cases, fc.boolean(), (one, isEvicted) => {
        const [leaf, stored] = [leafOf(one), store(one)];
        const expected = byJavaScript(leaf, stored, one.values.length);
        expect(expected).not.toBe("refused");
        expect(byKernels(leaf, stored, one.values.length, isEvicted)).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it("are refused where JavaScript refuses them, and nowhere else, whichever bytes are wrong", () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 });
    let refused = 0;
    fc.assert(
      fc.property(cases, damage, fc.nat(), fc.nat(3), (one, changes, cut, part) => {
        const stored = store(one);
        const bytes = [stored.body, stored.body, stored.levels, stored.dictionary][part]!;
        for (const [at, byte] of changes) if (bytes.length > 0) bytes[at % bytes.length] = byte;
        const body = cut % 4 === 0 ? stored.body.subarray(0, cut % (stored.body.length + 1)) : stored.body;
        const leaf = leafOf(one);
        const expected = byJavaScript(leaf, { ...stored, body }, one.values.length);
        if (expected === "refused") refused++;
        expect(byKernels(leaf, { ...stored, body }, one.values.length)).toEqual(expected);
      }),
      { numRuns: 600 },
    );
    expect(refused).toBeGreaterThan(10);
  });

  it("have a dictionary that JavaScript finds too, in arrays of its own, wherever it lies", () => {
    const memory = pageMemory()!;
    fc.assert(
      fc.property(cases, fc.boolean(), (one, isEvicted) => {
        const [leaf, { dictionary }] = [leafOf(one), store(one)];
        const count = one.values.length;
        const facts = { kind: "dictionary" as const, size: 0, uncompressedSize: 0, crc: undefined, numValues: count };
        const column = { leaf, convert: undefined, isText: false, buffers: new PageBuffers() };
        const stored = { body: dictionary, codec: "UNCOMPRESSED" as const, size: dictionary.length };
        const words = kernelDictionary(memory, column, facts, stored);
        if (isEvicted) evictAll(memory);
        const values = words.values();
        memory.begin();
        memory.put(new Uint8Array(dictionary.length + 64).fill(0xee));
        const expected = textsOf(readPlain(dictionary, 0, leaf.element, count));
        expect([words.kind, words.count, textsOf(values)]).toEqual([values.kind, count, expected]);
      }),
      { numRuns: 100 },
    );
  });

  it("give the values of some ranges of entries, before all are asked for", () => {
    const memory = pageMemory()!;
    const cuts = fc.uniqueArray(fc.nat(400), { maxLength: 12 });
    // Of pages of another kind there is nothing to pick.
    const indexed = cases.map((one) => ({ ...one, rep: 0, encoding: fit("RLE_DICTIONARY", one.element) }));
    let [picks, ofNulls] = [0, 0];
    fc.assert(
      fc.property(indexed, cuts, fc.integer({ min: -500, max: 500 }), (one, cuts, before) => {
        const [leaf, { header, levels, body, dictionary }] = [leafOf(one), store(one)];
        const count = one.values.length;
        const facts = { kind: "dictionary" as const, size: 0, uncompressedSize: 0, crc: undefined, numValues: count };
        const column = { leaf, convert: undefined, isText: false, buffers: new PageBuffers() };
        const codec = "UNCOMPRESSED" as const;
        const words = kernelDictionary(memory, column, facts, { body: dictionary, codec, size: dictionary.length });
        const page = kernelPage(memory, column, header, { levels, body, codec, size: body.length }, words)!;
        const bounds = cuts.filter((cut) => cut <= page.entries).sort((a, b) => a - b);
        const entries = bounds.slice(0, bounds.length & ~1);
        const wanted = entries.flatMap((start, at) =>
          at % 2 === 0 ? Array.from({ length: entries[at + 1]! - start }, (_, i) => start + i) : [],
        );
        const ranges = Int32Array.from(entries, (entry) => entry + before);
        const picked = page.pick?.(ranges, wanted.length, before);
        if (picked === undefined) return;
        picks++;
        if (page.filled < page.entries) ofNulls++;
        const found = textsOf(picked);
        // Some are picked before all numbers have been unpacked, and some after that.
        const again = Array.from({ length: 6 }, () => textsOf(page.pick!(ranges, wanted.length, before)!));
        const all = textsOf(page.values);
        expect(found).toEqual(wanted.map((entry) => all[entry]));
        expect(again).toEqual(again.map(() => found));
        // They are there now.
        expect(page.pick?.(ranges, wanted.length, before)).toBeUndefined();
      }),
      { numRuns: 1000 },
    );
    expect(picks).toBeGreaterThan(300);
    expect(ofNulls).toBeGreaterThan(100);
  });

  describe("of indexes, which are looked up when they are asked for", () => {
    const entries = 20_000;
    const element: SchemaElement = { name: "a", type: "DOUBLE" };
    const words = Array.from({ length: 8 }, (_, i) => Uint8Array.from({ length: 8 }, (_, at) => 16 * i + at));
    const indexes = Array.from({ length: entries }, (_, i) => (i * 5) % 8);
    const one: Case = {
      ...{ element, encoding: "RLE_DICTIONARY", rep: 0, def: 0, isV2: false, reps: [], defs: [], entries },
      ...{ values: words, indexes: [{ values: indexes }], indexWidth: 3 },
    };
    const open = (memory: PageMemory) => openPage(memory, one);

    it("are kept when the memory is needed by others", () => {
      const memory = pageMemory()!;
      const page = open(memory);
      memory.begin();
      memory.put(new Uint8Array(8 * entries).fill(0xee));
      expect(textsOf(page.values)).toEqual(indexes.map((index) => hexOf(words[index]!)));
    });

    it("are not looked up in another dictionary, once theirs has had to leave", () => {
      const memory = pageMemory()!;
      const page = open(memory);
      evictAll(memory);
      expect(() => page.pick!(Int32Array.of(0, 1), 1, 0)).toThrow("its dictionary is gone");
      memory.begin();
      expect(() => page.values).toThrow("its dictionary is gone");
    });

    it("take no more memory in however many parts they are picked", () => {
      const memory = pageMemory()!;
      const page = open(memory);
      // After a few parts all numbers are unpacked, which takes its room once.
      for (let entry = 0; entry < 5; entry++) page.pick!(Int32Array.of(entry, entry + 1), 1, 0);
      const { next } = memory;
      for (let entry = 0; entry < entries; entry++) {
        const picked = page.pick!(Int32Array.of(entry, entry + 1), 1, 0)!;
        if (entry % 1000 === 0) expect(textsOf(picked)).toEqual([hexOf(words[indexes[entry]!]!)]);
      }
      expect(memory.next - next).toBeLessThan(1000);
      expect(textsOf(page.values)).toEqual(indexes.map((index) => hexOf(words[index]!)));
    });
  });

  it("are found by marks on the values of their dictionary as they are among all, damaged or not", () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 2 });
    const flat = cases
      .filter(({ element }) => element.type !== "BOOLEAN")
      .map((one): Case => ({ ...one, encoding: "RLE_DICTIONARY", rep: 0, def: Math.min(one.def, 1) }))
      .map((one) => ({ ...one, defs: one.defs.map((run) => toLevels(run, one.def)) }));
    let [found, refused] = [0, 0];
    fc.assert(
      fc.property(
        flat,
        damage,
        fc.nat(),
        fc.constantFrom(0, 1, 2, 7),
        fc.boolean(),
        (one, changes, seed, rare, nulls) => {
          const [leaf, stored] = [leafOf(one), store(one)];
          for (const [at, byte] of changes) if (stored.body.length > 0) stored.body[at % stored.body.length] = byte;
          const marked = Uint8Array.from(one.values, (_, i) => (rare > 0 && (i + seed) % rare === 0 ? 1 : 0));
          // Of values that are the same all are marked or none.
          const texts = one.values.map(hexOf);
          const marks = { nulls, values: marked.map((_, i) => marked[texts.indexOf(texts[i]!)]!) };
          const wanted = new Set(texts.filter((_, i) => marks.values[i] === 1));
          const all = byJavaScript(leaf, stored, one.values.length);
          const expected =
            all === "refused"
              ? all
              : (all as string[]).flatMap((entry, i) => {
                  const [, level, value] = entry.split(" ");
                  const isNull = Number(level) < leaf.def;
                  return (isNull ? nulls : wanted.has(value!)) ? [`${i}: ${entry}`] : [];
                });
          if (expected === "refused") refused++;
          else found += (expected as string[]).length;
          expect(matchedByKernels(leaf, stored, marks)).toEqual(expected);
        },
      ),
      { numRuns: 400 },
    );
    expect(refused).toBeGreaterThan(10);
    expect(found).toBeGreaterThan(1000);
  });

  describe("that are damaged where few look", () => {
    const entries = 1000;
    const element: SchemaElement = { name: "a", type: "INT32" };
    const words = Array.from({ length: 4 }, (_, i) => Uint8Array.of(i, 0, 0, 0));
    const numbers = Array.from({ length: entries }, (_, i) => (i === 500 ? 7 : i % 4));
    const one: Case = {
      ...{ element, encoding: "RLE_DICTIONARY", rep: 0, def: 0, isV2: false, reps: [], defs: [], entries },
      ...{ values: words, indexes: [{ values: numbers }], indexWidth: 3 },
    };
    const open = (memory: PageMemory, cut?: number) => openPage(memory, one, cut);

    it("give what is wanted beside it, and are refused where that itself is damaged", () => {
      const memory = pageMemory()!;
      const page = open(memory);
      const around = page.pick!(Int32Array.of(3, 5, 499, 500, 501, 503), 5, 0)!;
      expect(textsOf(around)).toEqual([3, 4, 499, 501, 502].map((at) => hexOf(words[at % 4]!)));
      expect(() => page.pick!(Int32Array.of(3, 5, 500, 501), 3, 0)).toThrow("beyond its dictionary");
      expect(() => page.values).toThrow("beyond its dictionary");
      const short = open(memory, 10);
      expect(textsOf(short.pick!(Int32Array.of(0, 1, 900, 901), 2, 0)!)).toEqual([0, 0].map(() => hexOf(words[0]!)));
      expect(() => short.pick!(Int32Array.of(0, 1, 999, 1000), 2, 0)).toThrow("cut off");
    });

    it("are refused to whoever asks, not to whoever needs the memory", () => {
      const memory = pageMemory()!;
      const page = open(memory);
      memory.begin();
      memory.put(new Uint8Array(8 * entries).fill(0xee));
      expect(page.pick!(Int32Array.of(0, 1), 1, 0)).toBeUndefined();
      expect(() => page.values).toThrow("beyond its dictionary");
    });
  });

  it("are left to JavaScript where few bytes become many, since that memory never shrinks", () => {
    const memory = pageMemory()!;
    const entries = 20_000;
    for (const isWide of [true, false]) {
      const element: SchemaElement = { name: "a", type: "FIXED_LEN_BYTE_ARRAY", type_length: isWide ? 1000 : 100 };
      const one: Case = {
        ...{ element, encoding: "RLE_DICTIONARY", rep: 0, def: 0, isV2: false, reps: [], defs: [], entries },
        ...{ values: [new Uint8Array(element.type_length!)], indexes: [{ value: 0, times: entries }], indexWidth: 1 },
      };
      const { header, body, dictionary } = store(one);
      const column = { leaf: leafOf(one), convert: undefined, isText: false, buffers: new PageBuffers() };
      const words = new ArrayDictionary(readPlain(dictionary, 0, element, 1));
      const page = kernelPage(memory, column, header, { body, codec: "UNCOMPRESSED", size: body.length }, words);
      expect(page === undefined).toBe(isWide);
      expect(memory.bytes.length).toBeLessThan(64 * 1024 * 1024);
    }
  });
});
