import { VariantInvalid } from "./variant-invalid.js";

/** An unsigned integer of 1 to 4 bytes. Throws {@link VariantInvalid} if it is not all there. */
export function readUnsigned(bytes: Uint8Array, at: number, width: number): number {
  if (at + width > bytes.length) throw new VariantInvalid(`it ends in the middle of a number, at byte ${bytes.length}`);
  let value = 0;
  for (let byte = width - 1; byte >= 0; byte--) value = value * 256 + bytes[at + byte]!;
  return value;
}

/** Bytes that an unsigned integer of up to 32 bits takes: 1 to 4. */
export function widthOf(value: number): number {
  return value < 0x100 ? 1 : value < 0x10000 ? 2 : value < 0x1000000 ? 3 : 4;
}
