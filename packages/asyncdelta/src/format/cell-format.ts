/** A column of text cells. */
export interface CellColumn {
  readonly name: string;
  /** Numbers are aligned to the right, and never cut to fit a terminal. */
  readonly numeric?: boolean;
  /** Other cells that mean nothing when they are cut, such as dates. */
  readonly rigid?: boolean;
}

/** The texts of a row; null is a missing value. */
export type Cells = readonly (string | null)[];

/** A format made of text cells: CSV, or a table for people. */
export interface CellFormat {
  start(): string;
  /** The text of the rows, or of earlier ones that were waiting. */
  rows(rows: Iterable<Cells>): Iterable<string>;
  end(): string;
  /** In place of `end` where an error cut the rows short. */
  torn(): string;
}
