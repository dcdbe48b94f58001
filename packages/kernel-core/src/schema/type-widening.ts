import type { JsonValue } from "../engine/json.js";
import { DeltaError, isDeltaError } from "../errors.js";
import { formatColumnPath } from "./column-name.js";
import { parseType } from "./parse-schema.js";
import { typeName } from "./type-name.js";
import type { DataType, StructType } from "./types.js";

/**
 * Whether a column of type `from` may have become one of type `to`, so that files of the narrower type are read as the
 * wider one. PROTOCOL.md, "Type Widening".
 */
export function isWidening(from: DataType, to: DataType): boolean {
  if (from.kind === "decimal") {
    // More digits before the point, or behind it, or both: never fewer on either side.
    return to.kind === "decimal" && to.scale >= from.scale && to.precision - to.scale >= from.precision - from.scale;
  }
  if (from.kind !== "primitive") return false;
  if (to.kind === "decimal") {
    const digits = INTEGER_DIGITS[from.name];
    return digits !== undefined && to.precision - to.scale >= digits;
  }
  return to.kind === "primitive" && (from.name === to.name || (WIDER[from.name]?.includes(to.name) ?? false));
}

/**
 * Makes sure that every type change which the schema records is one that can be read. Throws `FEATURE_UNSUPPORTED` for
 * one that PROTOCOL.md does not list, and `SCHEMA_INVALID` for a record that cannot be understood; both name the column.
 */
export function checkTypeChanges(schema: StructType): void {
  checkStruct(schema, []);
}

const WIDER: Readonly<Record<string, readonly string[]>> = {
  byte: ["short", "integer", "long", "double"],
  short: ["integer", "long", "double"],
  integer: ["long", "double"],
  float: ["double"],
  date: ["timestamp_ntz"],
};

/** Digits that a decimal must have before its point: PROTOCOL.md asks for 10 from byte and short too, Spark does not. */
const INTEGER_DIGITS: Readonly<Record<string, number>> = { byte: 3, short: 5, integer: 10, long: 20 };

function checkStruct(struct: StructType, parent: readonly string[]): void {
  for (const { name, type, metadata } of struct.fields) {
    const path = [...parent, name];
    const changes = metadata["delta.typeChanges"] ?? [];
    if (!Array.isArray(changes)) throw invalid(path);
    for (const change of changes) checkChange(change, path);
    checkNested(type, path);
  }
}

function checkNested(type: DataType, path: readonly string[]): void {
  if (type.kind === "struct") checkStruct(type, path);
  if (type.kind === "array") checkNested(type.element, [...path, "element"]);
  if (type.kind === "map") {
    checkNested(type.key, [...path, "key"]);
    checkNested(type.value, [...path, "value"]);
  }
}

function checkChange(change: unknown, path: readonly string[]): void {
  if (typeof change !== "object" || change === null) throw invalid(path);
  const { fromType, toType, fieldPath } = change as Readonly<Record<string, JsonValue | undefined>>;
  const changed = typeof fieldPath === "string" ? [...path, ...fieldPath.split(".")] : path;
  const from = parseChangedType(fromType, changed);
  const to = parseChangedType(toType, changed);
  if (from !== undefined && to !== undefined && isWidening(from, to)) return;
  const column = formatColumnPath(changed);
  const [before, after] = [from ? typeName(from) : fromType, to ? typeName(to) : toType];
  const message = `Column ${column} was changed from ${before} to ${after}, a change that Delta does not list: files from before it cannot be read rightly.`;
  throw new DeltaError("FEATURE_UNSUPPORTED", message, { feature: "typeWidening", column });
}

/** `undefined` for the name of a type that is not known: then the change is not known either. */
function parseChangedType(json: JsonValue | undefined, path: readonly string[]): DataType | undefined {
  if (typeof json !== "string") throw invalid(path);
  try {
    return parseType(json, path);
  } catch (error) {
    if (isDeltaError(error)) return undefined;
    throw error;
  }
}

function invalid(path: readonly string[]): DeltaError {
  const column = formatColumnPath(path);
  const message = `The type changes of column ${column} are no list of pairs of fromType and toType.`;
  return new DeltaError("SCHEMA_INVALID", message, { column });
}
