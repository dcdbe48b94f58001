import { isIndexed } from "../javascript/data-page.js";
import type { DataPageHeader, DataPageHeaderV2 } from "../javascript/page-header.js";
import type { LeafNode } from "../schema/schema-node.js";
import type { Dictionary } from "./dictionary.js";
import { type KernelLevels, kernelLevels } from "./kernel-levels.js";
import type { PageMemory } from "./page-memory.js";
import { putPage } from "./put-page.js";

/** A page as it is stored, or as far decompressed as kernels do not do it. */
export interface StoredPage {
  /** Of pages of version 2, where they are not compressed. */
  readonly levels?: Uint8Array;
  /** All else. */
  readonly body: Uint8Array;
  readonly codec: "SNAPPY" | "UNCOMPRESSED";
  /** Bytes of the body once decompressed. */
  readonly size: number;
}

/** A data page in the kernels' memory. */
export interface OpenedPage {
  readonly reps: KernelLevels | undefined;
  readonly defs: KernelLevels | undefined;
  /** Between which addresses its values are, as they are encoded. */
  readonly start: number;
  readonly end: number;
}

/**
 * Begins a piece of work with a data page: decompresses it, and decodes its levels.
 *
 * @throws Error where it is damaged.
 */
export function openPage(
  memory: PageMemory,
  leaf: LeafNode,
  header: DataPageHeader | DataPageHeaderV2,
  { levels, body, codec, size }: StoredPage,
  dictionary: Dictionary | undefined,
): OpenedPage {
  const { numValues: entries, encoding } = header;
  // To have it there may be a piece of work of its own.
  if (isIndexed(encoding) && dictionary !== undefined) {
    memory.begin();
    dictionary.hold(memory);
  }
  memory.begin();
  let [reps, defs]: (KernelLevels | undefined)[] = [];
  let start = putPage(memory, body, codec, size);
  const end = start + size;
  if (header.kind === "data-v2") {
    const first = memory.put(levels!);
    const middle = first + header.repetitionBytes;
    if (leaf.rep > 0) reps = kernelLevels(memory, first, middle, leaf.rep, entries);
    if (leaf.def > 0) defs = kernelLevels(memory, middle, first + levels!.length, leaf.def, entries);
  } else {
    const read = (most: number): KernelLevels => {
      const from = start + 4;
      if (from > end) throw new Error("a page's levels are cut off");
      const length = new DataView(memory.bytes.buffer, start, 4).getUint32(0, true);
      if (length > end - from) throw new Error("a page's levels are cut off");
      start = from + length;
      return kernelLevels(memory, from, start, most, entries);
    };
    if (leaf.rep > 0) reps = read(leaf.rep);
    if (leaf.def > 0) defs = read(leaf.def);
  }
  return { reps, defs, start, end };
}
