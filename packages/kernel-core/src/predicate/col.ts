import { DeltaError } from "../errors.js";
import { type LiteralValue, toLiteral } from "./literal.js";
import { and, not } from "./logic.js";
import type { ComparisonOperator, Predicate } from "./predicate.js";

/** The conditions that a column can be put under. */
export interface Column {
  eq(value: LiteralValue): Predicate;
  neq(value: LiteralValue): Predicate;
  lt(value: LiteralValue): Predicate;
  lte(value: LiteralValue): Predicate;
  gt(value: LiteralValue): Predicate;
  gte(value: LiteralValue): Predicate;
  /** Equality for which null equals null: SQL's `<=>`. */
  eqNullSafe(value: LiteralValue): Predicate;
  isNull(): Predicate;
  isNotNull(): Predicate;
  /** Equal to one of the values; never true for none of them. */
  in(values: Iterable<LiteralValue>): Predicate;
  /** From `low` to `high`, both included. */
  between(low: LiteralValue, high: LiteralValue): Predicate;
  /** Text that begins with `prefix`. */
  startsWith(prefix: string): Predicate;
}

/**
 * A column to make predicates of: `col("fare").gt(100)`. It is named as in the `columns` of a scan: without case, `a.b` for the
 * field `b` of the struct `a`, with backticks around a name that has a dot. Whether there is such a column, and whether its
 * type can be compared so, is found out where the predicate is used.
 *
 * Its methods throw `INVALID_ARGUMENT` for a value that is no literal.
 */
export function col(column: string): Column {
  const compare =
    (operator: ComparisonOperator) =>
    (value: LiteralValue): Predicate => ({ kind: "comparison", operator, column, literal: toLiteral(value) });
  return {
    eq: compare("="),
    neq: compare("!="),
    lt: compare("<"),
    lte: compare("<="),
    gt: compare(">"),
    gte: compare(">="),
    eqNullSafe: compare("<=>"),
    isNull: () => ({ kind: "isNull", column }),
    isNotNull: () => not({ kind: "isNull", column }),
    in: (values) => ({ kind: "in", column, literals: Array.from(values, toLiteral) }),
    between: (low, high) => and(compare(">=")(low), compare("<=")(high)),
    startsWith(prefix) {
      if (typeof prefix === "string") return { kind: "startsWith", column, prefix };
      throw new DeltaError("INVALID_ARGUMENT", `The prefix that ${column} may start with must be a string.`, {
        column,
      });
    },
  };
}
