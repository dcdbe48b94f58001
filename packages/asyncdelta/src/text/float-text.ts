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

const SMALLEST_NORMAL = 2 ** -126;
const LARGEST_DENSE = 2 ** 24;

function singleText(value: number): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value) || (size <= LARGEST_DENSE && Number.isInteger(value))) return doubleText(value);
  // Rounded to six digits, a normal float gives any shorter text that it has; nine are always enough.
  for (let digits = size < SMALLEST_NORMAL ? 1 : 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(Number(value.toPrecision(9)));
}
