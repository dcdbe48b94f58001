import type { RowRanges } from "@asyncdelta/kernel-core";
import type { ColumnData } from "../../arrow/column-data.js";
import type { Validity } from "../../arrow/validity-builder.js";
import type { Values } from "./values.js";

/**
 * Collects the values of a leaf at their Arrow slots. A slot is filled for each entry that has one (see `SchemaNode`):
 * with the next value if the entry is at the highest definition level, with nothing if it is a null.
 */
export interface Slots {
  /** Slots so far. */
  readonly length: number;
  /** Fills slots with `count` values from number `from` on. */
  fill(values: Values, from: number, count: number): void;
  /** Fills slots by the definition levels from `start` to `end`; gives how many values that took. */
  spread(values: Values, from: number, defs: Uint8Array, start: number, end: number): number;
  /**
   * Fills slots with the values at the rows of some ranges, of which the pairs from number `first` up to `last` are meant; the
   * value of a row lies so far before it.
   */
  pick(values: Values, ranges: RowRanges, first: number, last: number, before: number): void;
  /** Leaves slots empty. */
  pass(count: number): void;
  /** The column, once every entry has been given. */
  finish(validity: Validity): ColumnData;
}
