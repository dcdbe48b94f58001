import { repeatedValue } from "../javascript/hybrid.js";
import type { PageMemory } from "./page-memory.js";

/** The levels of a page in the kernels' memory. */
export interface KernelLevels {
  /** Where they are, a byte each; absent where all are the same. */
  readonly address: number | undefined;
  /** How many are the highest. */
  readonly highest: number;
  /** Whether all are 0. */
  readonly isZero: boolean;
}

/**
 * Decodes levels of a byte each.
 *
 * @throws Error where they are cut off, or one is above the highest.
 */
export function kernelLevels(
  memory: PageMemory,
  start: number,
  end: number,
  most: number,
  entries: number,
): KernelLevels {
  const { kernels } = memory;
  const width = 32 - Math.clz32(most);
  const level = repeatedValue(memory.bytes, start, end, width, entries);
  if (level === 0) return { address: undefined, highest: 0, isZero: true };
  if (level === most) return { address: undefined, highest: entries, isZero: false };
  const address = memory.take(entries);
  if (kernels.expandLevels(start, end, width, address, entries) === 0) {
    throw new Error("a run of levels or indexes is cut off");
  }
  const highest = kernels.countLevels(address, entries, most);
  if (highest < 0) throw new Error(`a level is above the highest, ${most}`);
  return { address, highest, isZero: false };
}
