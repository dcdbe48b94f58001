import type { SchemaElement } from "hyparquet";
import { aligned, type ByteValues, type FixedValues, fixedValues, type Values } from "./values.js";

/** Bytes of a value of a fixed-width physical type; booleans are decoded to a byte each. */
export function widthOf(element: SchemaElement): number | undefined {
  switch (element.type) {
    case "BOOLEAN":
      return 1;
    case "INT32":
    case "FLOAT":
      return 4;
    case "INT64":
    case "DOUBLE":
      return 8;
    case "INT96":
      return 12;
    case "FIXED_LEN_BYTE_ARRAY":
      return element.type_length!;
    default:
      return undefined;
  }
}

/** Decodes `count` values of the PLAIN encoding from `start` on. */
export function readPlain(bytes: Uint8Array, start: number, element: SchemaElement, count: number): Values {
  if (element.type === "BOOLEAN") return readBooleans(bytes, start, count);
  const width = widthOf(element);
  if (width === undefined) return readByteArrays(bytes, start, count);
  const length = width * count;
  if (start + length > bytes.length) throw new Error("a page holds fewer values than it says");
  return fixedValues(width, count, aligned(bytes, start, length, alignmentOf(width)));
}

/** What numbers of that width, or made of words, need to be viewed in place. */
function alignmentOf(width: number): number {
  return width % 8 === 0 ? 8 : width % 4 === 0 ? 4 : 1;
}

function readBooleans(bytes: Uint8Array, start: number, count: number): FixedValues {
  if (start + Math.ceil(count / 8) > bytes.length) throw new Error("a page holds fewer values than it says");
  const values = new Uint8Array(count);
  for (let i = 0; i < count; i++) values[i] = (bytes[start + (i >> 3)]! >> (i & 7)) & 1;
  return fixedValues(1, count, values);
}

function readByteArrays(source: Uint8Array, start: number, count: number): ByteValues {
  if (start + 4 * count > source.length) throw new Error("a page holds fewer values than it says");
  const starts = new Int32Array(count);
  const ends = new Int32Array(count);
  const last = source.length;
  let at = start;
  for (let i = 0; i < count; i++) {
    if (at + 4 > last) throw new Error("a page holds fewer values than it says");
    const length = source[at]! | (source[at + 1]! << 8) | (source[at + 2]! << 16) | (source[at + 3]! << 24);
    at += 4;
    if (length < 0 || at + length > last) throw new Error("a value reaches beyond its page");
    starts[i] = at;
    at += length;
    ends[i] = at;
  }
  return { kind: "bytes", count, source, starts, ends };
}
