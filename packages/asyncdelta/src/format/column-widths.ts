/** Blanks between two columns of a table. */
export const GAP = 2;
/** A column is not narrowed below this many terminal columns. */
const NARROWEST = 8;

/**
 * The widths of the columns that fit a terminal, from the widths that they would need: the widest are narrowed, all to
 * the same width; where that is not enough, columns at the end are left out (the result is shorter).
 *
 * @param terminal columns of the terminal; absent means as wide as needed
 */
export function fitWidths(needed: readonly number[], terminal: number | undefined): readonly number[] {
  if (terminal === undefined) return needed;
  let shown = needed;
  while (shown.length > 1 && total(shown, NARROWEST) > terminal) shown = shown.slice(0, -1);
  let widest = Math.max(NARROWEST, ...shown);
  if (total(shown, widest) <= terminal) return shown;
  let narrow = NARROWEST;
  while (narrow + 1 < widest) {
    const middle = (narrow + widest) >> 1;
    if (total(shown, middle) <= terminal) narrow = middle;
    else widest = middle;
  }
  return shown.map((width) => Math.min(width, narrow));
}

function total(widths: readonly number[], widest: number): number {
  return widths.reduce((sum, width) => sum + Math.min(width, widest) + GAP, -GAP);
}
