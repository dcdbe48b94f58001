/**
 * A function that writes a floating-point number in the fewest digits that name it among numbers of its width, and
 * keeps the sign of zero. A `float` is a JavaScript number already widened: its own text would show digits that the
 * column never had (1.100000023841858 for 1.1).
 */
export function floatText(width: "float" | "double"): (value: number) => string {
  return width === "double" ? doubleText : singleText;
}

function doubleText(value: number): string {
  return value === 0 && 1 / value < 0 ? "-0" : String(value);
}

function singleText(value: number): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value) || (size <= 2 ** 24 && Number.isInteger(value))) return doubleText(value);
  return (size >= 1e-6 && size < 1e15 ? roundedText(value, size) : undefined) ?? precisionText(value, size);
}

// Powers of ten that a double holds exactly.
const POWERS: readonly number[] = Array.from({ length: 23 }, (_, n) => Number(`1e${n}`));

/**
 * Rounds to six digits, which give any shorter text that there is, then to seven, eight and nine, until the float comes
 * back. One multiplication and one division by exact powers round well enough: what is wrong does not come back.
 */
function roundedText(value: number, size: number): string | undefined {
  const magnitude = Math.floor(Math.log10(size));
  for (let digits = 6; digits <= 9; digits++) {
    const shift = digits - 1 - magnitude;
    const power = POWERS[Math.abs(shift)]!;
    const short = shift >= 0 ? Math.round(value * power) / power : Math.round(value / power) * power;
    if (Math.fround(short) === value) return String(short);
  }
  return undefined;
}

/** The same for any size, more slowly; a float too small to be normal may have fewer digits. */
function precisionText(value: number, size: number): string {
  for (let digits = size < 2 ** -126 ? 1 : 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(Number(value.toPrecision(9)));
}
