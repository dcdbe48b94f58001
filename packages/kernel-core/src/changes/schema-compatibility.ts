import { type ColumnMapping, physicalName } from "../schema/column-mapping.js";
import { formatColumnPath } from "../schema/column-name.js";
import { typeName } from "../schema/type-name.js";
import { isWidening } from "../schema/type-widening.js";
import type { DataType, StructType } from "../schema/types.js";

/** What decides how the files of a version are read. */
export interface VersionSchema {
  readonly schema: StructType;
  readonly columnMapping: ColumnMapping;
  readonly partitionColumns: readonly string[];
}

/** A difference between two schemas, in words, and the column that differs. */
export interface Incompatibility {
  readonly reason: string;
  readonly column?: string;
}

/**
 * Why rows written under `older` cannot be given out in the schema of `newer`, or `undefined` if they can: columns may have
 * been added, may have become nullable and may have been given a wider type; none may have been dropped, renamed or
 * replaced, as the change feed of Delta Spark has it (which refuses wider types too). Column mapping may have been enabled
 * in between, which changes no name.
 */
export function incompatibility(older: VersionSchema, newer: VersionSchema): Incompatibility | undefined {
  if (older.columnMapping !== newer.columnMapping && older.columnMapping !== "none") {
    return { reason: `column mapping changed from ${older.columnMapping} to ${newer.columnMapping}` };
  }
  const [before, after] = [older.partitionColumns, newer.partitionColumns];
  if (before.length !== after.length || before.some((name, index) => name !== after[index])) {
    return { reason: `the partition columns changed from (${before.join(", ")}) to (${after.join(", ")})` };
  }
  return structDifference(older.schema, newer.schema, [older.columnMapping, newer.columnMapping], []);
}

type Modes = readonly [older: ColumnMapping, newer: ColumnMapping];

function structDifference(
  older: StructType,
  newer: StructType,
  modes: Modes,
  parent: readonly string[],
): Incompatibility | undefined {
  const fields = new Map(newer.fields.map((field) => [field.name, field]));
  for (const field of older.fields) {
    const path = [...parent, field.name];
    const column = formatColumnPath(path);
    const match = fields.get(field.name);
    if (match === undefined) return { reason: `column ${column} was dropped or renamed`, column };
    if (physicalName(field, modes[0]) !== physicalName(match, modes[1])) {
      return { reason: `column ${column} was dropped and added anew`, column };
    }
    const difference =
      nullabilityDifference(field.nullable, match.nullable, path) ??
      typeDifference(field.type, match.type, modes, path);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function typeDifference(
  older: DataType,
  newer: DataType,
  modes: Modes,
  path: readonly string[],
): Incompatibility | undefined {
  if (older.kind === "primitive" && older.name === "void") return undefined;
  if (older.kind === "struct" && newer.kind === "struct") return structDifference(older, newer, modes, path);
  if (older.kind === "array" && newer.kind === "array") {
    const element = [...path, "element"];
    return (
      nullabilityDifference(older.containsNull, newer.containsNull, element) ??
      typeDifference(older.element, newer.element, modes, element)
    );
  }
  if (older.kind === "map" && newer.kind === "map") {
    const value = [...path, "value"];
    return (
      nullabilityDifference(older.valueContainsNull, newer.valueContainsNull, value) ??
      typeDifference(older.key, newer.key, modes, [...path, "key"]) ??
      typeDifference(older.value, newer.value, modes, value)
    );
  }
  const [before, after] = [typeName(older), typeName(newer)];
  if (before === after || isWidening(older, newer)) return undefined;
  const column = formatColumnPath(path);
  return { reason: `the type of column ${column} changed from ${before} to ${after}`, column };
}

function nullabilityDifference(older: boolean, newer: boolean, path: readonly string[]): Incompatibility | undefined {
  if (!older || newer) return undefined;
  const column = formatColumnPath(path);
  return { reason: `column ${column} could be null, and cannot be any more`, column };
}
