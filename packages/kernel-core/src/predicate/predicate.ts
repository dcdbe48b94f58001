import type { Literal } from "./literal.js";

/** `<=>` is equality for which null equals null, and which is never unknown. */
export type ComparisonOperator = "=" | "!=" | "<" | "<=" | ">" | ">=" | "<=>";

/**
 * A condition on rows, as plain data: `structuredClone`, `postMessage` and JSON carry it exactly. Make one with `col` or
 * `parsePredicate`.
 *
 * It is true, false or unknown for a row, as in SQL: what is compared with null is unknown, and a scan gives out the rows for
 * which it is true. NaN equals NaN and is greater than every other number, -0 equals 0, texts are in the order of their code
 * points and binaries in that of their bytes, as in Spark.
 *
 * A `column` is named as in `columns` of a scan: without case, `a.b` for the field `b` of the struct `a`, with backticks
 * around a name that has a dot.
 */
export type Predicate =
  | {
      readonly kind: "comparison";
      readonly operator: ComparisonOperator;
      readonly column: string;
      readonly literal: Literal;
    }
  | { readonly kind: "in"; readonly column: string; readonly literals: readonly Literal[] }
  | { readonly kind: "isNull"; readonly column: string }
  | { readonly kind: "startsWith"; readonly column: string; readonly prefix: string }
  | { readonly kind: "and" | "or"; readonly of: readonly Predicate[] }
  | { readonly kind: "not"; readonly of: Predicate }
  /** Null is unknown. */
  | { readonly kind: "constant"; readonly value: boolean | null };
