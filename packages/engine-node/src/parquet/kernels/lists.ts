import type { Levels } from "../javascript/levels.js";
import type { PageMemory } from "./page-memory.js";

/** What levels mean for a node: see `SchemaNode`. */
export interface NodeLevels {
  readonly rep: number;
  readonly def: number;
  readonly slotDef: number;
}

/** Where each list begins among its items, and the last one ends. */
export interface ListOffsets {
  readonly offsets: Int32Array;
  readonly items: number;
}

/** So few are as well shifted one by one. */
const FEW = 64;
/** Each part of a piece of work may take so much more than its bytes. */
const PARTS = 4 * 256;

/** The lists or maps of a node. Deeper repetitions belong to an item that has been counted. */
export function listOffsets(
  memory: PageMemory | undefined,
  { entries, reps, defs, most }: Levels,
  { rep, slotDef, itemDef }: NodeLevels & { readonly itemDef: number },
): ListOffsets {
  if (memory === undefined) {
    const offsets = new Int32Array(entries + 1);
    let slot = 0;
    let items = 0;
    for (let i = 0; i < entries; i++) {
      const level = defs === undefined ? most : defs[i]!;
      const repetition = reps![i]!;
      if (repetition > rep + 1 || level < slotDef) continue;
      if (repetition <= rep) offsets[slot++] = items;
      if (level >= itemDef) items++;
    }
    offsets[slot] = items;
    return { offsets: offsets.subarray(0, slot + 1), items };
  }
  return memory.aside(6 * entries + PARTS, () => {
    const from = memory.put(reps!);
    const levels = defs === undefined ? 0 : memory.put(defs);
    const to = memory.take(4 * (entries + 1));
    const slots = memory.kernels.listOffsets(from, levels, most, entries, rep, slotDef, itemDef, to);
    const offsets = new Int32Array(memory.bytes.buffer, to, slots + 1).slice();
    return { offsets, items: offsets[slots]! };
  });
}

/** The definition levels of a node's slots, which not every entry below it begins. */
export function slotLevels(
  memory: PageMemory | undefined,
  reps: Uint8Array,
  defs: Uint8Array,
  { rep, slotDef }: NodeLevels,
): Uint8Array {
  const entries = reps.length;
  if (memory === undefined) return defs.filter((level, i) => level >= slotDef && reps[i]! <= rep);
  return memory.aside(3 * entries + PARTS, () => {
    const [from, levels] = [memory.put(reps), memory.put(defs)];
    const to = memory.take(entries);
    const slots = memory.kernels.slotLevels(from, levels, entries, rep, slotDef, to);
    return memory.bytes.slice(to, to + slots);
  });
}

/** The entry of a page that begins the row behind the next `rows` rows, or the end, and how many of those rows there are not. */
export function rowsEnd(
  memory: PageMemory | undefined,
  reps: Uint8Array,
  start: number,
  end: number,
  rows: number,
): { readonly end: number; readonly left: number } {
  if (reps.buffer === memory?.bytes.buffer) {
    const found = memory.kernels.rowsEnd(reps.byteOffset, start, end, rows);
    return { end: found, left: memory.kernels.rowsLeft() };
  }
  let left = rows;
  let at = start;
  for (; at < end; at++) {
    if (reps[at] !== 0) continue;
    if (left === 0) break;
    left--;
  }
  return { end: at, left };
}

/** Where values are put: ends of slots, from number `at` on, `distance` bytes behind those of the page. */
interface SlotEnds {
  readonly distance: number;
  readonly to: Int32Array;
  readonly at: number;
}

/**
 * The ends of slots, one for each level from `slotDef` on, with the next value where it is `def`, and empty otherwise: how many slots
 * there are. `from` are the offsets of the values that are next.
 */
export function slotOffsets(
  memory: PageMemory | undefined,
  from: Int32Array,
  levels: Uint8Array,
  { def, slotDef }: NodeLevels,
  { distance, to, at }: SlotEnds,
): number {
  const { length } = levels;
  const isHere = (array: ArrayBufferView) => array.buffer === memory?.bytes.buffer;
  if (memory === undefined || !isHere(from) || !isHere(levels) || !memory.hasRoom(4 * length + PARTS)) {
    let value = 0;
    let slot = at;
    for (let i = 0; i < length; i++) {
      const level = levels[i]!;
      if (level < slotDef) continue;
      if (level === def) value++;
      to[slot++] = from[value]! + distance;
    }
    return slot - at;
  }
  return memory.aside(4 * length + PARTS, () => {
    const ends = memory.take(4 * length);
    const { byteOffset: offsets } = from;
    const slots = memory.kernels.slotOffsets(offsets, levels.byteOffset, length, def, slotDef, distance, ends);
    to.set(new Int32Array(memory.bytes.buffer, ends, slots), at);
    return slots;
  });
}

/** How many levels are `def`, of which there are none above it. */
export function countLevels(memory: PageMemory | undefined, levels: Uint8Array, def: number): number {
  if (levels.buffer === memory?.bytes.buffer) return memory.kernels.countLevels(levels.byteOffset, levels.length, def);
  let count = 0;
  for (let i = 0; i < levels.length; i++) if (levels[i] === def) count++;
  return count;
}

/** Copies `from`, offsets into some bytes, to where those bytes lie `distance` further on. */
export function shiftOffsets(
  memory: PageMemory | undefined,
  from: Int32Array,
  distance: number,
  to: Int32Array,
  at: number,
): void {
  if (distance === 0) {
    to.set(from, at);
    return;
  }
  const { length } = from;
  if (from.buffer !== memory?.bytes.buffer || length < FEW || !memory.hasRoom(4 * length + PARTS)) {
    for (let i = 0; i < length; i++) to[at + i] = from[i]! + distance;
    return;
  }
  memory.aside(4 * length + PARTS, () => {
    const shifted = memory.take(4 * length);
    memory.kernels.shiftOffsets(from.byteOffset, length, distance, shifted);
    to.set(new Int32Array(memory.bytes.buffer, shifted, length), at);
  });
}
