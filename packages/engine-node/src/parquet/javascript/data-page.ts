import type { RowRanges } from "@asyncdelta/kernel-core";
import type { Encoding } from "hyparquet";
import type { LeafNode } from "../schema/schema-node.js";
import type { Convert } from "./convert-values.js";
import { decodeValues, readIndexes } from "./decode-values.js";
import { readBitPacked, readHybrid, repeatedValue } from "./hybrid.js";
import type { DataPageHeader, DataPageHeaderV2 } from "./page-header.js";
import { pickValues } from "./pick-values.js";
import { readPlain } from "./plain.js";
import type { Values } from "./values.js";

/** A decoded data page: a stream of entries, each a level pair and, at the highest definition level, a value. */
export interface DataPage {
  readonly entries: number;
  /** Repetition levels, where the column has any. */
  readonly reps: Uint8Array | undefined;
  /** Definition levels, unless all are the highest. */
  readonly defs: Uint8Array | undefined;
  /** Whether all levels are the lowest: every row is null, and its whole column with it. */
  readonly isNull: boolean;
  /** Entries that have a value. */
  readonly filled: number;
  /** Whether there is a value for each entry, of no meaning where that is null. */
  readonly isSpread: boolean;
  readonly values: Values;
  /**
   * The `count` values in some ranges of entries, of which the page's first is number `before`, where that may be less work than all
   * {@link values}; each entry has one then. To be used at once.
   */
  pick?(ranges: RowRanges, count: number, before: number): Values | undefined;
  /** Told that nobody looks any more at entries before `entry`, nor at values before `value`. */
  used?(entry: number, value: number): void;
  /** Told once nobody looks at its values and levels any more. */
  done?(): void;
}

/** The levels of a page, of which there is one for each entry. */
interface PageLevels {
  readonly levels: Uint8Array;
  /** How many are the highest. */
  readonly highest: number;
  /** Whether all are 0. */
  readonly isZero: boolean;
}

/** Whether a page has numbers of values of its dictionary. */
export function isIndexed(encoding: Encoding): boolean {
  return encoding === "PLAIN_DICTIONARY" || encoding === "RLE_DICTIONARY";
}

/** Decodes an uncompressed page of version 1: levels first, each behind its length, then values. */
export function decodeDataPage(
  bytes: Uint8Array,
  header: DataPageHeader,
  leaf: LeafNode,
  dictionary: Values | undefined,
  convert: Convert | undefined,
): DataPage {
  const { numValues: entries } = header;
  let at = 0;
  const read = (most: number, encoding: Encoding): PageLevels => {
    if (encoding === "BIT_PACKED") {
      const levels = new Uint8Array(entries);
      at += readBitPacked(bytes, at, bytes.length, bitsFor(most), levels);
      return countLevels(levels, most);
    }
    if (at + 4 > bytes.length) throw new Error("a page's levels are cut off");
    const length = new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0, true);
    const start = at + 4;
    at = start + length;
    if (at > bytes.length) throw new Error("a page's levels are cut off");
    return readLevels(bytes, start, at, most, entries);
  };
  const reps = leaf.rep > 0 ? read(leaf.rep, header.repetitionEncoding) : undefined;
  const defs = leaf.def > 0 ? read(leaf.def, header.definitionEncoding) : undefined;
  return finishPage(entries, reps, defs, (count) =>
    readValues(bytes, at, header.encoding, leaf, count, dictionary, convert),
  );
}

/** Decodes a page of version 2, whose levels are never compressed and have their lengths in the header. */
export function decodeDataPageV2(
  levels: Uint8Array,
  values: Uint8Array,
  header: DataPageHeaderV2,
  leaf: LeafNode,
  dictionary: Values | undefined,
  convert: Convert | undefined,
): DataPage {
  const { numValues: entries, repetitionBytes: repsEnd } = header;
  const reps = leaf.rep > 0 ? readLevels(levels, 0, repsEnd, leaf.rep, entries) : undefined;
  const defs = leaf.def > 0 ? readLevels(levels, repsEnd, levels.length, leaf.def, entries) : undefined;
  return finishPage(entries, reps, defs, (count) =>
    readValues(values, 0, header.encoding, leaf, count, dictionary, convert),
  );
}

function finishPage(
  entries: number,
  reps: PageLevels | undefined,
  defs: PageLevels | undefined,
  valuesOf: (count: number) => Values,
): DataPage {
  const count = defs?.highest ?? entries;
  return {
    entries,
    reps: reps?.levels,
    defs: count === entries ? undefined : defs?.levels,
    isNull: defs?.isZero === true && (reps === undefined || reps.isZero),
    filled: count,
    isSpread: false,
    values: valuesOf(count),
  };
}

function readLevels(bytes: Uint8Array, start: number, end: number, most: number, entries: number): PageLevels {
  const level = repeatedValue(bytes, start, end, bitsFor(most), entries);
  if (level === 0) return { levels: zeros(entries), highest: 0, isZero: true };
  const levels = new Uint8Array(entries);
  readHybrid(bytes, start, end, bitsFor(most), levels, entries);
  return countLevels(levels, most);
}

/** Counts the highest levels; none may be higher, as a damaged one can be. */
function countLevels(levels: Uint8Array, most: number): PageLevels {
  let highest = 0;
  for (let i = 0; i < levels.length; i++) {
    const level = levels[i]!;
    if (level === most) highest++;
    else if (level > most) throw new Error(`a level of ${level} is above the highest, ${most}`);
  }
  return { levels, highest, isZero: false };
}

/** Zeros that all pages share, since nobody writes to the levels of a page: most pages of a checkpoint are empty. */
let shared: Uint8Array = new Uint8Array(0);
const MOST_SHARED = 1 << 20;

export function zeros(count: number): Uint8Array {
  if (count > MOST_SHARED) return new Uint8Array(count);
  if (count > shared.length) shared = new Uint8Array(count);
  return shared.subarray(0, count);
}

function readValues(
  bytes: Uint8Array,
  start: number,
  encoding: Encoding,
  leaf: LeafNode,
  count: number,
  dictionary: Values | undefined,
  convert: Convert | undefined,
): Values {
  let values: Values;
  if (count === 0) {
    // There may be no dictionary, nor even a byte.
    values = readPlain(bytes, bytes.length, leaf.element, 0);
  } else if (isIndexed(encoding)) {
    if (dictionary === undefined) throw new Error("a page needs a dictionary, and there is none");
    return pickValues(dictionary, readIndexes(bytes, start, count));
  } else {
    values = decodeValues(bytes, start, encoding, leaf.element, count);
  }
  return convert === undefined ? values : convert(values);
}

function bitsFor(most: number): number {
  return 32 - Math.clz32(most);
}
