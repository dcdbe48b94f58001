import type { Encoding, SchemaElement } from "hyparquet";
import { isIndexed } from "../javascript/data-page.js";
import { widthOf } from "../javascript/plain.js";
import type { Dictionary } from "./dictionary.js";
import { gatherValues, hasRoomFor, openIndexes, runsCutOff, unpackIndexes } from "./kernel-indexes.js";
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
  const packed = openIndexes(memory, start, end, count, dictionary);
  if (packed === undefined) return undefined;
  const indexes = unpackIndexes(memory, packed);
  return hasRoomFor(memory, packed, indexes) ? gatherValues(memory, packed, indexes, count) : undefined;
}

function tooFew(): Error {
  return new Error("a page holds fewer values than it says");
}
