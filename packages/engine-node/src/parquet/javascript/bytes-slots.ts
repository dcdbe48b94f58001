import { isUtf8 } from "node:buffer";
import type { RowRanges } from "@asyncdelta/kernel-core";
import type { ColumnData } from "../../arrow/column-data.js";
import { type ColumnType, TypeId } from "../../arrow/column-type.js";
import type { Validity } from "../../arrow/validity-builder.js";
import { countLevels, shiftOffsets, slotOffsets } from "../kernels/lists.js";
import { pageMemory } from "../kernels/page-memory.js";
import type { LeafNode } from "../schema/schema-node.js";
import { growIn, type SlotMemory } from "./slot-memory.js";
import type { Slots } from "./slots.js";
import type { ByteValues, Values } from "./values.js";

/** Arrow's offsets are signed 32-bit numbers. */
const MOST_BYTES = 2 ** 31 - 1;
/** Up to here, copying byte by byte is faster than a call. */
const SHORT = 32;

const WORD = 4;

/** Slots of Utf8 and Binary. */
export class BytesSlots implements Slots {
  readonly #leaf: LeafNode;
  readonly #type: ColumnType;
  readonly #memory: SlotMemory;
  #bytes: Uint8Array;
  #offsets: Int32Array;
  #length = 0;
  /** Whether all values so far are known to be UTF-8. */
  #isText = true;

  constructor(leaf: LeafNode, type: ColumnType, capacity: number, bytes: number, memory: SlotMemory) {
    this.#memory = memory;
    this.#bytes = memory.take(bytes);
    this.#leaf = leaf;
    this.#type = type;
    this.#offsets = wordsIn(memory.take((capacity + 1) * WORD));
    this.#offsets[0] = 0;
  }

  get length(): number {
    return this.#length;
  }

  #reserve(slots: number, { starts, ends, offsets, isText }: ByteValues, from: number, count: number): void {
    this.#reserveSlots(slots);
    if (isText !== true && count > 0) this.#isText = false;
    let bytes = this.#offsets[this.#length]!;
    if (offsets !== undefined) bytes += offsets[from + count]! - offsets[from]!;
    else for (let i = from; i < from + count; i++) bytes += ends[i]! - starts[i]!;
    if (bytes > MOST_BYTES)
      throw new Error("a batch would hold more than 2 GiB of one column; use a smaller batchRows");
    if (bytes > this.#bytes.length) this.#bytes = growIn(this.#memory, this.#bytes, bytes);
  }

  #reserveSlots(slots: number): void {
    const wanted = this.#length + slots + 1;
    if (wanted <= this.#offsets.length) return;
    const { buffer, byteOffset, byteLength } = this.#offsets;
    this.#offsets = wordsIn(growIn(this.#memory, new Uint8Array(buffer, byteOffset, byteLength), wanted * WORD));
  }

  fill(values: Values, from: number, count: number): void {
    const bytes = values as ByteValues;
    this.#reserve(count, bytes, from, count);
    const { source, starts, ends } = bytes;
    const target = this.#bytes;
    const offsets = this.#offsets;
    let slot = this.#length;
    let end = offsets[slot]!;
    if (bytes.offsets !== undefined) {
      this.#append(source, bytes.offsets, from, count);
      return;
    }
    for (let i = from; i < from + count; i++) {
      end = copy(source, starts[i]!, ends[i]!, target, end);
      offsets[++slot] = end;
    }
    this.#length = slot;
  }

  /** Values that lie one after the other. */
  #append(source: Uint8Array, from: Int32Array, first: number, count: number): void {
    const offsets = this.#offsets;
    const slot = this.#length;
    const start = from[first]!;
    const distance = offsets[slot]! - start;
    this.#bytes.set(source.subarray(start, from[first + count]), offsets[slot]);
    shiftOffsets(pageMemory(), from.subarray(first + 1, first + count + 1), distance, offsets, slot + 1);
    this.#length += count;
  }

  pick(values: Values, ranges: RowRanges, first: number, last: number, before: number): void {
    for (let pair = first; pair < last; pair += 2) {
      this.fill(values, ranges[pair]! - before, ranges[pair + 1]! - ranges[pair]!);
    }
  }

  pass(count: number): void {
    this.#reserveSlots(count);
    this.#offsets.fill(this.#offsets[this.#length]!, this.#length + 1, this.#length + count + 1);
    this.#length += count;
  }

  spread(values: Values, from: number, defs: Uint8Array, start: number, end: number): number {
    const { def, slotDef } = this.#leaf;
    const memory = pageMemory();
    const levels = defs.subarray(start, end);
    const count = countLevels(memory, levels, def);
    const bytes = values as ByteValues;
    this.#reserve(end - start, bytes, from, count);
    if (bytes.offsets !== undefined) {
      const own = bytes.offsets.subarray(from, from + count + 1);
      const at = this.#offsets[this.#length]!;
      this.#bytes.set(bytes.source.subarray(own[0], own[count]), at);
      const ends = { distance: at - own[0]!, to: this.#offsets, at: this.#length + 1 };
      this.#length += slotOffsets(memory, own, levels, this.#leaf, ends);
      return count;
    }
    const { source, starts, ends } = bytes;
    const target = this.#bytes;
    const offsets = this.#offsets;
    let slot = this.#length;
    let at = offsets[slot]!;
    let value = from;
    for (let i = start; i < end; i++) {
      const level = defs[i]!;
      if (level < slotDef) continue;
      if (level === def) {
        at = copy(source, starts[value]!, ends[value]!, target, at);
        value++;
      }
      offsets[++slot] = at;
    }
    this.#length = slot;
    return count;
  }

  finish(validity: Validity): ColumnData {
    const length = this.#length;
    const offsets = this.#offsets.subarray(0, length + 1);
    const values = this.#bytes.subarray(0, offsets[length]);
    if (this.#type.typeId === TypeId.Utf8 && !this.#isText) checkUtf8(values, offsets);
    return { type: this.#type, length, ...validity, offsets, values, children: [] };
  }
}

function wordsIn({ buffer, byteOffset, byteLength }: Uint8Array): Int32Array {
  return new Int32Array(buffer, byteOffset, byteLength / WORD);
}

function copy(source: Uint8Array, start: number, end: number, target: Uint8Array, at: number): number {
  const length = end - start;
  if (length > SHORT) target.set(source.subarray(start, end), at);
  else for (let i = 0; i < length; i++) target[at + i] = source[start + i]!;
  return at + length;
}

/** All bytes together must be UTF-8, and no value may start inside a character. */
function checkUtf8(bytes: Uint8Array, offsets: Int32Array): void {
  let valid = isUtf8(bytes);
  for (let i = 0; valid && i < offsets.length; i++) valid = (bytes[offsets[i]!]! & 0xc0) !== 0x80;
  if (!valid) throw new Error("a text is not valid UTF-8");
}
