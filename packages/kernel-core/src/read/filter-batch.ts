import type { Data, DataType, RecordBatch } from "apache-arrow";
import { popcount } from "../deletion-vector/roaring-containers.js";
import { type RowRanges, rangesOf } from "../deletion-vector/row-ranges.js";

/**
 * The rows of a batch at the given positions, in that order, as a new batch of the same schema. Whole stretches of
 * consecutive rows are copied at once, so that it is cheap where few rows are left out. Exact for every Arrow type;
 * dictionaries, the values of dense unions and the buffers behind views are shared, not copied.
 */
export function takeRows(batch: RecordBatch, rows: Int32Array): RecordBatch {
  return takeRanges(batch, rangesOf(rows));
}

/** The same for positions given as ranges. */
export function takeRanges(batch: RecordBatch, ranges: RowRanges): RecordBatch {
  // Made by the constructor of the batch's own copy of apache-arrow, which need not be ours.
  const Batch = batch.constructor as typeof RecordBatch;
  return new Batch(batch.schema, takeData(batch.data, ranges), batch.metadata);
}

/** The same of one column. */
export function takeData<T extends DataType>(data: Data<T>, ranges: RowRanges): Data<T> {
  return takeColumn(data, ranges, countElements(ranges));
}

/** Pairs of a first position and the position after the last one. Bytes of a large column may not fit 32 bits. */
type Ranges = RowRanges | Float64Array;
type Bytes = Uint8Array | Int32Array;
type Offsets = Int32Array | BigInt64Array;

/** Those values of apache-arrow's `Type` that have a layout of their own. */
const NULL = 1;
const BINARY = 4;
const UTF8 = 5;
const BOOL = 6;
const LIST = 12;
const STRUCT = 13;
const UNION = 14;
const FIXED_SIZE_LIST = 16;
const MAP = 17;
const LARGE_BINARY = 19;
const LARGE_UTF8 = 20;
const LARGE_LIST = 21;

/** What a column consists of, in the order of apache-arrow's `BufferType`. */
interface Taken {
  offsets?: Offsets | undefined;
  values?: ArrayBufferView | undefined;
  typeIds?: ArrayBufferView | undefined;
  children?: Data[];
}

function takeColumn<T extends DataType>(data: Data<T>, ranges: Ranges, length: number): Data<T> {
  if (data.type.typeId === NULL) return data.clone(data.type, 0, length, length);
  const taken = takeValues(data, ranges, length);
  const validity = takeValidity(data, ranges, length);
  const buffers = [taken.offsets, taken.values, validity?.bitmap, taken.typeIds];
  return data.clone(data.type, 0, length, validity?.nullCount ?? 0, buffers as never, taken.children ?? data.children);
}

function takeValues(data: Data, ranges: Ranges, length: number): Taken {
  switch (data.type.typeId) {
    case BOOL:
      return { values: takeBits(data.values, data.offset, ranges, length) };
    case BINARY:
    case UTF8:
    case LARGE_BINARY:
    case LARGE_UTF8: {
      const { offsets, elements } = takeOffsets(data.valueOffsets, ranges, length);
      return { offsets, values: takeElements(data.values, elements, 1) };
    }
    case LIST:
    case MAP:
    case LARGE_LIST: {
      const { offsets, elements } = takeOffsets(data.valueOffsets, ranges, length);
      return { offsets, children: [takeColumn(data.children[0]!, elements, countElements(elements))] };
    }
    case STRUCT:
      return { children: data.children.map((child) => takeColumn(child, ranges, length)) };
    case FIXED_SIZE_LIST: {
      const elements = Float64Array.from(ranges, (row) => row * data.stride);
      return { children: [takeColumn(data.children[0]!, elements, length * data.stride)] };
    }
    case UNION: {
      const typeIds = takeElements(data.typeIds, ranges, 1);
      // A dense union says for each row where in its child the value is; a sparse one has a row in each child.
      if (data.valueOffsets !== undefined) {
        return { typeIds, offsets: takeElements(data.valueOffsets, ranges, 1) as Int32Array };
      }
      return { typeIds, children: data.children.map((child) => takeColumn(child, ranges, length)) };
    }
    default:
      return { values: takeElements(data.values, ranges, data.stride) };
  }
}

function takeValidity(
  data: Data,
  ranges: Ranges,
  length: number,
): { bitmap: Uint8Array; nullCount: number } | undefined {
  const { nullBitmap } = data;
  if (data.type.typeId === UNION || !nullBitmap || nullBitmap.length === 0 || data.nullCount === 0) return undefined;
  const bitmap = takeBits(nullBitmap, data.offset, ranges, length);
  let nullCount = length;
  for (const word of new Int32Array(bitmap.buffer)) nullCount -= popcount(word);
  return nullCount === 0 ? undefined : { bitmap, nullCount };
}

