import { readUnsigned } from "./little-endian.js";
import { variantContainer } from "./variant-container.js";
import { BasicType, Primitive } from "./variant-format.js";
import { VariantInvalid } from "./variant-invalid.js";

/** Number of bytes that the value at the start of `value` takes. Throws {@link VariantInvalid} if they are not all there. */
export function encodedLength(value: Uint8Array): number {
  const length = lengthOf(value);
  if (length > value.length) throw new VariantInvalid("it ends in the middle of a value");
  return length;
}

function lengthOf(value: Uint8Array): number {
  const head = value[0];
  if (head === undefined) throw new VariantInvalid("a value in it is empty");
  switch (head & 3) {
    case BasicType.primitive:
      return 1 + primitiveLength(value, head >> 2);
    case BasicType.shortString:
      return 1 + (head >> 2);
    default:
      return variantContainer(value).length;
  }
}

function primitiveLength(value: Uint8Array, type: number): number {
  if (type === Primitive.binary || type === Primitive.string) return 4 + readUnsigned(value, 1, 4);
  const length = FIXED_LENGTHS[type];
  if (length === undefined) throw new VariantInvalid(`it has a value of the unknown type ${type}`);
  return length;
}

const FIXED_LENGTHS: Readonly<Record<number, number>> = {
  [Primitive.null]: 0,
  [Primitive.true]: 0,
  [Primitive.false]: 0,
  [Primitive.int8]: 1,
  [Primitive.int16]: 2,
  [Primitive.int32]: 4,
  [Primitive.int64]: 8,
  [Primitive.double]: 8,
  [Primitive.decimal4]: 5,
  [Primitive.decimal8]: 9,
  [Primitive.decimal16]: 17,
  [Primitive.date]: 4,
  [Primitive.timestamp]: 8,
  [Primitive.timestampNtz]: 8,
  [Primitive.float]: 4,
  [Primitive.time]: 8,
  [Primitive.timestampNanos]: 8,
  [Primitive.timestampNtzNanos]: 8,
  [Primitive.uuid]: 16,
};
