import type { Metadata } from "../actions/metadata.js";
import type { Protocol } from "../actions/protocol.js";
import { DeltaError } from "../errors.js";
import { hasReaderFeature } from "../protocol/reader-features.js";
import { formatColumnPath } from "./column-name.js";
import type { DataType, StructField, StructType } from "./types.js";

/** How logical columns are found in files and in the log. PROTOCOL.md, "Column Mapping". */
export type ColumnMapping = "none" | "name" | "id";

const MODE = "delta.columnMapping.mode";
const PHYSICAL_NAME = "delta.columnMapping.physicalName";
const ID = "delta.columnMapping.id";

/**
 * The mode of a table. The property counts only where the protocol has the feature: reader version 2, or 3 with
 * `columnMapping` listed. Throws `FEATURE_UNSUPPORTED` for a mode that does not exist.
 */
export function columnMappingMode(protocol: Protocol, metadata: Pick<Metadata, "configuration">): ColumnMapping {
  const mode = metadata.configuration[MODE]?.toLowerCase() ?? "none";
  if (mode === "none" || !hasReaderFeature(protocol, "columnMapping")) return "none";
  if (mode === "name" || mode === "id") return mode;
  const message = `The table has the column mapping mode ${JSON.stringify(mode)}; this reader knows none, name and id.`;
  throw new DeltaError("FEATURE_UNSUPPORTED", message, { feature: "columnMapping" });
}

/**
 * The name of a field in data files, statistics and partition values. Mapping metadata that lingers on a table without
 * the mode is not looked at.
 */
export function physicalName(field: StructField, mode: ColumnMapping): string {
  return mode === "none" ? field.name : (field.metadata[PHYSICAL_NAME] as string);
}

/** The Parquet field id of a field under mode `id`. */
export function columnId(field: StructField): number {
  return field.metadata[ID] as number;
}

/**
 * Makes sure that every field, nested ones too, has what the mode needs: a physical name, unique in its struct, and
 * under `id` an id, unique in the table. Throws `SCHEMA_INVALID` with the column.
 */
export function checkColumnMapping(schema: StructType, mode: ColumnMapping): void {
  if (mode !== "none") checkStruct(schema, mode, [], new Map());
}

function checkStruct(
  struct: StructType,
  mode: ColumnMapping,
  parent: readonly string[],
  ids: Map<number, string>,
): void {
  const names = new Map<string, string>();
  for (const field of struct.fields) {
    const path = [...parent, field.name];
    const physical = field.metadata[PHYSICAL_NAME];
    if (typeof physical !== "string" || physical === "") throw invalid(path, `lacks ${PHYSICAL_NAME}`);
    const sameName = names.get(physical);
    if (sameName !== undefined) throw invalid(path, `has the same physical name as ${sameName}`);
    names.set(physical, field.name);
    if (mode === "id") checkId(field, path, ids);
    checkNested(field.type, mode, path, ids);
  }
}

function checkId(field: StructField, path: readonly string[], ids: Map<number, string>): void {
  const id = field.metadata[ID];
  if (typeof id !== "number" || !Number.isInteger(id)) throw invalid(path, `lacks ${ID}, a whole number`);
  const sameId = ids.get(id);
  if (sameId !== undefined) throw invalid(path, `has the same column id as ${sameId}, ${id}`);
  ids.set(id, formatColumnPath(path));
}

function checkNested(type: DataType, mode: ColumnMapping, path: readonly string[], ids: Map<number, string>): void {
  if (type.kind === "struct") checkStruct(type, mode, path, ids);
  if (type.kind === "array") checkNested(type.element, mode, [...path, "element"], ids);
  if (type.kind === "map") {
    checkNested(type.key, mode, [...path, "key"], ids);
    checkNested(type.value, mode, [...path, "value"], ids);
  }
}

function invalid(path: readonly string[], what: string): DeltaError {
  const column = formatColumnPath(path);
  return new DeltaError("SCHEMA_INVALID", `Column ${column} ${what}, which column mapping needs.`, { column });
}
