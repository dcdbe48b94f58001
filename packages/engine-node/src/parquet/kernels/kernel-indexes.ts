import type { RowRanges } from "@asyncdelta/kernel-core";
import type { Dictionary, HeldDictionary } from "./dictionary.js";
import type { KernelValues } from "./kernel-values.js";
import type { PageMemory } from "./page-memory.js";

/** Values of a page may become so many bytes here, where memory never shrinks: of more, JavaScript copies what is asked for. */
export const MOST_PICKED: number = 8 * 1024 * 1024;
const INDEX = 4;
const OFFSET = 4;

/** Numbers of values in a dictionary, as a page stores them in the kernels' memory. */
export interface KernelIndexes {
  readonly dictionary: Dictionary;
  readonly held: HeldDictionary;
  readonly count: number;
  /** Bits of each. */
  readonly width: number;
  /** The addresses of their runs. */
  readonly start: number;
  readonly end: number;
}

/**
 * Looks at what is between two addresses for `count` indexes; nothing where their dictionary is not for kernels.
 *
 * @throws Error where it is damaged, or there is no dictionary.
 */
export function openIndexes(
  memory: PageMemory,
  start: number,
  end: number,
  count: number,
  dictionary: Dictionary | undefined,
): KernelIndexes | undefined {
  if (dictionary === undefined) throw new Error("a page needs a dictionary, and there is none");
  const held = dictionary.hold(memory);
  if (held === undefined) return undefined;
  if (start >= end) throw new Error("a page of indexes is empty");
  const width = memory.bytes[start]!;
  if (width > 32) throw new Error(`${width} bits are too wide for levels or indexes`);
  return { dictionary, held, count, width, start: start + 1, end };
}

/** Whether all their values would certainly not be too many bytes, if nothing is known but how many they are. */
export function surelyHasRoom({ held, count }: KernelIndexes): boolean {
  return held.longest * count <= MOST_PICKED;
}

/** Whether the values of all of them, unpacked to `indexes`, are not too many bytes. */
export function hasRoomFor(memory: PageMemory, packed: KernelIndexes, indexes: number): boolean {
  return surelyHasRoom(packed) || bytesOf(memory, packed, indexes, packed.count) <= MOST_PICKED;
}

/**
 * The address of all indexes, 32 bits each.
 *
 * @throws Error where they are damaged, or one is beyond the dictionary.
 */
export function unpackIndexes(memory: PageMemory, { dictionary, count, width, start, end }: KernelIndexes): number {
  const indexes = memory.take(INDEX * count);
  if (width === 0) memory.bytes.fill(0, indexes, indexes + INDEX * count);
  else if (memory.kernels.expandIndexes(start, end, width, indexes, count) === 0) throw runsCutOff();
  checkIndexes(memory, indexes, count, dictionary);
  return indexes;
}

/** Ranges in the kernels' memory: pairs of where each starts and ends, which are counted from `before` on. */
export interface KernelRanges {
  readonly address: number;
  readonly pairs: number;
  readonly before: number;
}

/** The same for the `count` of them in some ranges: the others are not looked at. */
export function pickPacked(
  memory: PageMemory,
  { dictionary, width, start, end }: KernelIndexes,
  { address: places, pairs, before }: KernelRanges,
  count: number,
): number {
  const indexes = memory.take(INDEX * count);
  if (width === 0) memory.bytes.fill(0, indexes, indexes + INDEX * count);
  else if (memory.kernels.pickPacked(start, end, width, places, pairs, before, indexes) === 0) throw runsCutOff();
  checkIndexes(memory, indexes, count, dictionary);
  return indexes;
}

/** The same of indexes that have all been unpacked to an address. */
export function pickUnpacked(
  memory: PageMemory,
  all: number,
  { address, pairs, before }: KernelRanges,
  count: number,
): number {
  const indexes = memory.take(INDEX * count);
  memory.kernels.pickIndexes(all, address, pairs, before, indexes);
  return indexes;
}

export function putRanges(memory: PageMemory, ranges: RowRanges, before: number): KernelRanges {
  const { buffer, byteOffset, byteLength, length } = ranges;
  return { address: memory.put(new Uint8Array(buffer, byteOffset, byteLength)), pairs: length / 2, before };
}

function checkIndexes({ kernels }: PageMemory, indexes: number, count: number, dictionary: Dictionary): void {
  if (count === 0 || kernels.greatestIndex(indexes, count) >>> 0 < dictionary.count) return;
  throw new Error(`an index points beyond its dictionary of ${dictionary.count} values`);
}

function bytesOf(
  { kernels }: PageMemory,
  { dictionary: { kind, width }, held }: KernelIndexes,
  indexes: number,
  count: number,
): number {
  return kind === "bytes" ? kernels.gatheredBytes(held.offsets!, indexes, count) : width! * count;
}

/** The values that `count` indexes of 32 bits at an address refer to. */
export function gatherValues(memory: PageMemory, packed: KernelIndexes, indexes: number, count: number): KernelValues {
  const { kernels } = memory;
  const { dictionary, held } = packed;
  const { kind, isText } = dictionary;
  // What nobody writes to takes no memory of the machine.
  const bytes = surelyHasRoom(packed) ? held.longest * count : bytesOf(memory, packed, indexes, count);
  if (kind === "bytes") {
    const offsets = memory.take(OFFSET * (count + 1));
    const address = memory.take(bytes);
    const length = kernels.gatherBytes(held.offsets!, held.bytes, indexes, count, offsets, address) >>> 0;
    return { kind, offsets, address, length, isText };
  }
  const width = dictionary.width!;
  const address = memory.take(bytes);
  if (width === 4) kernels.gather4(held.bytes, indexes, count, address);
  else if (width === 8) kernels.gather8(held.bytes, indexes, count, address);
  else kernels.gatherWide(held.bytes, width, indexes, count, address);
  return { kind, width, address };
}

export function runsCutOff(): Error {
  return new Error("a run of levels or indexes is cut off");
}
