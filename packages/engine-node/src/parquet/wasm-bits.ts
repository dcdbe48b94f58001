/** Copies `count` bits from the `first`th on to the start of `target`. */
export function copyBits(source: Uint8Array, first: number, count: number, target: Uint8Array): void {
  const shift = first & 7;
  const start = first >> 3;
  const length = (count + 7) >> 3;
  if (shift === 0) {
    target.set(source.subarray(start, start + length));
    return;
  }
  const end = (first + count + 7) >> 3;
  for (let index = 0; index < length; index++) {
    const low = source[start + index]! >> shift;
    const high = start + index + 1 < end ? source[start + index + 1]! << (8 - shift) : 0;
    target[index] = low | high;
  }
}

/** How many of `count` bits from the `first`th on are 0. */
export function countZeros(bits: Uint8Array, first: number, count: number): number {
  let zeros = 0;
  for (let index = first; index < first + count; index++) {
    if (((bits[index >> 3]! >> (index & 7)) & 1) === 0) zeros++;
  }
  return zeros;
}
