import type { Pick } from "./random.js";

/** Which bytes of a file may be damaged, and how they are read. */
export interface DamageOptions {
  /** Lines of JSON. */
  readonly text: boolean;
  /** Damage begins in here, and keeps the length of the file. */
  readonly within?: { readonly from: number; readonly to: number } | undefined;
}

type Damage = (bytes: Uint8Array, pick: Pick, from: number, to: number) => Uint8Array;

/** Counts and sizes that a careless reader would believe. */
const HUGE = [0xffffffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffff, 0x10000, 1 << 24, 1 << 30];
/** The same as texts. */
const HUGE_TEXTS = [
  "9007199254740993",
  "-1",
  "1e400",
  "4294967296",
  "2147483648",
  "18446744073709551616",
  "null",
  "{}",
];

const flips: Damage = (bytes, pick, from, to) => {
  const copy = bytes.slice();
  for (let n = 1 + pick(3); n > 0; n--) copy[from + pick(to - from)]! ^= 1 << pick(8);
  return copy;
};

const zeroes: Damage = (bytes, pick, from, to) => {
  const start = from + pick(to - from);
  return bytes.slice().fill(0, start, Math.min(to, start + 1 + pick(64)));
};

/** Bytes of one place over those of another. */
const splice: Damage = (bytes, pick, from, to) => {
  const copy = bytes.slice();
  const length = 1 + pick(Math.min(200, to - from));
  const source = from + pick(to - from - length + 1);
  return copy.copyWithin(from + pick(to - from - length + 1), source, source + length);
};

/** A fixed-width number, of either byte order, or a varint that is as long as they get and longer. */
const hugeNumber: Damage = (bytes, pick, from, to) => {
  const copy = bytes.slice();
  const at = from + pick(to - from);
  if (pick(2) === 0) {
    if (at + 4 <= to) new DataView(copy.buffer).setUint32(at, HUGE[pick(HUGE.length)]!, pick(2) === 0);
    return copy;
  }
  const end = Math.min(to, at + 1 + pick(11));
  copy.fill(0xff, at, end);
  if (end < to) copy[end] = 0x0f;
  return copy;
};

const truncate: Damage = (bytes, pick) => bytes.slice(0, pick(bytes.length));

const cutOut: Damage = (bytes, pick, from, to) => {
  const start = from + pick(to - from);
  return joined(bytes.subarray(0, start), bytes.subarray(start + 1 + pick(40)));
};

const insert: Damage = (bytes, pick, from, to) => {
  const at = from + pick(to - from);
  const noise = Uint8Array.from({ length: 1 + pick(20) }, () => pick(256));
  return joined(bytes.subarray(0, at), noise, bytes.subarray(at));
};

const duplicateBlock: Damage = (bytes, pick, from, to) => {
  const at = from + pick(to - from);
  const end = Math.min(bytes.length, at + 1 + pick(300));
  return joined(bytes.subarray(0, end), bytes.subarray(at));
};

const lineOf = (bytes: Uint8Array, at: number): [number, number] => {
  const end = bytes.indexOf(0x0a, at);
  return [bytes.lastIndexOf(0x0a, at - 1) + 1, end < 0 ? bytes.length : end + 1];
};

const duplicateLine: Damage = (bytes, pick) => {
  const [start, end] = lineOf(bytes, pick(bytes.length));
  return joined(bytes.subarray(0, end), bytes.subarray(start));
};

const dropLine: Damage = (bytes, pick) => {
  const [start, end] = lineOf(bytes, pick(bytes.length));
  return joined(bytes.subarray(0, start), bytes.subarray(end));
};

/** A number or word of JSON, replaced by one that does not belong there. */
const hugeText: Damage = (bytes, pick) => {
  const text = Buffer.from(bytes).toString("latin1");
  const values = [...text.matchAll(/(?<=[:,[])(?:-?\d+(?:\.\d+)?|true|false|null|"[^"\\]*")/g)];
  const value = values[pick(values.length)];
  if (value === undefined) return truncate(bytes, pick, 0, bytes.length);
  const end = value.index + value[0].length;
  const other = pick(3) === 0 ? values[pick(values.length)]![0] : HUGE_TEXTS[pick(HUGE_TEXTS.length)]!;
  return Buffer.from(text.slice(0, value.index) + other + text.slice(end), "latin1");
};

const IN_PLACE: readonly Damage[] = [flips, flips, zeroes, splice, hugeNumber];
const BINARY: readonly Damage[] = [...IN_PLACE, hugeNumber, truncate, cutOut, insert, duplicateBlock];
const TEXT: readonly Damage[] = [
  flips,
  zeroes,
  splice,
  truncate,
  cutOut,
  insert,
  duplicateLine,
  dropLine,
  hugeText,
  hugeText,
];

/** The bytes with one kind of damage, which may have left them as they were. */
export function damage(bytes: Uint8Array, pick: Pick, { text, within }: DamageOptions): Uint8Array {
  if (bytes.length === 0) return bytes;
  const kinds = within !== undefined ? IN_PLACE : text ? TEXT : BINARY;
  const { from, to } = within ?? somewhere(bytes, pick, text);
  return new Uint8Array(kinds[pick(kinds.length)]!(bytes, pick, from, to));
}

/** Of a Parquet file every other time the footer, where its counts and sizes are; else anywhere. */
function somewhere(bytes: Uint8Array, pick: Pick, text: boolean): { from: number; to: number } {
  const everywhere = { from: 0, to: bytes.length };
  if (text || bytes.length < 12 || pick(2) === 0) return everywhere;
  const footer = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(bytes.length - 8, true);
  return footer + 8 > bytes.length ? everywhere : { from: bytes.length - 8 - footer, to: bytes.length };
}

function joined(...parts: Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}
