import { dateText, decimalText, timestampText } from "../../src/columnar/value-text.js";
import { col } from "../../src/predicate/col.js";
import { type Literal, literal, toLiteral } from "../../src/predicate/literal.js";
import { and, not, or } from "../../src/predicate/logic.js";
import type { ComparisonOperator, Predicate } from "../../src/predicate/predicate.js";
import { formatColumnPath } from "../../src/schema/column-name.js";
import type { DataType, StructType } from "../../src/schema/types.js";
import type { CellValue } from "./typed-columns.js";

/** A column that can be compared. */
export interface Leaf {
  readonly column: string;
  readonly path: readonly string[];
  readonly type: DataType;
}

/** The columns of a schema that can be compared, fields of structs too. */
export function leavesOf(schema: StructType, parent: readonly string[] = []): Leaf[] {
  return schema.fields.flatMap(({ name, type }): Leaf[] => {
    const path = [...parent, name];
    if (type.kind === "struct") return leavesOf(type, path);
    const comparable =
      type.kind === "decimal" || (type.kind === "primitive" && type.name !== "variant" && type.name !== "void");
    return comparable ? [{ column: formatColumnPath(path), path, type }] : [];
  });
}

export type RowValue = Readonly<Record<string, unknown>> | null;

export function valueAt(row: RowValue, { path, type }: Leaf): CellValue {
  let value: unknown = row;
  for (const name of path) value = (value as RowValue)?.[name] ?? null;
  if (type.kind === "primitive" && type.name === "binary" && value !== null) {
    return Buffer.from(value as number[]).toString("hex");
  }
  return value as CellValue;
}

export function literalOf(type: DataType, value: Exclude<CellValue, null>): Literal {
  if (type.kind === "decimal") return literal.decimal(decimalText(value as bigint, type.scale));
  switch (type.kind === "primitive" ? type.name : undefined) {
    case "binary":
      return { type: "binary", value: value as string };
    case "date":
      return literal.date(dateText(value as number));
    case "timestamp":
    case "timestamp_ntz": {
      const { date, time, fraction } = timestampText(value as bigint);
      return literal.timestamp(`${date}T${time}.${fraction}Z`);
    }
    default:
      return toLiteral(value);
  }
}

/** Predicates that split the rows of a table: around values that it has, and in all their combinations of two columns. */
export function predicatesFor(leaves: readonly Leaf[], rows: readonly RowValue[]): Predicate[] {
  const simple = leaves.flatMap((leaf) => {
    const values = rows.map((row) => valueAt(row, leaf)).filter((value) => value !== null);
    const picked = [values[0], values[values.length >> 1], values.at(-1)].filter((value) => value !== undefined);
    const operators: ComparisonOperator[] = ["=", "!=", "<", "<=", ">", ">=", "<=>"];
    const comparisons = picked.flatMap((value, at): Predicate[] => {
      const one = literalOf(leaf.type, value);
      return operators
        .filter((_, index) => (index + at) % 2 === 0)
        .map((operator) => ({ kind: "comparison", operator, column: leaf.column, literal: one }));
    });
    const some = picked.map((value) => literalOf(leaf.type, value));
    const isText = leaf.type.kind === "primitive" && leaf.type.name === "string" && picked.length > 0;
    return [
      ...comparisons,
      col(leaf.column).isNull(),
      col(leaf.column).in(some.slice(0, 2)),
      ...(isText ? [col(leaf.column).startsWith(String(picked[0]).slice(0, 1))] : []),
    ];
  });
  const combined = simple.slice(0, 40).map((predicate, at) => {
    const other = simple[(at * 7 + 3) % simple.length]!;
    return [and(predicate, not(other)), or(not(predicate), other), and(predicate, other)][at % 3]!;
  });
  return [...simple.map((predicate, at) => (at % 4 === 3 ? not(predicate) : predicate)), ...combined];
}
