import type { Encoding } from "hyparquet";
import type { LeafNode } from "../schema/schema-node.js";
import type { Convert } from "./convert-values.js";
import { decodeValues, readIndexes } from "./decode-values.js";
import { readBitPacked, readHybrid } from "./hybrid.js";
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
  readonly values: Values;
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
  const read = (most: number, encoding: Encoding): Uint8Array => {
    const levels = new Uint8Array(entries);
    if (encoding === "BIT_PACKED") {
      at += readBitPacked(bytes, at, bytes.length, bitsFor(most), levels);
      return levels;
    }
    if (at + 4 > bytes.length) throw new Error("a page's levels are cut off");
    const length = new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0, true);
    const start = at + 4;
    at = start + length;
    if (at > bytes.length) throw new Error("a page's levels are cut off");
    readHybrid(bytes, start, at, bitsFor(most), levels, entries);
    return levels;
  };
  const reps = leaf.rep > 0 ? read(leaf.rep, header.repetitionEncoding) : undefined;
  const defs = leaf.def > 0 ? read(leaf.def, header.definitionEncoding) : undefined;
  return finishPage(entries, reps, defs, leaf, (count) =>
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
  const read = (most: number, start: number, end: number): Uint8Array => {
    const target = new Uint8Array(entries);
    readHybrid(levels, start, end, bitsFor(most), target, entries);
    return target;
  };
  const reps = leaf.rep > 0 ? read(leaf.rep, 0, repsEnd) : undefined;
  const defs = leaf.def > 0 ? read(leaf.def, repsEnd, levels.length) : undefined;
  return finishPage(entries, reps, defs, leaf, (count) =>
    readValues(values, 0, header.encoding, leaf, count, dictionary, convert),
  );
}

function finishPage(
  entries: number,
  reps: Uint8Array | undefined,
  defs: Uint8Array | undefined,
  leaf: LeafNode,
  valuesOf: (count: number) => Values,
): DataPage {
  if (reps !== undefined) countLevel(reps, leaf.rep);
  const count = defs === undefined ? entries : countLevel(defs, leaf.def);
  return { entries, reps, defs: count === entries ? undefined : defs, values: valuesOf(count) };
}

/** How many levels are the highest; none may be higher, as a damaged one can be. */
function countLevel(levels: Uint8Array, most: number): number {
  let count = 0;
  for (let i = 0; i < levels.length; i++) {
    const level = levels[i]!;
    if (level === most) count++;
    else if (level > most) throw new Error(`a level of ${level} is above the highest, ${most}`);
  }
  return count;
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
  } else if (encoding === "PLAIN_DICTIONARY" || encoding === "RLE_DICTIONARY") {
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
