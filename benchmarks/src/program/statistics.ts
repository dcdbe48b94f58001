/** Several measurements of the same thing. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
  readonly values: readonly number[];
}

/** Median and extremes of at least one number. */
export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) throw new RangeError("There is no spread of nothing.");
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { median, least: sorted[0]!, most: sorted.at(-1)!, values };
}

/** `12.3 (11.9–14.0)`; one number where all are the same. */
export function spreadText({ median, least, most, values }: Spread, format: (value: number) => string): string {
  if (values.length === 1 || format(least) === format(most)) return format(median);
  return `${format(median)} (${format(least)}–${format(most)})`;
}

/** About three digits: `0.123`, `12.3`, `1 234`. */
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  const text = value.toFixed(digits);
  const trimmed = text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  return trimmed.replace(/\B(?=(\d{3})+$)/g, trimmed.includes(".") ? "" : "\u202f");
}
