import type { Encoding, SchemaElement } from "hyparquet";
import { isIndexed } from "../javascript/data-page.js";
import { widthOf } from "../javascript/plain.js";
import type { Dictionary, HeldDictionary } from "./dictionary.js";
import type { PageMemory } from "./page-memory.js";

/** Values in the kernels' memory, nulls left out. */
export type KernelValues = KernelFixed | KernelBytes;

export interface KernelFixed {
  readonly kind: "fixed";
  readonly width: number;
  readonly address: number;
}

export interface KernelBytes {
  readonly kind: "bytes";
  /** Of one more number than there are values; they count from `address`. */
  readonly offsets: number;
  readonly address: number;
  /** Of all values together. */
  readonly length: number;
  /** Whether they are known to be from a dictionary of valid texts. */
  readonly isText: boolean;
}

/** Values of a page may become so many bytes here, where memory never shrinks: of more, JavaScript copies what is asked for. */
export const MOST_PICKED: number = 8 * 1024 * 1024;
const ADDRESS = 4;

export function hasKernel(encoding: Encoding, { type }: SchemaElement): boolean {
  if (encoding === "RLE") return type === "BOOLEAN";
  return encoding === "PLAIN" || isIndexed(encoding);
}

/**
 * Decodes `count` values, at least one, between two addresses, in an encoding that has a kernel; nothing where that is better left to JavaScript.
 *
 * @throws Error where they are damaged.
 */
export function kernelValues(
  memory: PageMemory,
  start: number,
  end: number,
  encoding: Encoding,
  element: SchemaElement,
  count: number,
  dictionary: Dictionary | undefined,
): KernelValues | undefined {
  if (encoding === "RLE") return runsOfBooleans(memory, start, end, count);
  if (encoding === "PLAIN") return plainValues(memory, start, end, element, count);
  if (dictionary === undefined) throw noDictionary();
  return pickedValues(memory, start, end, count, dictionary);
}

function runsOfBooleans(memory: PageMemory, start: number, end: number, count: number): KernelFixed {
  const address = memory.take(count);
  // Four bytes of length come first; the page's end bounds the runs as well.
  const from = Math.min(start + 4, end);
  if (memory.kernels.expandLevels(from, end, 1, address, count) === 0) throw runsCutOff();
  return { kind: "fixed", width: 1, address };
}

function plainValues(
  memory: PageMemory,
  start: number,
  end: number,
  element: SchemaElement,
  count: number,
): KernelValues {
  const { kernels } = memory;
  if (element.type === "BOOLEAN") {
    if (start + Math.ceil(count / 8) > end) throw tooFew();
    const address = memory.take(count);
    kernels.expandBits(start, address, count);
    return { kind: "fixed", width: 1, address };
  }
  const width = widthOf(element);
  if (width !== undefined) {
    if (start + width * count > end) throw tooFew();
    return { kind: "fixed", width, address: start };
  }
  if (start + ADDRESS * count > end) throw tooFew();
  const offsets = memory.take(ADDRESS * (count + 1));
  const address = memory.take(end - start);
  const length = kernels.splitBytes(start, end, count, offsets, address);
  if (length === -1) throw tooFew();
  if (length < 0) throw new Error("a value reaches beyond its page");
  return { kind: "bytes", offsets, address, length, isText: false };
}

function pickedValues(
  memory: PageMemory,
  start: number,
  end: number,
  count: number,
  dictionary: Dictionary,
): KernelValues | undefined {
  const from = dictionary.hold(memory);
  if (from === undefined) return undefined;
  const indexes = kernelIndexes(memory, start, end, count, dictionary);
  return isTooMuch(memory, dictionary, from, indexes, count)
    ? undefined
    : gatherValues(memory, dictionary, from, indexes, count);
}

/**
 * Unpacks the numbers of values in a dictionary, between two addresses, to where this says: 32 bits for each.
 *
 * @throws Error where they are damaged, or one is beyond the dictionary.
 */
export function kernelIndexes(
  memory: PageMemory,
  start: number,
  end: number,
  count: number,
  dictionary: Dictionary,
): number {
  const { kernels } = memory;
  if (start >= end) throw new Error("a page of indexes is empty");
  const width = memory.bytes[start]!;
  if (width > 32) throw new Error(`${width} bits are too wide for levels or indexes`);
  const indexes = memory.take(ADDRESS * count);
  if (width === 0) memory.bytes.fill(0, indexes, indexes + ADDRESS * count);
  else if (kernels.expandIndexes(start + 1, end, width, indexes, count) === 0) throw runsCutOff();
  if (kernels.greatestIndex(indexes, count) >>> 0 >= dictionary.count) {
    throw new Error(`an index points beyond its dictionary of ${dictionary.count} values`);
  }
  return indexes;
}

/** Whether the values would become more than {@link MOST_PICKED}. */
export function isTooMuch(
  { kernels }: PageMemory,
  { kind, width }: Dictionary,
  { offsets }: HeldDictionary,
  indexes: number,
  count: number,
): boolean {
  const length = kind === "bytes" ? kernels.gatheredBytes(offsets!, indexes, count) : width! * count;
  return length > MOST_PICKED;
}

/** The values of a dictionary that indexes refer to. */
export function gatherValues(
  memory: PageMemory,
  { kind, width, isText }: Dictionary,
  from: HeldDictionary,
  indexes: number,
  count: number,
): KernelValues {
  const { kernels } = memory;
  if (kind === "bytes") {
    const length = kernels.gatheredBytes(from.offsets!, indexes, count);
    const offsets = memory.take(ADDRESS * (count + 1));
    const address = memory.take(length);
    kernels.gatherBytes(from.offsets!, from.bytes, indexes, count, offsets, address);
    return { kind, offsets, address, length, isText };
  }
  const bytes = width!;
  const address = memory.take(bytes * count);
  if (bytes === 4) kernels.gather4(from.bytes, indexes, count, address);
  else if (bytes === 8) kernels.gather8(from.bytes, indexes, count, address);
  else kernels.gatherWide(from.bytes, bytes, indexes, count, address);
  return { kind, width: bytes, address };
}

export function noDictionary(): Error {
  return new Error("a page needs a dictionary, and there is none");
}

function tooFew(): Error {
  return new Error("a page holds fewer values than it says");
}

function runsCutOff(): Error {
  return new Error("a run of levels or indexes is cut off");
}
