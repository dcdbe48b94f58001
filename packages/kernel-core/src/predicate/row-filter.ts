import type { Data, RecordBatch } from "apache-arrow";
import { type RowRanges, RowRangeWriter } from "../deletion-vector/row-ranges.js";
import type { StructType } from "../schema/types.js";
import type { BoundPredicate } from "./bound-predicate.js";
import { type ColumnAt, columnAt, markNulls } from "./column-at.js";
import { leafKernel } from "./leaf-kernel.js";
import { FALSE, TRUE, UNKNOWN } from "./truth.js";

/** The outcome for each row of a batch: {@link FALSE}, {@link UNKNOWN} or {@link TRUE}. */
type Evaluate = (columns: Data, length: number) => Uint8Array;

/**
 * Finds the rows for which a predicate is true: `schema` is that of the batches, and has every column that the predicate is
 * about. What depends on the predicate alone is worked out once.
 */
export class RowFilter {
  readonly #evaluate: Evaluate;

  constructor(predicate: BoundPredicate, schema: StructType) {
    this.#evaluate = compile(predicate, schema);
  }

  /**
   * The rows to keep, of those in `among` (absent means all); `undefined` where these are all rows of the batch.
   */
  select(batch: RecordBatch, among?: RowRanges): RowRanges | undefined {
    const { numRows } = batch;
    const truth = this.#evaluate(batch.data, numRows);
    const fours = new Int32Array(truth.buffer, 0, numRows >>> 2);
    const ranges = among ?? Int32Array.of(0, numRows);
    const kept = new RowRangeWriter(1 + (numRows >>> 1) + ranges.length / 2);
    for (let at = 0; at < ranges.length; at += 2) addTrue(kept, truth, fours, ranges[at]!, ranges[at + 1]!);
    const found = kept.finish();
    return among === undefined && found.length === 2 && found[0] === 0 && found[1] === numRows ? undefined : found;
  }
}

/** Bits of four outcomes of which some are set where one is {@link TRUE}. */
const ANY_TRUE = 0x02020202;

/** `fours` are the outcomes of four rows each: mostly none of them is true. */
function addTrue(kept: RowRangeWriter, truth: Uint8Array, fours: Int32Array, from: number, to: number): void {
  for (let row = from; row < to; ) {
    while (row < to && truth[row] !== TRUE) {
      row++;
      if ((row & 3) !== 0) continue;
      let four = row >>> 2;
      while (four < fours.length && (fours[four]! & ANY_TRUE) === 0) four++;
      row = four << 2;
    }
    if (row >= to) return;
    const start = row;
    while (row < to && truth[row] === TRUE) row++;
    kept.add(start, row);
  }
}

function compile(predicate: BoundPredicate, schema: StructType): Evaluate {
  switch (predicate.kind) {
    case "constant": {
      const value = predicate.value === null ? UNKNOWN : predicate.value ? TRUE : FALSE;
      return (_, length) => new Uint8Array(length).fill(value);
    }
    case "not": {
      const of = compile(predicate.of, schema);
      return (columns, length) => {
        const truth = of(columns, length);
        for (let row = 0; row < length; row++) truth[row] = TRUE - truth[row]!;
        return truth;
      };
    }
    case "and":
    case "or":
      return combine(predicate.kind, predicate.of, schema);
    case "isNull": {
      const column = columnAt(schema, predicate.column);
      return (columns, length) => {
        const truth = new Uint8Array(length);
        markNulls(column.find(columns), truth, TRUE);
        return truth;
      };
    }
    default: {
      const column: ColumnAt = columnAt(schema, predicate.column);
      const fill = leafKernel(predicate, column.type);
      return (columns, length) => {
        const truth = new Uint8Array(length);
        const found = column.find(columns);
        fill(found.data, truth);
        markNulls(found, truth, UNKNOWN);
        return truth;
      };
    }
  }
}

/** The order false, unknown, true makes `and` the least and `or` the greatest of the outcomes. */
function combine(kind: "and" | "or", of: readonly BoundPredicate[], schema: StructType): Evaluate {
  const parts = of.map((part) => compile(part, schema));
  const decisive = kind === "and" ? FALSE : TRUE;
  return (columns, length) => {
    const truth = new Uint8Array(length).fill(TRUE - decisive);
    for (const part of parts) {
      const other = part(columns, length);
      let open = false;
      for (let row = 0; row < length; row++) {
        const [left, right] = [truth[row]!, other[row]!];
        const joined = kind === "and" ? Math.min(left, right) : Math.max(left, right);
        truth[row] = joined;
        open ||= joined !== decisive;
      }
      // Nothing that follows can change it.
      if (!open) break;
    }
    return truth;
  };
}
