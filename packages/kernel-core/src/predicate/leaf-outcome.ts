import type { PartitionValue } from "../read/partition-value.js";
import type { DataType } from "../schema/types.js";
import type { BoundOperator } from "./bound-predicate.js";
import { compareValues, toComparable } from "./comparable.js";
import type { LeafPredicate } from "./simplify.js";

/** What a condition on a column of the given type says of one value: true, false, or null for unknown. */
export function leafOutcome(leaf: LeafPredicate, type: DataType, value: PartitionValue): boolean | null {
  if (leaf.kind === "isNull") return value === null;
  if (value === null) return null;
  switch (leaf.kind) {
    case "startsWith":
      return (value as string).startsWith(leaf.prefix);
    case "in":
      return leaf.values.some((one) => compareValues(value, toComparable(type, one)) === 0);
    case "comparison":
      return accepts(leaf.operator, compareValues(value, toComparable(type, leaf.value)));
  }
}

/** Whether a value whose order to the other side is `order` fulfils the operator. */
export function accepts(operator: BoundOperator, order: number): boolean {
  switch (operator) {
    case "=":
      return order === 0;
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
  }
}
