import type { Convert } from "../javascript/convert-values.js";
import type { DataPage } from "../javascript/data-page.js";
import { isIndexed, zeros } from "../javascript/data-page.js";
import type { DataPageHeader, DataPageHeaderV2, DictionaryPageHeader } from "../javascript/page-header.js";
import { readPlain } from "../javascript/plain.js";
import type { Values } from "../javascript/values.js";
import type { LeafNode } from "../schema/schema-node.js";
import { ArrayDictionary, type Dictionary, KernelDictionary } from "./dictionary.js";
import { IndexedValues } from "./indexed-values.js";
import { MOST_PICKED, openIndexes } from "./kernel-indexes.js";
import type { KernelLevels } from "./kernel-levels.js";
import { hasKernel, kernelValues } from "./kernel-values.js";
import { type OpenedPage, openPage, type StoredPage } from "./open-page.js";
import { PageBuffers } from "./page-buffers.js";
import type { PageMemory } from "./page-memory.js";
import { putPage } from "./put-page.js";
import { spreadValues } from "./spread-values.js";
import { TenantPage } from "./tenant-page.js";
import { moveValues, viewValues } from "./view-values.js";

/** A column whose pages are decoded by kernels. */
export interface KernelColumn {
  readonly leaf: LeafNode;
  readonly convert: Convert | undefined;
  /** Whether its bytes must be texts. */
  readonly isText: boolean;
  readonly buffers: PageBuffers;
}

/** Larger pages would hold up the event loop, since one is decoded in one go. */
const MOST_BYTES = 4 * 1024 * 1024;
const MOST_ENTRIES = 512 * 1024;
const WIDEST_LEVEL = 255;
const NOTHING: Uint8Array = new Uint8Array(0);

/** Whether kernels decode pages like this. */
export function isForKernels(
  header: DataPageHeader | DataPageHeaderV2 | DictionaryPageHeader,
  { element, rep, def }: LeafNode,
  dictionary: Dictionary | undefined,
): boolean {
  if (header.uncompressedSize > MOST_BYTES || header.size > MOST_BYTES) return false;
  if (header.kind === "dictionary") return true;
  if (header.numValues > MOST_ENTRIES || rep > WIDEST_LEVEL || def > WIDEST_LEVEL) return false;
  if (!hasKernel(header.encoding, element)) return false;
  // It was itself too large.
  if (dictionary?.isForKernels === false) return false;
  if (header.kind === "data-v2") return true;
  const { repetitionEncoding, definitionEncoding } = header;
  return (rep === 0 || repetitionEncoding !== "BIT_PACKED") && (def === 0 || definitionEncoding !== "BIT_PACKED");
}

/**
 * Decodes a data page for which {@link isForKernels} is true; nothing where it turns out to be better decoded by JavaScript. Its
 * arrays are those of the column, until its next page.
 *
 * @throws Error where it is damaged.
 */
export function kernelPage(
  memory: PageMemory,
  column: KernelColumn,
  header: DataPageHeader | DataPageHeaderV2,
  stored: StoredPage,
  dictionary: Dictionary | undefined,
): DataPage | undefined {
  return finishPage(memory, column, header, openPage(memory, column.leaf, header, stored, dictionary), dictionary);
}

function finishPage(
  memory: PageMemory,
  { leaf, convert, isText, buffers }: KernelColumn,
  { numValues: entries, encoding }: DataPageHeader | DataPageHeaderV2,
  { reps, defs, start, end }: OpenedPage,
  dictionary: Dictionary | undefined,
): DataPage | undefined {
  const { element, def: most } = leaf;
  const filled = defs?.highest ?? entries;
  const isNull = defs?.isZero === true && (reps === undefined || reps.isZero);
  const facts = { entries, filled, isNull, isSpread: false };
  const viewLevels = () => ({
    reps: reps && viewOf(memory, reps, leaf.rep, entries),
    defs: filled === entries ? undefined : viewOf(memory, defs!, most, entries),
  });
  if (filled === 0) {
    // There may be no dictionary, nor even a byte.
    const none = readPlain(NOTHING, 0, element, 0);
    return new TenantPage(facts, viewLevels(), convert === undefined ? none : convert(none), memory, buffers);
  }
  const levels = filled < entries ? { address: defs!.address!, most, entries } : undefined;
  const isFew = levels === undefined || (dictionary?.width ?? 0) * entries <= MOST_PICKED;
  if (isIndexed(encoding) && leaf.rep === 0 && isFew) {
    const packed = openIndexes(memory, start, end, filled, dictionary);
    const indexed = packed && IndexedValues.open(memory, packed, isText, levels);
    return (
      indexed && new TenantPage({ ...facts, isSpread: levels !== undefined }, viewLevels(), indexed, memory, buffers)
    );
  }
  let found = kernelValues(memory, start, end, encoding, element, filled, dictionary);
  if (found === undefined) return undefined;
  const conversion = isIndexed(encoding) ? undefined : convert;
  const isSmall = found.kind === "bytes" || found.width * entries <= MOST_PICKED;
  const isSpread = filled < entries && leaf.rep === 0 && conversion === undefined && isSmall;
  if (isSpread) found = spreadValues(memory, found, defs!.address!, most, entries);
  const values = viewValues(memory, found, isSpread ? entries : filled, isText);
  const converted = conversion === undefined ? values : conversion(values);
  return new TenantPage({ ...facts, isSpread }, viewLevels(), converted, memory, buffers);
}

function viewOf(memory: PageMemory, levels: KernelLevels, most: number, entries: number): Uint8Array {
  if (levels.isZero) return zeros(entries);
  if (levels.address === undefined) return new Uint8Array(entries).fill(most);
  return memory.bytes.subarray(levels.address, levels.address + entries);
}

/** Decodes a dictionary; see {@link kernelPage}. The stored page must stay as it is as long as the dictionary is used. */
export function kernelDictionary(
  memory: PageMemory,
  { leaf, convert, isText }: KernelColumn,
  { numValues }: DictionaryPageHeader,
  { body, codec, size }: StoredPage,
): Dictionary {
  const decode = (): Values => {
    memory.begin();
    const start = putPage(memory, body, codec, size);
    const values = kernelValues(memory, start, start + size, "PLAIN", leaf.element, numValues, undefined)!;
    return viewValues(memory, values, numValues, isText);
  };
  const copy = (values: Values): Values => moveValues(values, new PageBuffers());
  if (convert !== undefined) return new ArrayDictionary(convert(copy(decode())));
  return new KernelDictionary(memory, decode(), () => copy(decode()));
}
