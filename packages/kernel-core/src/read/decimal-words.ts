/** A 128-bit integer as Arrow has it, four 32-bit words, the lowest first: writes one at index `at`. */
export function writeDecimal(words: Uint32Array, at: number, value: bigint): void {
  for (let word = 0; word < 4; word++) words[4 * at + word] = Number(BigInt.asUintN(32, value >> BigInt(32 * word)));
}

/** Reads the integer at index `at`. */
export function readDecimal(words: Uint32Array, at: number): bigint {
  const low = (BigInt(words[4 * at + 1]!) << 32n) | BigInt(words[4 * at]!);
  const high = (BigInt(words[4 * at + 3]!) << 32n) | BigInt(words[4 * at + 2]!);
  return (BigInt.asIntN(64, high) << 64n) | low;
}

/** Multiplies each of the first `count` integers of `source` by 10^`digits`. Results fit: the type's precision says so. */
export function scaleDecimals(source: Uint32Array, count: number, digits: number): Uint32Array {
  const scaled = new Uint32Array(4 * count);
  const factor = 10 ** digits;
  const exactFactor = 10n ** BigInt(digits);
  for (let at = 0; at < count; at++) {
    const sign = source[4 * at + 3]! >> 31;
    const high = source[4 * at + 1]! | 0;
    const product = (high * WORD + source[4 * at]!) * factor;
    const fits = source[4 * at + 2] === sign >>> 0 && source[4 * at + 3] === sign >>> 0 && high >> 31 === sign;
    // Nearly every amount, its scaled form included, is exact as a double.
    if (fits && Math.abs(product) < 2 ** 53) writeSmall(scaled, at, product);
    else writeDecimal(scaled, at, readDecimal(source, at) * exactFactor);
  }
  return scaled;
}

/** The first `count` of these integers as decimals of scale `digits`. */
export function integersToDecimals(source: ArrayLike<number | bigint>, count: number, digits: number): Uint32Array {
  const decimals = new Uint32Array(4 * count);
  const factor = 10 ** digits;
  const exactFactor = 10n ** BigInt(digits);
  for (let at = 0; at < count; at++) {
    const value = source[at]!;
    const product = Number(value) * factor;
    if (Math.abs(product) < 2 ** 53) writeSmall(decimals, at, product);
    else writeDecimal(decimals, at, BigInt(value) * exactFactor);
  }
  return decimals;
}

const WORD = 2 ** 32;

/** An integer that a double holds exactly. */
function writeSmall(words: Uint32Array, at: number, value: number): void {
  const sign = value < 0 ? 0xffff_ffff : 0;
  words[4 * at] = value;
  words[4 * at + 1] = Math.floor(value / WORD);
  words[4 * at + 2] = sign;
  words[4 * at + 3] = sign;
}
