/** An unscaled number as decimal text with exactly `scale` fraction digits; zero has no sign. */
export function decimalText(unscaled: bigint | number, scale: number): string {
  const text = String(unscaled);
  if (scale === 0) return text;
  const negative = text.charCodeAt(0) === 45;
  const digits = (negative ? text.slice(1) : text).padStart(scale + 1, "0");
  const point = digits.length - scale;
  return `${negative ? "-" : ""}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/**
 * Reads the i-th 128-bit two's complement integer of an Arrow Decimal buffer (little-endian words) as decimal text.
 * Up to 15 digits fit a double, which is much faster than a `bigint`.
 */
export function decimalReader(words: Uint32Array, precision: number, scale: number): (index: number) => string {
  if (precision <= 15) {
    return (i) => decimalText((words[4 * i + 1]! | 0) * 4_294_967_296 + words[4 * i]!, scale);
  }
  return (i) => {
    const at = 4 * i;
    const low = (BigInt(words[at + 1]!) << 32n) | BigInt(words[at]!);
    const high = (BigInt(words[at + 3]! | 0) << 32n) | BigInt(words[at + 2]!);
    return decimalText((high << 64n) | low, scale);
  };
}