/** New offsets from 0 on, and where the elements of the kept rows are. */
function takeOffsets(offsets: Offsets, ranges: Ranges, length: number): { offsets: Offsets; elements: Ranges } {
  if (offsets.BYTES_PER_ELEMENT === 8) return takeLargeOffsets(offsets as BigInt64Array, ranges, length);
  const taken = new Int32Array(length + 1);
  const elements = new Int32Array(ranges.length);
  let row = 0;
  let end = 0;
  for (let pair = 0; pair < ranges.length; pair += 2) {
    const [from, to] = [ranges[pair]!, ranges[pair + 1]!];
    if (from === to) continue;
    const start = offsets[from] as number;
    const shift = end - start;
    for (let at = from; at < to; at++) taken[row++] = (offsets[at] as number) + shift;
    elements[pair] = start;
    elements[pair + 1] = offsets[to] as number;
    end = (offsets[to] as number) + shift;
  }
  taken[row] = end;
  return { offsets: taken, elements };
}

function takeLargeOffsets(
  offsets: BigInt64Array,
  ranges: Ranges,
  length: number,
): { offsets: Offsets; elements: Ranges } {
  const taken = new BigInt64Array(length + 1);
  const elements = new Float64Array(ranges.length);
  let row = 0;
  let end = 0n;
  for (let pair = 0; pair < ranges.length; pair += 2) {
    const [from, to] = [ranges[pair]!, ranges[pair + 1]!];
    if (from === to) continue;
    const shift = end - offsets[from]!;
    for (let at = from; at < to; at++) taken[row++] = offsets[at]! + shift;
    elements[pair] = Number(offsets[from]!);
    elements[pair + 1] = Number(offsets[to]!);
    end = offsets[to]! + shift;
  }
  taken[row] = end;
  return { offsets: taken, elements };
}

/** Up to this many elements are copied faster one by one than through a view. */
const SHORT = 64;

/** Elements of a typed array, each `stride` of its items, as a new array of the same kind. */
function takeElements(values: ArrayBufferView, ranges: Ranges, stride: number): ArrayBufferView {
  const Values = values.constructor as {
    new (buffer: ArrayBuffer): ArrayBufferView;
    readonly BYTES_PER_ELEMENT: number;
  };
  const bytes = Values.BYTES_PER_ELEMENT * stride;
  const taken = new ArrayBuffer(countElements(ranges) * bytes);
  // Two kinds of arrays instead of eleven keep the copying loop fast, and no number is ever interpreted.
  const wide = bytes % 4 === 0 && values.byteOffset % 4 === 0;
  if (wide)
    copyRanges(
      new Int32Array(values.buffer, values.byteOffset, values.byteLength >>> 2),
      ranges,
      bytes / 4,
      new Int32Array(taken),
    );
  else
    copyRanges(
      new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
      ranges,
      bytes,
      new Uint8Array(taken),
    );
  return new Values(taken);
}

function copyRanges(from: Bytes, ranges: Ranges, width: number, to: Bytes): void {
  let into = 0;
  for (let pair = 0; pair < ranges.length; pair += 2) {
    let at = ranges[pair]! * width;
    const end = ranges[pair + 1]! * width;
    if (end - at > SHORT) {
      to.set(from.subarray(at, end), into);
      into += end - at;
    } else {
      while (at < end) to[into++] = from[at++]!;
    }
  }
}

/** Bits, of which the first is at `offset`, as a new bitmap; its length is a multiple of eight bytes. */
function takeBits(bits: Uint8Array, offset: number, ranges: Ranges, length: number): Uint8Array<ArrayBuffer> {
  const taken = new Uint8Array(((length + 63) & ~63) >>> 3);
  let to = 0;
  for (let pair = 0; pair < ranges.length; pair += 2) {
    const from = offset + ranges[pair]!;
    const count = ranges[pair + 1]! - ranges[pair]!;
    copyBits(bits, from, taken, to, count);
    to += count;
  }
  return taken;
}

function copyBits(source: Uint8Array, from: number, target: Uint8Array, to: number, count: number): void {
  const end = to + count;
  for (; to < end && (to & 7) !== 0; to++, from++) copyBit(source, from, target, to);
  const shift = from & 7;
  const whole = (end - to) >>> 3;
  for (let at = from >>> 3, into = to >>> 3, last = into + whole; into < last; into++, at++) {
    target[into] = shift === 0 ? source[at]! : (source[at]! >>> shift) | (source[at + 1]! << (8 - shift));
  }
  for (to += whole * 8, from += whole * 8; to < end; to++, from++) copyBit(source, from, target, to);
}

function copyBit(source: Uint8Array, from: number, target: Uint8Array, to: number): void {
  if ((source[from >>> 3]! & (1 << (from & 7))) !== 0) target[to >>> 3]! |= 1 << (to & 7);
}

function countElements(ranges: Ranges): number {
  let count = 0;
  for (let pair = 0; pair < ranges.length; pair += 2) count += ranges[pair + 1]! - ranges[pair]!;
  return count;
}
