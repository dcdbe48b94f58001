import { readUnsigned } from "./little-endian.js";
import { BasicType } from "./variant-format.js";
import { VariantInvalid } from "./variant-invalid.js";

/** An object or an array of a variant: where its members are. VariantEncoding.md of the Parquet format, "Value Data". */
export interface VariantContainer {
  readonly count: number;
  /** Bytes of the whole, its head included. */
  readonly length: number;
  /** The field id of a member of an object. */
  fieldId(index: number): number;
  /** The bytes from the start of a member on; the member says itself how long it is. */
  member(index: number): Uint8Array;
}

/** Reads the head of an object or array, at the start of `value`. Throws {@link VariantInvalid} if it does not fit. */
export function variantContainer(value: Uint8Array): VariantContainer {
  const head = value[0]! >> 2;
  const isObject = (value[0]! & 3) === BasicType.object;
  const offsetWidth = (head & 3) + 1;
  const idWidth = isObject ? ((head >> 2) & 3) + 1 : 0;
  const isLarge = (head >> (isObject ? 4 : 2)) & 1;
  const countWidth = isLarge ? 4 : 1;
  const count = readUnsigned(value, 1, countWidth);
  const ids = 1 + countWidth;
  const offsets = ids + count * idWidth;
  const start = offsets + (count + 1) * offsetWidth;
  if (start > value.length) throw new VariantInvalid(`it has no room for ${count} members`);
  const end = start + readUnsigned(value, offsets + count * offsetWidth, offsetWidth);
  if (end > value.length) throw new VariantInvalid("it ends before its last member does");
  return {
    count,
    length: end,
    fieldId: (index) => readUnsigned(value, ids + index * idWidth, idWidth),
    member(index) {
      const from = start + readUnsigned(value, offsets + index * offsetWidth, offsetWidth);
      if (from >= end) throw new VariantInvalid(`member ${index} lies outside it`);
      return value.subarray(from, end);
    },
  };
}
