/**
 * A value of a column's own type, as JSON carries it: `boolean`; `number` for byte to integer and date (days); decimal text of
 * an integer for long, timestamps (microseconds) and decimals (unscaled); for float and double a `number`, or the text `NaN`,
 * `Infinity` or `-Infinity`; text for string; hexadecimal text for binary.
 */
export type BoundValue = boolean | number | string;

export type BoundOperator = "=" | "<" | "<=" | ">" | ">=";

/**
 * A predicate that fits a schema: columns are paths of the table's own names, and each value is of its column's type. Plain
 * data; it travels in a scan task.
 */
export type BoundPredicate =
  | {
      readonly kind: "comparison";
      readonly operator: BoundOperator;
      readonly column: readonly string[];
      readonly value: BoundValue;
    }
  | { readonly kind: "in"; readonly column: readonly string[]; readonly values: readonly BoundValue[] }
  | { readonly kind: "isNull"; readonly column: readonly string[] }
  | { readonly kind: "startsWith"; readonly column: readonly string[]; readonly prefix: string }
  | { readonly kind: "and" | "or"; readonly of: readonly BoundPredicate[] }
  | { readonly kind: "not"; readonly of: BoundPredicate }
  | { readonly kind: "constant"; readonly value: boolean | null };
