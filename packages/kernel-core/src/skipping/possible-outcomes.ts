import type { BoundOperator, BoundPredicate } from "../predicate/bound-predicate.js";
import { type Comparable, compareValues, toComparable } from "../predicate/comparable.js";
import { accepts } from "../predicate/leaf-outcome.js";
import type { LeafPredicate } from "../predicate/simplify.js";
import type { DataType } from "../schema/types.js";
import type { ColumnBounds } from "./bounds.js";
import { ANY, conjoined, disjoined, FALSE, negated, type Outcomes, TRUE, UNKNOWN } from "./outcomes.js";

/** A predicate made ready: gives the outcomes that it may have where columns are within the given bounds. */
export type PossibleOutcomes = (bounds: readonly (ColumnBounds | undefined)[]) => Outcomes;

/** A column that statistics may be known of. */
export interface StatColumn {
  readonly column: readonly string[];
  readonly type: DataType;
}

/**
 * Works out once what a predicate depends on. `columns` gives for each leaf the index of its column in the bounds; without
 * bounds every outcome is possible.
 */
export function possibleOutcomes(
  predicate: BoundPredicate,
  columnOf: (column: readonly string[]) => { readonly index: number; readonly type: DataType },
): PossibleOutcomes {
  switch (predicate.kind) {
    case "constant": {
      const outcomes = predicate.value === null ? UNKNOWN : predicate.value ? TRUE : FALSE;
      return () => outcomes;
    }
    case "not": {
      const of = possibleOutcomes(predicate.of, columnOf);
      return (bounds) => negated(of(bounds));
    }
    case "and":
    case "or": {
      const parts = predicate.of.map((part) => possibleOutcomes(part, columnOf));
      const [first, join] = predicate.kind === "and" ? [TRUE, conjoined] : [FALSE, disjoined];
      return (bounds) => {
        let outcomes: Outcomes = first;
        for (const part of parts) outcomes = join(outcomes, part(bounds));
        return outcomes;
      };
    }
    default: {
      const { index, type } = columnOf(predicate.column);
      const ofValues = outcomesOfValues(predicate, type);
      return (bounds) => {
        const column = bounds[index];
        if (column === undefined) return ANY;
        const { mayBeNull, mayHaveValues } = column;
        if (predicate.kind === "isNull") return (mayBeNull ? TRUE : 0) | (mayHaveValues ? FALSE : 0);
        return (mayBeNull ? UNKNOWN : 0) | (mayHaveValues ? ofValues(column) : 0);
      };
    }
  }
}

function outcomesOfValues(leaf: LeafPredicate, type: DataType): (bounds: ColumnBounds) => Outcomes {
  switch (leaf.kind) {
    case "isNull":
      return () => FALSE;
    case "startsWith":
      return (bounds) => outcomesOfPrefix(leaf.prefix, bounds);
    case "comparison": {
      const value = toComparable(type, leaf.value);
      return (bounds) => outcomesOfComparison(leaf.operator, value, bounds);
    }
    case "in": {
      const values = leaf.values.map((value) => toComparable(type, value));
      return (bounds) => {
        let outcomes = FALSE;
        for (const value of values) outcomes = disjoined(outcomes, outcomesOfComparison("=", value, bounds));
        return outcomes;
      };
    }
  }
}

function outcomesOfComparison(operator: BoundOperator, value: Comparable, bounds: ColumnBounds): Outcomes {
  // What is not known lies beyond the value.
  const least = bounds.min === undefined ? -1 : compareValues(bounds.min, value);
  const most = compareMax(bounds, value);
  let outcomes = 0;
  if (least < 0) outcomes |= outcome(operator, -1);
  if (least <= 0 && most >= 0) outcomes |= outcome(operator, 0);
  if (most > 0) outcomes |= outcome(operator, 1);
  if (bounds.mayBeNaN) outcomes |= outcome(operator, Number.isNaN(value) ? 0 : 1);
  // Bounds that contradict each other say nothing.
  return outcomes === 0 ? TRUE | FALSE : outcomes;
}

function outcome(operator: BoundOperator, order: number): Outcomes {
  return accepts(operator, order) ? TRUE : FALSE;
}

/** The order of the greatest value that there may be to `value`. */
function compareMax({ max, maxIsPrefix }: ColumnBounds, value: Comparable): number {
  if (max === undefined) return 1;
  if (maxIsPrefix && (value as string).startsWith(max as string)) return 1;
  return compareValues(max, value);
}

function outcomesOfPrefix(prefix: string, bounds: ColumnBounds): Outcomes {
  const { min, max } = bounds;
  const minStarts = min !== undefined && (min as string).startsWith(prefix);
  const maxStarts = max !== undefined && (max as string).startsWith(prefix);
  // What lies between two texts that begin alike begins so too.
  if (minStarts && maxStarts) return TRUE;
  const allAbove = min !== undefined && !minStarts && compareValues(min, prefix) > 0;
  const allBelow = compareMax(bounds, prefix) < 0;
  return allAbove || allBelow ? FALSE : TRUE | FALSE;
}
