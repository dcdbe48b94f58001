import type { RowRanges } from "@asyncdelta/kernel-core";
import { zeros } from "../javascript/data-page.js";
import type { DataPageHeader, DataPageHeaderV2 } from "../javascript/page-header.js";
import { readPlain } from "../javascript/plain.js";
import type { Values } from "../javascript/values.js";
import type { Dictionary } from "./dictionary.js";
import { gatherValues, openIndexes, surelyHasRoom, unpackIndexes } from "./kernel-indexes.js";
import type { KernelColumn } from "./kernel-page.js";
import { openPage, type StoredPage } from "./open-page.js";
import type { PageMemory } from "./page-memory.js";
import { moveValues, viewValues } from "./view-values.js";

/** Which rows are wanted, by their values in one column: a byte for each value of its dictionary, 1 for the wanted ones. */
export interface Marks {
  readonly values: Uint8Array;
  /** Whether those are that have none. */
  readonly nulls: boolean;
}

/** The wanted entries of a data page, in arrays of its column until its next page. */
export interface PageMatches {
  /** Of the page. */
  readonly entries: number;
  /** Entries of the page that have a value. */
  readonly filled: number;
  readonly ranges: RowRanges;
  /** Their values, nulls left out. */
  readonly values: Values;
  /** Their definition levels, unless all are the highest. */
  readonly defs: Uint8Array | undefined;
}

const WORD = 4;

/**
 * Finds the entries of a data page of a column of the root, no list, whose values are marked, by looking their indexes up: no other value is. Nothing
 * where the page turns out to be better decoded as others are.
 *
 * @throws Error where it is damaged.
 */
export function matchPage(
  memory: PageMemory,
  { leaf, isText, buffers }: KernelColumn,
  header: DataPageHeader | DataPageHeaderV2,
  stored: StoredPage,
  dictionary: Dictionary,
  { values: marked, nulls }: Marks,
): PageMatches | undefined {
  const { kernels } = memory;
  const { numValues: entries } = header;
  const { defs, start, end } = openPage(memory, leaf, header, stored, dictionary);
  const filled = defs?.highest ?? entries;
  if (filled === 0) {
    const none = readPlain(new Uint8Array(0), 0, leaf.element, 0);
    const ranges = nulls ? Int32Array.of(0, entries) : new Int32Array(0);
    return { entries, filled, ranges, values: none, defs: nulls ? zeros(entries) : undefined };
  }
  const packed = openIndexes(memory, start, end, filled, dictionary);
  if (packed === undefined || !surelyHasRoom(packed)) return undefined;
  const indexes = unpackIndexes(memory, packed);
  const marks = memory.put(marked);
  const levels = filled < entries ? defs!.address! : 0;
  const ranges = memory.take(WORD * (entries + 1));
  const found = memory.take(WORD * (entries + 1));
  const ownLevels = memory.take(entries);
  const pairs = kernels.matchIndexes(
    indexes,
    levels,
    leaf.def,
    entries,
    marks,
    nulls ? 1 : 0,
    ranges,
    found,
    ownLevels,
  );
  const count = kernels.matchedValues();
  const values = gatherValues(memory, packed, found, count);
  const moved = moveValues(viewValues(memory, values, count, isText), buffers);
  // Nothing is taken from here on, so that the memory stays where it is.
  const { bytes } = memory;
  return {
    entries,
    filled,
    ranges: new Int32Array(bytes.buffer, ranges, 2 * pairs).slice(),
    values: moved,
    defs: levels !== 0 && nulls ? bytes.slice(ownLevels, ownLevels + kernels.matchedEntries()) : undefined,
  };
}
