import { type ByteValues, type FixedValues, fixedValues, type Values, wordsOf } from "./values.js";

/** The values that `indexes` point at in a dictionary. */
export function pickValues(dictionary: Values, indexes: Int32Array): Values {
  checkIndexes(indexes, dictionary.count);
  return dictionary.kind === "fixed" ? pickFixed(dictionary, indexes) : pickBytes(dictionary, indexes);
}

function checkIndexes(indexes: Int32Array, count: number): void {
  for (let i = 0; i < indexes.length; i++) {
    // Indexes of 32 bits may have come out negative.
    if (indexes[i]! >>> 0 >= count) throw new Error(`an index points beyond its dictionary of ${count} values`);
  }
}

function pickFixed(dictionary: FixedValues, indexes: Int32Array): FixedValues {
  const { width, bytes } = dictionary;
  const count = indexes.length;
  const picked = new Uint8Array(count * width);
  const values = fixedValues(width, count, picked);
  if (width === 4) {
    const from = wordsOf(dictionary);
    const to = wordsOf(values);
    for (let i = 0; i < count; i++) to[i] = from[indexes[i]!]!;
  } else if (width % 4 === 0) {
    // Word by word: no value becomes a bigint.
    const words = width / 4;
    const from = wordsOf(dictionary);
    const to = wordsOf(values);
    for (let i = 0, at = 0; i < count; i++) {
      const start = indexes[i]! * words;
      for (let word = 0; word < words; word++) to[at++] = from[start + word]!;
    }
  } else {
    for (let i = 0, at = 0; i < count; i++) {
      const start = indexes[i]! * width;
      for (let byte = 0; byte < width; byte++) picked[at++] = bytes[start + byte]!;
    }
  }
  return values;
}

function pickBytes({ source, starts, ends }: ByteValues, indexes: Int32Array): ByteValues {
  const count = indexes.length;
  const pickedStarts = new Int32Array(count);
  const pickedEnds = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const index = indexes[i]!;
    pickedStarts[i] = starts[index]!;
    pickedEnds[i] = ends[index]!;
  }
  return { kind: "bytes", count, source, starts: pickedStarts, ends: pickedEnds };
}
