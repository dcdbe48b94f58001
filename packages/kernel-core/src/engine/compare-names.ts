/**
 * Orders names by their UTF-8 bytes, as every storage lists them. JavaScript's own `<` compares UTF-16 units, which
 * puts a character beyond U+FFFF (a surrogate pair) before U+E000 to U+FFFF; UTF-8 puts it behind.
 */
export function compareNames(a: string, b: string): number {
  if (!HIGH.test(a) || !HIGH.test(b)) return a < b ? -1 : a > b ? 1 : 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return codePointRank(x) - codePointRank(y);
  }
  return a.length - b.length;
}

/** Only two of these are in another order than their UTF-8. */
const HIGH = /[\ud800-\uffff]/;

/** Moves the surrogates (which stand for code points above all others) behind U+FFFF. */
function codePointRank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
