/** Blanks between two columns of a table. */
export const GAP = 2;
/** A column is not narrowed below this many terminal columns. */
const NARROWEST = 8;

/** What a column of a table needs to show all of its cells. */
export interface ColumnNeed {
  readonly width: number;
  /** Cells that mean nothing when they are cut, such as numbers: the column is shown in full or not at all. */
  readonly rigid: boolean;
}

/**
 * The widths of the columns that fit a terminal: the widest are narrowed, all to the same width; where that is not
 * enough, columns at the end are left out (the result is shorter). One column there always is.
 *
 * @param terminal columns of the terminal; absent means as wide as needed
 */
export function fitWidths(needs: readonly ColumnNeed[], terminal: number | undefined): readonly number[] {
  if (terminal === undefined) return needs.map(({ width }) => width);
  let shown = needs;
  while (shown.length > 1 && total(narrowed(shown, NARROWEST)) > terminal) shown = shown.slice(0, -1);
  let least = NARROWEST;
  let most = Math.max(NARROWEST, ...shown.map(({ width }) => width));
  while (least < most) {
    const middle = Math.ceil((least + most) / 2);
    if (total(narrowed(shown, middle)) <= terminal) least = middle;
    else most = middle - 1;
  }
  return narrowed(shown, least).map((width) => Math.min(width, terminal));
}

function narrowed(needs: readonly ColumnNeed[], widest: number): number[] {
  return needs.map(({ width, rigid }) => (rigid ? width : Math.min(width, widest)));
}

function total(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width + GAP, -GAP);
}
