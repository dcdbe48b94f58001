import type { Comparable } from "../predicate/comparable.js";

/** What statistics say of a column's values in a file, a row group or a page. What is absent is not known. */
export interface ColumnBounds {
  /** No value that is there is below it, NaN aside. */
  readonly min?: Comparable | undefined;
  /** No value that is there is above it, NaN aside. */
  readonly max?: Comparable | undefined;
  /** Whether values may go on behind `max`, a text, which then is but how the greatest begins. */
  readonly maxIsPrefix?: boolean | undefined;
  /** Whether a row may be null. */
  readonly mayBeNull: boolean;
  /** Whether a row may be there. */
  readonly mayHaveValues: boolean;
  /** Whether a value may be NaN, which bounds need not tell. */
  readonly mayBeNaN: boolean;
  /** Whether no row has a value, by what tells more than bounds. */
  readonly lacks?: ((value: Comparable) => boolean) | undefined;
}
