import type { Data } from "apache-arrow";
import { utf8Reader } from "./utf8-reader.js";

/**
 * Reads the text of one key out of a map column of texts: null is null, `undefined` where a row lacks the key. The value of the
 * row before is given out again where the bytes are the same, as they mostly are in partition values.
 */
export function mapValueReader(map: Data, key: string): (row: number) => string | null | undefined {
  const [keys, items] = map.children[0]!.children as [Data, Data];
  const wanted = new TextEncoder().encode(key);
  const offsets: Int32Array = map.valueOffsets;
  const read = utf8Reader(items);
  let last = -1;
  let lastText: string | undefined;
  return (row) => {
    if (map.nullCount > 0 && !map.getValid(row)) return undefined;
    // Of two entries of one key the last counts, as in an object.
    for (let at = offsets[row + 1]! - 1; at >= offsets[row]!; at--) {
      if (!hasBytes(keys, at, wanted)) continue;
      if (items.nullCount > 0 && !items.getValid(at)) return null;
      if (last < 0 || !isSame(items, last, at)) {
        last = at;
        lastText = read(at);
      }
      return lastText;
    }
    return undefined;
  };
}

function hasBytes({ values, valueOffsets: offsets }: Data, at: number, wanted: Uint8Array): boolean {
  const start = offsets[at]!;
  if (offsets[at + 1]! - start !== wanted.length) return false;
  for (let byte = 0; byte < wanted.length; byte++) if (values[start + byte] !== wanted[byte]) return false;
  return true;
}

function isSame({ values, valueOffsets: offsets }: Data, a: number, b: number): boolean {
  const length = offsets[a + 1]! - offsets[a]!;
  if (offsets[b + 1]! - offsets[b]! !== length) return false;
  for (let byte = 0; byte < length; byte++) if (values[offsets[a]! + byte] !== values[offsets[b]! + byte]) return false;
  return true;
}
