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
  dictionary: Dictionary | undefined,
): KernelValues | undefined {
  const found = kernelIndexes(memory, start, end, count, dictionary);
  return found && gatherValues(memory, found, found.address, count, found.bytes);
}

/** Numbers of values in a dictionary, where kernels have unpacked them to: 32 bits for each. */
export interface KernelIndexes {
  readonly dictionary: Dictionary;
  readonly held: HeldDictionary;
  readonly address: number;
  readonly count: number;
  /** Of the values that they all refer to. */
  readonly bytes: number;
}

/**
 * Unpacks indexes between two addresses; nothing where their values are better picked by JavaScript.
 *
 * @throws Error where they are damaged, or there is no dictionary, or none so large.
 */
export function kernelIndexes(
  memory: PageMemory,
  start: number,
  end: number,
  count: number,
  dictionary: Dictionary | undefined,
): KernelIndexes | undefined {
  if (dictionary === undefined) throw new Error("a page needs a dictionary, and there is none");
  const held = dictionary.hold(memory);
  if (held === undefined) return undefined;
  const address = unpackIndexes(memory, start, end, count, dictionary);
  const bytes = bytesOf(memory, dictionary, held, address, count);
  return bytes > MOST_PICKED ? undefined : { dictionary, held, address, count, bytes };
}

/**
 * Unpacks the numbers of values in a dictionary, between two addresses, to where this says: 32 bits for each.
 *
 * @throws Error where they are damaged, or one is beyond the dictionary.
 */
function unpackIndexes(memory: PageMemory, start: number, end: number, count: number, dictionary: Dictionary): number {
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

function bytesOf(
  { kernels }: PageMemory,
  { kind, width }: Dictionary,
  { offsets }: HeldDictionary,
  indexes: number,
  count: number,
): number {
  return kind === "bytes" ? kernels.gatheredBytes(offsets!, indexes, count) : width! * count;
}

/** The values that some of the indexes refer to, `count` that lie at `indexes`; `bytes` is how many they have, if that is known. */
export function gatherValues(
  memory: PageMemory,
  { dictionary, held }: Pick<KernelIndexes, "dictionary" | "held">,
  indexes: number,
  count: number,
  bytes: number = bytesOf(memory, dictionary, held, indexes, count),
): KernelValues {
  const { kernels } = memory;
  const { kind, isText } = dictionary;
  if (kind === "bytes") {
    const offsets = memory.take(ADDRESS * (count + 1));
    const address = memory.take(bytes);
    kernels.gatherBytes(held.offsets!, held.bytes, indexes, count, offsets, address);
    return { kind, offsets, address, length: bytes, isText };
  }
  const width = dictionary.width!;
  const address = memory.take(bytes);
  if (width === 4) kernels.gather4(held.bytes, indexes, count, address);
  else if (width === 8) kernels.gather8(held.bytes, indexes, count, address);
  else kernels.gatherWide(held.bytes, width, indexes, count, address);
  return { kind, width, address };
}

function tooFew(): Error {
  return new Error("a page holds fewer values than it says");
}

function runsCutOff(): Error {
  return new Error("a run of levels or indexes is cut off");
}
