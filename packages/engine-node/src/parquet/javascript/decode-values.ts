import type { Encoding, SchemaElement } from "hyparquet";
import { readDeltaLengths, readDeltaStrings, readDeltas } from "./delta.js";
import { readHybrid } from "./hybrid.js";
import { readPlain, widthOf } from "./plain.js";
import { type ByteValues, type FixedValues, fixedValues, type Values } from "./values.js";

/**
 * Decodes the values part of a data page: `count` values that are not null, from `start` on.
 * For the dictionary encodings use {@link readIndexes}.
 */
export function decodeValues(
  bytes: Uint8Array,
  start: number,
  encoding: Encoding,
  element: SchemaElement,
  count: number,
): Values {
  switch (encoding) {
    case "PLAIN":
      return readPlain(bytes, start, element, count);
    case "RLE":
      if (element.type === "BOOLEAN") return readRunsOfBooleans(bytes, start, count);
      break;
    case "DELTA_BINARY_PACKED":
      if (element.type === "INT32") return readDeltas(bytes, start, 4, count);
      if (element.type === "INT64") return readDeltas(bytes, start, 8, count);
      break;
    case "DELTA_LENGTH_BYTE_ARRAY":
      if (element.type === "BYTE_ARRAY") return readDeltaLengths(bytes, start, count);
      break;
    case "DELTA_BYTE_ARRAY":
      if (element.type === "BYTE_ARRAY") return readDeltaStrings(bytes, start, count);
      if (element.type === "FIXED_LEN_BYTE_ARRAY") return joinValues(readDeltaStrings(bytes, start, count), element);
      break;
    case "BYTE_STREAM_SPLIT": {
      const width = widthOf(element);
      if (width !== undefined && element.type !== "BOOLEAN") return joinStreams(bytes, start, width, count);
      break;
    }
  }
  throw new Error(`the encoding ${encoding} is not known for ${element.type}`);
}

/** Indexes into the dictionary: one byte with their width, then runs. */
export function readIndexes(bytes: Uint8Array, start: number, count: number): Int32Array {
  const indexes = new Int32Array(count);
  if (count === 0) return indexes;
  if (start >= bytes.length) throw new Error("a page of indexes is empty");
  readHybrid(bytes, start + 1, bytes.length, bytes[start]!, indexes, count);
  return indexes;
}

function readRunsOfBooleans(bytes: Uint8Array, start: number, count: number): FixedValues {
  const values = new Uint8Array(count);
  // Four bytes of length come first; the page's end bounds the runs as well.
  if (count > 0) readHybrid(bytes, start + 4, bytes.length, 1, values, count);
  return fixedValues(1, count, values);
}

function joinStreams(bytes: Uint8Array, start: number, width: number, count: number): FixedValues {
  if (start + width * count > bytes.length) throw new Error("a page holds fewer values than it says");
  const values = new Uint8Array(width * count);
  for (let stream = 0, at = start; stream < width; stream++) {
    for (let to = stream; to < values.length; to += width) values[to] = bytes[at++]!;
  }
  return fixedValues(width, count, values);
}

function joinValues({ source, starts, ends, count }: ByteValues, element: SchemaElement): FixedValues {
  const width = element.type_length!;
  const values = new Uint8Array(width * count);
  for (let i = 0; i < count; i++) {
    if (ends[i]! - starts[i]! !== width) throw new Error(`a value does not have ${width} bytes`);
    values.set(source.subarray(starts[i], ends[i]), i * width);
  }
  return fixedValues(width, count, values);
}
