/** A number that is exactly `digits * 10 ** exponent`. */
export interface ExactNumber {
  readonly digits: bigint;
  readonly exponent: number;
}

const NUMBER = /^([+-]?)(?:(\d+)\.?(\d*)|\.(\d+))(?:e([+-]?\d{1,9}))?$/i;

/** The exact value of a number's text; `undefined` for text that is none (NaN and the infinities are none). */
export function parseExactNumber(text: string): ExactNumber | undefined {
  const match = NUMBER.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = "", fraction = "", onlyFraction = "", exponent = "0"] = match;
  const after = fraction + onlyFraction;
  const digits = BigInt(whole + after);
  return { digits: sign === "-" ? -digits : digits, exponent: Number(exponent) - after.length };
}

/** The greatest integer that is not above `number * 10 ** scale`, and whether it is just that. */
export function floorScaled({ digits, exponent }: ExactNumber, scale: number): { floor: bigint; exact: boolean } {
  const shift = exponent + scale;
  if (digits === 0n) return { floor: 0n, exact: true };
  // Far beyond every type; its value is not needed, and would take memory.
  if (shift > FAR) return { floor: digits < 0n ? -BEYOND : BEYOND, exact: true };
  if (shift >= 0) return { floor: digits * 10n ** BigInt(shift), exact: true };
  if (-shift > String(digits).length) return { floor: digits < 0n ? -1n : 0n, exact: false };
  return floorDivide(digits, 10n ** BigInt(-shift));
}

/** The greatest integer that is not above `dividend / divisor` (which is positive), and whether it is just that. */
export function floorDivide(dividend: bigint, divisor: bigint): { floor: bigint; exact: boolean } {
  const quotient = dividend / divisor;
  const rest = dividend - quotient * divisor;
  return { floor: rest < 0n ? quotient - 1n : quotient, exact: rest === 0n };
}

const FAR = 100;
const BEYOND: bigint = 10n ** 100n;
