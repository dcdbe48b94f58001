import type { RowRanges } from "@asyncdelta/kernel-core";
import type { ColumnData } from "../../arrow/column-data.js";
import { type ColumnType, TypeId } from "../../arrow/column-type.js";
import type { Validity } from "../../arrow/validity-builder.js";
import { packBits } from "../kernels/pack-validity.js";
import type { LeafNode } from "../schema/schema-node.js";
import { growIn, type SlotMemory } from "./slot-memory.js";
import type { Slots } from "./slots.js";
import { type FixedValues, type Values, wordsOf } from "./values.js";

/** Slots of one width: everything but text and bytes of any length. */
export class FixedSlots implements Slots {
  readonly #leaf: LeafNode;
  readonly #type: ColumnType;
  /** Units of a slot: 32-bit words where they fit, so that no value becomes a bigint, else bytes. */
  readonly #units: number;
  readonly #isWords: boolean;
  readonly #memory: SlotMemory;
  #bytes: Uint8Array;
  #target: Int32Array | Uint8Array;
  #length = 0;

  constructor(leaf: LeafNode, type: ColumnType, width: number, capacity: number, memory: SlotMemory) {
    this.#leaf = leaf;
    this.#type = type;
    this.#isWords = width % 4 === 0;
    this.#units = this.#isWords ? width / 4 : width;
    this.#memory = memory;
    this.#bytes = memory.take(capacity * width);
    this.#target = this.#view();
  }

  get length(): number {
    return this.#length;
  }

  #view(): Int32Array | Uint8Array {
    const { buffer, byteOffset, byteLength } = this.#bytes;
    return this.#isWords ? new Int32Array(buffer, byteOffset, byteLength >> 2) : this.#bytes;
  }

  #source(values: Values): Int32Array | Uint8Array {
    const fixed = values as FixedValues;
    return this.#isWords ? wordsOf(fixed) : fixed.bytes;
  }

  #reserve(slots: number): void {
    const units = (this.#length + slots) * this.#units;
    if (units <= this.#target.length) return;
    this.#bytes = growIn(this.#memory, this.#bytes, this.#isWords ? units * 4 : units);
    this.#target = this.#view();
  }

  /** Nulls have no bytes of what was there before. */
  #clear(slots: number): void {
    this.#target.fill(0, this.#length * this.#units, (this.#length + slots) * this.#units);
  }

  fill(values: Values, from: number, count: number): void {
    this.#reserve(count);
    const units = this.#units;
    this.#target.set(this.#source(values).subarray(from * units, (from + count) * units), this.#length * units);
    this.#length += count;
  }

  pick(values: Values, ranges: RowRanges, first: number, last: number, before: number): void {
    const units = this.#units;
    const source = this.#source(values);
    const target = this.#target;
    let to = this.#length * units;
    for (let pair = first; pair < last; pair += 2) {
      const end = (ranges[pair + 1]! - before) * units;
      for (let at = (ranges[pair]! - before) * units; at < end; at++) target[to++] = source[at]!;
    }
    this.#length = to / units;
  }

  pass(count: number): void {
    this.#reserve(count);
    this.#clear(count);
    this.#length += count;
  }

  spread(values: Values, from: number, defs: Uint8Array, start: number, end: number): number {
    this.#reserve(end - start);
    this.#clear(end - start);
    const { def, slotDef } = this.#leaf;
    const units = this.#units;
    const source = this.#source(values);
    const target = this.#target;
    const first = from * units;
    let at = first;
    let slot = this.#length;
    for (let i = start; i < end; i++) {
      const level = defs[i]!;
      if (level === def) {
        const to = slot++ * units;
        target[to] = source[at]!;
        for (let unit = 1; unit < units; unit++) target[to + unit] = source[at + unit]!;
        at += units;
      } else if (level >= slotDef) {
        slot++;
      }
    }
    this.#length = slot;
    return (at - first) / units;
  }

  finish(validity: Validity): ColumnData {
    const type = this.#type;
    const length = this.#length;
    const target = this.#target.subarray(0, length * this.#units);
    const values = type.typeId === TypeId.Bool ? pack(target as Uint8Array) : target;
    return { type, length, ...validity, values, children: [] };
  }
}

/** Booleans of a byte each, as bits. */
function pack(values: Uint8Array): Uint8Array {
  const bits = new Uint8Array((values.length + 7) >> 3);
  packBits(values, 1, bits);
  return bits;
}
