import type { Data } from "apache-arrow";
import type { KnownTexts } from "./known-texts.js";

/** Reads the text of one key out of a map column of texts: null is null, `undefined` where a row lacks the key. */
export function mapValueReader(map: Data, key: string, texts: KnownTexts): (row: number) => string | null | undefined {
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
