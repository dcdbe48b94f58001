import type { Validity } from "../../arrow/validity-builder.js";
import { pageMemory } from "./page-memory.js";

/** The validity of slots of which each has a level: those from `least` on have a value. */
export function packValidity(levels: Uint8Array, count: number, least: number): Validity {
  const nullBitmap = new Uint8Array((count + 7) >> 3);
  const nullCount = count - packBits(levels.subarray(0, count), least, nullBitmap);
  return nullCount === 0 ? { nullCount } : { nullBitmap, nullCount };
}

/** Sets the bit of each byte that is at least `least`, and says how many those are. The bits must be zero before. */
export function packBits(bytes: Uint8Array, least: number, bits: Uint8Array): number {
  const memory = pageMemory();
  if (memory === undefined) return packOneByOne(bytes, least, bits);
  memory.begin();
  const from = memory.put(bytes);
  const to = memory.take(bits.length);
  const count = memory.kernels.packBits(from, bytes.length, least, to);
  bits.set(memory.bytes.subarray(to, to + bits.length));
  return count;
}

function packOneByOne(bytes: Uint8Array, least: number, bits: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i]! < least) continue;
    bits[i >> 3]! |= 1 << (i & 7);
    count++;
  }
  return count;
}
