import { readBits } from "./hybrid.js";
import { type ByteValues, type FixedValues, fixedValues, wordsOf } from "./values.js";

const TWO_32 = 2 ** 32;

/** A place in a page that moves on as it is read. */
interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

/**
 * Decodes integers of 4 or 8 bytes in the DELTA_BINARY_PACKED encoding ("Delta Encoding" in Encodings.md). They are
 * added up in 32-bit halves modulo 2^64, so that no value becomes a bigint on the way.
 */
export function readDeltas(bytes: Uint8Array, start: number, width: 4 | 8, count: number): FixedValues {
  return unpackDeltas({ bytes, at: start }, width, count);
}

/** Decodes the DELTA_LENGTH_BYTE_ARRAY encoding: all lengths, then all bytes. */
export function readDeltaLengths(bytes: Uint8Array, start: number, count: number): ByteValues {
  return unpackLengths({ bytes, at: start }, count);
}

/** Decodes the DELTA_BYTE_ARRAY encoding: each value shares a prefix with the one before. */
export function readDeltaStrings(bytes: Uint8Array, start: number, count: number): ByteValues {
  const cursor = { bytes, at: start };
  const prefixes = wordsOf(unpackDeltas(cursor, 4, count));
  const suffixes = unpackLengths(cursor, count);
  let total = 0;
  for (let i = 0; i < count; i++) {
    const prefix = prefixes[i]!;
    const before = i === 0 ? 0 : prefixes[i - 1]! + suffixes.ends[i - 1]! - suffixes.starts[i - 1]!;
    if (prefix < 0 || prefix > before) throw new Error("a value shares a prefix longer than the value before it");
    total += prefix + suffixes.ends[i]! - suffixes.starts[i]!;
  }
  const source = new Uint8Array(total);
  const starts = new Int32Array(count);
  const ends = new Int32Array(count);
  for (let i = 0, at = 0; i < count; i++) {
    const prefix = prefixes[i]!;
    starts[i] = at;
    if (prefix > 0) source.copyWithin(at, starts[i - 1]!, starts[i - 1]! + prefix);
    source.set(bytes.subarray(suffixes.starts[i]!, suffixes.ends[i]!), at + prefix);
    at += prefix + suffixes.ends[i]! - suffixes.starts[i]!;
    ends[i] = at;
  }
  return { kind: "bytes", count, source, starts, ends };
}

function unpackLengths(cursor: Cursor, count: number): ByteValues {
  const lengths = wordsOf(unpackDeltas(cursor, 4, count));
  const starts = new Int32Array(count);
  const ends = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const length = lengths[i]!;
    if (length < 0 || cursor.at + length > cursor.bytes.length) throw new Error("a value reaches beyond its page");
    starts[i] = cursor.at;
    cursor.at += length;
    ends[i] = cursor.at;
  }
  return { kind: "bytes", count, source: cursor.bytes, starts, ends };
}

function unpackDeltas(cursor: Cursor, width: 4 | 8, count: number): FixedValues {
  const step = width / 4;
  const words = new Int32Array(count * step);
  const values = fixedValues(width, count, new Uint8Array(words.buffer));
  if (count === 0) return values;
  const { bytes } = cursor;
  const perBlock = readVarint(cursor)[0];
  const miniblocks = readVarint(cursor)[0];
  const total = readVarint(cursor)[0];
  const perMiniblock = perBlock / miniblocks;
  if (perBlock <= 0 || miniblocks <= 0 || perMiniblock % 8 !== 0) {
    throw new Error(`delta blocks of ${perBlock} values in ${miniblocks} miniblocks make no sense`);
  }
  if (total !== count) throw new Error(`a page has ${total} deltas for ${count} values`);
  let [low, high] = readZigZag(cursor);
  words[0] = low;
  if (step === 2) words[1] = high;
  for (let at = step; at < words.length; ) {
    const [minLow, minHigh] = readZigZag(cursor);
    const widths = cursor.at;
    cursor.at += miniblocks;
    if (cursor.at > bytes.length) throw new Error("a delta block is cut off");
    for (let miniblock = 0; miniblock < miniblocks && at < words.length; miniblock++) {
      const bits = bytes[widths + miniblock]!;
      const here = Math.min(perMiniblock, (words.length - at) / step);
      if (bits > 64) throw new Error(`deltas of ${bits} bits make no sense`);
      if (cursor.at + Math.ceil((here * bits) / 8) > bytes.length) throw new Error("a delta block is cut off");
      const lowBits = Math.min(bits, 32);
      const end = at + here * step;
      for (let bit = cursor.at * 8; at < end; at += step, bit += bits) {
        const sum = (low >>> 0) + (minLow >>> 0) + readBits(bytes, bit, lowBits);
        low = sum | 0;
        words[at] = low;
        if (step === 1) continue;
        const highBits = bits > 32 ? readBits(bytes, bit + 32, bits - 32) : 0;
        high = (high + minHigh + highBits + Math.floor(sum / TWO_32)) | 0;
        words[at + 1] = high;
      }
      cursor.at += (perMiniblock * bits) / 8;
    }
  }
  return values;
}

/** Both halves, the low one first, of a variable-length integer of up to 64 bits. */
function readVarint(cursor: Cursor): [low: number, high: number] {
  let low = 0;
  let high = 0;
  for (let shift = 0; shift < 70; shift += 7) {
    if (cursor.at >= cursor.bytes.length) throw new Error("a page ends inside a number");
    const byte = cursor.bytes[cursor.at++]!;
    const bits = byte & 0x7f;
    if (shift < 32) low |= bits << shift;
    if (shift === 28) high = bits >> 4;
    if (shift > 28) high |= bits << (shift - 32);
    if (byte < 0x80) return [low, high];
  }
  throw new Error("a number has more than 64 bits");
}

function readZigZag(cursor: Cursor): [low: number, high: number] {
  const [low, high] = readVarint(cursor);
  const sign = -(low & 1);
  return [((low >>> 1) | (high << 31)) ^ sign, (high >>> 1) ^ sign];
}
