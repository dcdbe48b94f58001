import { DeltaError } from "../errors.js";
import { columnPath, findColumn } from "../scan/select-columns.js";
import { formatColumnPath } from "../schema/column-name.js";
import { typeName } from "../schema/type-name.js";
import type { DataType, StructType } from "../schema/types.js";
import { bindComparison, bindEquals, wellFormed } from "./bind-literal.js";
import type { BoundPredicate, BoundValue } from "./bound-predicate.js";
import type { Literal } from "./literal.js";
import { formatLiteral } from "./literal.js";
import type { Predicate } from "./predicate.js";

/** A column that a predicate is about. */
export interface BoundColumn {
  /** Names from the root, as the table has them. */
  readonly path: readonly string[];
  readonly type: DataType;
}

/**
 * A predicate in the terms of a table: columns found, values made exactly those of the columns' types. What no value of the
 * type can be equal to (an integer that is 1.5, say) is no error, and never true.
 *
 * @throws DeltaError `COLUMN_NOT_FOUND`; `INVALID_ARGUMENT` for a column that cannot be compared with the value, naming both,
 * and for what is no predicate; `FEATURE_UNSUPPORTED` for a column whose texts are not in the order of code points
 */
export function bindPredicate(predicate: Predicate, schema: StructType): BoundPredicate {
  switch (predicate?.kind) {
    case "constant":
      return { kind: "constant", value: predicate.value };
    case "and":
    case "or":
      return { kind: predicate.kind, of: predicate.of.map((part) => bindPredicate(part, schema)) };
    case "not":
      return { kind: "not", of: bindPredicate(predicate.of, schema) };
    case "isNull":
      return { kind: "isNull", column: boundColumn(schema, predicate.column).path };
    case "startsWith": {
      const column = comparableColumn(schema, predicate.column);
      if (!isString(column.type)) throw mismatch(column, `start with a text`);
      return { kind: "startsWith", column: column.path, prefix: wellFormed(predicate.prefix) };
    }
    case "in":
      return bindIn(comparableColumn(schema, predicate.column), predicate.literals);
    case "comparison":
      return bindOperator(comparableColumn(schema, predicate.column), predicate);
    default:
      throw new DeltaError(
        "INVALID_ARGUMENT",
        "A predicate is made with col(), and(), or(), not() or parsePredicate(); this is none.",
      );
  }
}

/** Unlike other comparisons, these say something of null. */
function bindOperator(column: BoundColumn, predicate: Predicate & { kind: "comparison" }): BoundPredicate {
  const { operator, literal } = predicate;
  const { path } = column;
  if (literal.type === "null") return operator === "<=>" ? { kind: "isNull", column: path } : UNKNOWN;
  if (isVoid(column.type)) return operator === "<=>" ? { kind: "constant", value: false } : UNKNOWN;
  const equality = operator === "<=>" || operator === "!=";
  const bound = bindComparison(column.type, equality ? "=" : operator, literal);
  if (bound === undefined) throw mismatch(column, `be compared with ${formatLiteral(literal)}`);
  const comparison = typeof bound === "boolean" ? constantUnlessNull(path, bound) : { column: path, ...bound };
  if (operator === "!=") return { kind: "not", of: comparison };
  if (operator === "<=>") return { kind: "and", of: [isNotNull(path), comparison] };
  return comparison;
}

function bindIn(column: BoundColumn, literals: readonly Literal[]): BoundPredicate {
  if (literals.length === 0) return { kind: "constant", value: false };
  const values: BoundValue[] = [];
  for (const literal of literals) {
    if (literal.type === "null" || isVoid(column.type)) continue;
    const bound = bindEquals(column.type, literal);
    if (bound === undefined) throw mismatch(column, `be compared with ${formatLiteral(literal)}`);
    if (bound !== "never") values.push(bound.value);
  }
  const { path } = column;
  const found: BoundPredicate =
    values.length === 0 ? constantUnlessNull(path, false) : { kind: "in", column: path, values };
  return literals.some(({ type }) => type === "null") ? { kind: "or", of: [found, UNKNOWN] } : found;
}

const UNKNOWN: BoundPredicate = { kind: "constant", value: null };

function isNotNull(column: readonly string[]): BoundPredicate {
  return { kind: "not", of: { kind: "isNull", column } };
}

/** What is true, or false, of every value, and unknown of null. */
function constantUnlessNull(column: readonly string[], value: boolean): BoundPredicate {
  return value
    ? { kind: "or", of: [isNotNull(column), UNKNOWN] }
    : { kind: "and", of: [{ kind: "isNull", column }, UNKNOWN] };
}

function boundColumn(schema: StructType, column: string): BoundColumn & { readonly collation: unknown } {
  const path: string[] = [];
  let type: DataType = schema;
  let collation: unknown;
  for (const name of columnPath(schema, column)) {
    if (type.kind !== "struct") {
      const message = `There is no column ${column}: ${formatColumnPath(path)} is a ${typeName(type)}, which has no fields to compare.`;
      throw new DeltaError("COLUMN_NOT_FOUND", message, { column });
    }
    const field = findColumn(type, name, column);
    path.push(field.name);
    type = field.type;
    collation ??= field.metadata[COLLATIONS];
  }
  return { path, type, collation };
}

/** Where Delta keeps the collations of a field, by path. PROTOCOL's RFC "Collated string type". */
const COLLATIONS = "__COLLATIONS";

function comparableColumn(schema: StructType, name: string): BoundColumn {
  const { path, type, collation } = boundColumn(schema, name);
  const column = formatColumnPath(path);
  if (isString(type) && collation !== undefined) {
    const message = `Column ${column} has a collation, and this reader compares texts by their code points alone: leave it out of the predicate.`;
    throw new DeltaError("FEATURE_UNSUPPORTED", message, { feature: "collations", column });
  }
  const comparable = type.kind === "decimal" || (type.kind === "primitive" && type.name !== "variant");
  if (!comparable) throw mismatch({ path, type }, "only be asked whether it is null", "can");
  return { path, type };
}

function mismatch({ path, type }: BoundColumn, what: string, can = "cannot"): DeltaError {
  const column = formatColumnPath(path);
  return new DeltaError("INVALID_ARGUMENT", `Column ${column} is a ${typeName(type)} and ${can} ${what}.`, { column });
}

function isString(type: DataType): boolean {
  return type.kind === "primitive" && type.name === "string";
}

function isVoid(type: DataType): boolean {
  return type.kind === "primitive" && type.name === "void";
}

/** Refuses a predicate that does not fit a schema, as a scan would. Throws as {@link bindPredicate} does. */
export function checkPredicate(predicate: Predicate, schema: StructType): void {
  bindPredicate(predicate, schema);
}
