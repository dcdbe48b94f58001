import { type Data, type DataType, Type } from "apache-arrow";
import { grow } from "../../arrow/grow.js";
import { newData } from "../../arrow/new-data.js";
import type { Validity } from "../../arrow/validity-builder.js";
import type { LeafNode } from "../schema/schema-node.js";
import type { Slots } from "./slots.js";
import { type FixedValues, type Values, wordsOf } from "./values.js";

/** Slots of one width: everything but text and bytes of any length. */
export class FixedSlots implements Slots {
  readonly #leaf: LeafNode;
  readonly #type: DataType;
  /** Units of a slot: 32-bit words where they fit, so that no value becomes a bigint, else bytes. */
  readonly #units: number;
  #target: Int32Array | Uint8Array;
  #length = 0;

  constructor(leaf: LeafNode, type: DataType, width: number, capacity: number) {
    this.#leaf = leaf;
    this.#type = type;
    const inWords = width % 4 === 0;
    this.#units = inWords ? width / 4 : width;
    this.#target = inWords ? new Int32Array(capacity * this.#units) : new Uint8Array(capacity * this.#units);
  }

  get length(): number {
    return this.#length;
  }

  #source(values: Values): Int32Array | Uint8Array {
    const fixed = values as FixedValues;
    return this.#target.BYTES_PER_ELEMENT === 4 ? wordsOf(fixed) : fixed.bytes;
  }

  #reserve(slots: number): void {
    this.#target = grow(this.#target, (this.#length + slots) * this.#units);
  }

  fill(values: Values, from: number, count: number): void {
    this.#reserve(count);
    const units = this.#units;
    this.#target.set(this.#source(values).subarray(from * units, (from + count) * units), this.#length * units);
    this.#length += count;
  }

  pass(count: number): void {
    this.#reserve(count);
    this.#length += count;
  }

  spread(values: Values, from: number, defs: Uint8Array, start: number, end: number): number {
    this.#reserve(end - start);
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

  finish(validity: Validity): Data {
    const length = this.#length;
    const target = this.#target.subarray(0, length * this.#units);
    if (this.#type.typeId === Type.Bool) return newData(this.#type, length, validity, { values: pack(target) });
    const { ArrayType } = this.#type as DataType & { ArrayType: NumberArrayType };
    const elements = target.byteLength / ArrayType.BYTES_PER_ELEMENT;
    const values = new ArrayType(target.buffer as ArrayBuffer, target.byteOffset, elements);
    return newData(this.#type, length, validity, { values });
  }
}

interface NumberArrayType {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer, offset: number, length: number): ArrayBufferView;
}

/** Booleans of a byte each, as bits. */
function pack(values: Uint8Array | Int32Array): Uint8Array {
  const bits = new Uint8Array((values.length + 7) >> 3);
  for (let i = 0; i < values.length; i++) bits[i >> 3]! |= values[i]! << (i & 7);
  return bits;
}
