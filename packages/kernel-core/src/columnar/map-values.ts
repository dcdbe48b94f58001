import type { Data } from "apache-arrow";
import type { KnownTexts } from "./known-texts.js";
import { asciiText } from "./utf8-reader.js";

/** More keys to a row than this are looked up one by one. */
export const MOST_KEYS = 16;

/** For fewer rows it is not looked whether all have the same keys. */
export const FEW_ROWS = 64;

/** The keys of each row, where all rows that have any have the same. */
interface SameKeys {
  readonly count: number;
  /** The place of each among them. Of two that are the same the last counts, as in an object. */
  readonly places: ReadonlyMap<string, number>;
  /** All values one behind another. */
  readonly values: string;
}

/** Reads the texts of single keys out of a map column of texts. */
export class MapValues {
  readonly #map: Data;
  readonly #texts: KnownTexts;
  #same: SameKeys | undefined | null;

  constructor(map: Data, texts: KnownTexts) {
    this.#map = map;
    this.#texts = texts;
  }

  /** Reads one key: null is null, `undefined` where a row lacks the key. `ofFew` tells that a small part of the rows will be read. */
  reader(key: string, ofFew = false): (row: number) => string | null | undefined {
    const search = searchReader(this.#map, key, this.#texts);
    if (ofFew) return search;
    let read = search;
    let left = FEW_ROWS;
    return (row) => {
      if (--left === 0) read = this.#byPlace(key, search);
      return read(row);
    };
  }

  #byPlace(key: string, search: (row: number) => string | null | undefined): typeof search {
    if (this.#same === undefined) this.#same = sameKeys(this.#map) ?? null;
    const place = this.#same?.places.get(key);
    return place === undefined ? search : placeReader(this.#map, this.#same!, place, search);
  }
}

/** Partition values mostly stand like this: then there is nothing to look for, and only texts to cut. */
function placeReader(
  map: Data,
  { count, values }: SameKeys,
  place: number,
  otherwise: (row: number) => string | null | undefined,
): (row: number) => string | null | undefined {
  const items = map.children[0]!.children[1]!;
  const { valueOffsets: offsets, nullBitmap: bitmap, offset: start } = map;
  const itemOffsets: Int32Array = items.valueOffsets;
  const origin = itemOffsets[0]!;
  const hasNulls = map.nullCount > 0;
  return (row) => {
    const first = offsets[row]!;
    if (offsets[row + 1]! - first !== count || first % count !== 0) return otherwise(row);
    if (hasNulls && ((bitmap[(start + row) >> 3]! >> ((start + row) & 7)) & 1) === 0) return undefined;
    const entry = first + place;
    if (items.nullCount > 0 && !items.getValid(entry)) return null;
    return values.slice(itemOffsets[entry]! - origin, itemOffsets[entry + 1]! - origin);
  };
}

function searchReader(map: Data, key: string, texts: KnownTexts): (row: number) => string | null | undefined {
  const [keys, items] = map.children[0]!.children as [Data, Data];
  const wanted = new TextEncoder().encode(key);
  const offsets: Int32Array = map.valueOffsets;
  const keyBytes: Uint8Array = keys.values;
  const keyOffsets: Int32Array = keys.valueOffsets;
  const itemBytes: Uint8Array = items.values;
  const itemOffsets: Int32Array = items.valueOffsets;
  return (row) => {
    if (map.nullCount > 0 && !map.getValid(row)) return undefined;
    const first = offsets[row]!;
    // Of two entries of one key the last counts, as in an object.
    for (let entry = offsets[row + 1]! - 1; entry >= first; entry--) {
      const start = keyOffsets[entry]!;
      if (keyOffsets[entry + 1]! - start !== wanted.length) continue;
      let at = 0;
      while (at < wanted.length && keyBytes[start + at] === wanted[at]) at++;
      if (at < wanted.length) continue;
      if (items.nullCount > 0 && !items.getValid(entry)) return null;
      return texts.get(itemBytes, itemOffsets[entry]!, itemOffsets[entry + 1]!);
    }
    return undefined;
  };
}

function sameKeys(map: Data): SameKeys | undefined {
  const [keys, items] = map.children[0]!.children as [Data, Data];
  const { length, valueOffsets: offsets } = keys;
  if (length === 0 || keys.nullCount > 0) return undefined;
  const all = asciiText(keys);
  const values = all === undefined ? undefined : asciiText(items);
  if (all === undefined || values === undefined) return undefined;
  const keyAt = (entry: number) => all.slice(offsets[entry]! - offsets[0]!, offsets[entry + 1]! - offsets[0]!);
  const places = new Map([[keyAt(0), 0]]);
  let count = 1;
  for (; count < length && keyAt(count) !== keyAt(0); count++) {
    if (count === MOST_KEYS) return undefined;
    places.set(keyAt(count), count);
  }
  const bytes = offsets[count]! - offsets[0]!;
  if (length % count !== 0 || all !== all.slice(0, bytes).repeat(length / count)) return undefined;
  for (let entry = count; entry <= length; entry++) {
    if (offsets[entry]! - offsets[entry - count]! !== bytes) return undefined;
  }
  return { count, places, values };
}
