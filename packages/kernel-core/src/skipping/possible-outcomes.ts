import type { BoundOperator, BoundPredicate } from "../predicate/bound-predicate.js";
import { type Comparable, compareValues, toComparable } from "../predicate/comparable.js";
import { accepts } from "../predicate/leaf-outcome.js";
import type { LeafPredicate } from "../predicate/simplify.js";
import type { DataType } from "../schema/types.js";
import type { ColumnBounds } from "./bounds.js";
import { ANY, conjoined, disjoined, FALSE, negated, type Outcomes, TRUE, UNKNOWN } from "./outcomes.js";

/** A predicate made ready: gives the outcomes that it may have where columns are within the given bounds. */
export type PossibleOutcomes = (bounds: Bounds) => Outcomes;

/** What is known of each column that a predicate is about. */
export type Bounds = readonly (ColumnBounds | undefined)[];

/** Finds the index of a column in the bounds, and its type. */
type ColumnOf = (column: readonly string[]) => { readonly index: number; readonly type: DataType };

/** Works out once what a predicate depends on. Of a column without bounds every outcome is possible. */
export function possibleOutcomes(predicate: BoundPredicate, columnOf: ColumnOf): PossibleOutcomes {
  const outcomes = outcomesOf(predicate, columnOf);
  return (bounds) => outcomesWithNaN(outcomes, bounds);
}

/**
 * A value that may be NaN is NaN or within its bounds. Each case is looked at by itself, so that `x between 1 and 2`, which
 * is not true of NaN, depends on the bounds alone.
 */
function outcomesWithNaN(outcomesOfBounds: PossibleOutcomes, bounds: Bounds): Outcomes {
  const uncertain: number[] = [];
  for (let index = 0; index < bounds.length; index++) if (bounds[index]?.mayBeNaN) uncertain.push(index);
  if (uncertain.length === 0 || uncertain.length > MOST_UNCERTAIN) return outcomesOfBounds(bounds);
  const certain = bounds.slice();
  let outcomes = 0;
  for (let cases = 0; cases < 1 << uncertain.length && outcomes !== ANY; cases++) {
    for (let bit = 0; bit < uncertain.length; bit++) {
      const index = uncertain[bit]!;
      certain[index] = (cases >> bit) & 1 ? ONLY_NAN : { ...bounds[index]!, mayBeNaN: false };
    }
    outcomes |= outcomesOfBounds(certain);
  }
  return outcomes;
}

const ONLY_NAN: ColumnBounds = {
  min: Number.NaN,
  max: Number.NaN,
  mayBeNull: false,
  mayHaveValues: true,
  mayBeNaN: false,
};
/** The cases double with each column. */
const MOST_UNCERTAIN = 3;

function outcomesOf(predicate: BoundPredicate, columnOf: ColumnOf): PossibleOutcomes {
  switch (predicate.kind) {
    case "constant": {
      const outcomes = predicate.value === null ? UNKNOWN : predicate.value ? TRUE : FALSE;
      return () => outcomes;
    }
    case "not": {
      const of = outcomesOf(predicate.of, columnOf);
      return (bounds) => negated(of(bounds));
    }
    case "and":
    case "or": {
      const parts = predicate.of.map((part) => outcomesOf(part, columnOf));
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
  if (least <= 0 && most >= 0 && !bounds.lacks?.(value)) outcomes |= outcome(operator, 0);
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
