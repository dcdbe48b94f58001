import type { JsonObject, JsonValue } from "../engine/json.js";
import { DeltaError } from "../errors.js";
import { parseExactJson } from "../json/exact-json.js";
import { foldColumnName, formatColumnPath } from "./column-name.js";
import { parseTypeName } from "./parse-type-name.js";
import { typeName } from "./type-name.js";
import type { DataType, StructField, StructType } from "./types.js";

/**
 * The schema of a table, from the `schemaString` of its metadata. PROTOCOL.md, "Schema Serialization Format".
 *
 * Metadata of the fields is kept as it is, longs exact. A flag for nulls that is left out means that nulls may occur.
 * Throws `SCHEMA_INVALID` for text that is no schema, naming the column where there is one, and
 * `FEATURE_UNSUPPORTED` for a type that belongs to a feature this reader lacks.
 */
export function parseSchema(schemaString: string): StructType {
  if (schemaString === "") throw new DeltaError("SCHEMA_INVALID", "The table's metaData has no schemaString.");
  let json: JsonValue;
  try {
    json = parseExactJson(schemaString);
  } catch (cause) {
    throw new DeltaError("SCHEMA_INVALID", "The schema of the table is no JSON text.", { cause });
  }
  const schema = parseType(json, []);
  if (schema.kind === "struct") return schema;
  throw new DeltaError("SCHEMA_INVALID", `The schema of the table is a ${typeName(schema)}; it must be a struct.`);
}

/** The type that a `schemaString` or a `delta.typeChanges` entry has at `path`. Throws as {@link parseSchema} does. */
export function parseType(json: JsonValue | undefined, path: readonly string[]): DataType {
  if (path.length > MAX_DEPTH) throw invalid(path, `is nested more than ${MAX_DEPTH} deep`);
  if (typeof json === "string") return parseTypeName(json, path);
  if (!isObject(json)) throw invalid(path, "has no type");
  switch (json.type) {
    case "struct":
      return parseStruct(json, path);
    case "array":
      return {
        kind: "array",
        element: parseType(json.elementType, [...path, "element"]),
        containsNull: parseFlag(json, "containsNull", path),
      };
    case "map":
      return {
        kind: "map",
        key: parseType(json.keyType, [...path, "key"]),
        value: parseType(json.valueType, [...path, "value"]),
        valueContainsNull: parseFlag(json, "valueContainsNull", path),
      };
    case "variant":
      return parseTypeName(json.type, path);
    default:
      throw invalid(path, `has the type ${JSON.stringify(json.type)}, which is no Delta type`);
  }
}

/** Far beyond any real schema; deeper text is refused rather than left to overflow the stack. */
const MAX_DEPTH = 200;

function parseStruct(json: JsonObject, path: readonly string[]): StructType {
  if (!Array.isArray(json.fields)) throw invalid(path, "is a struct without a list of fields");
  const fields = (json.fields as readonly JsonValue[]).map((field) => parseField(field, path));
  const seen = new Map<string, string>();
  for (const { name } of fields) {
    const other = seen.get(foldColumnName(name));
    if (other !== undefined)
      throw invalid([...path, name], `has the same name as ${other}: names are matched without case`);
    seen.set(foldColumnName(name), name);
  }
  return { kind: "struct", fields };
}

function parseField(json: JsonValue, parent: readonly string[]): StructField {
  if (!isObject(json) || typeof json.name !== "string") throw invalid(parent, "has a field without a name");
  const path = [...parent, json.name];
  const metadata = json.metadata ?? {};
  if (!isObject(metadata)) throw invalid(path, "has metadata that is no object");
  return { name: json.name, type: parseType(json.type, path), nullable: parseFlag(json, "nullable", path), metadata };
}

function parseFlag(json: JsonObject, key: string, path: readonly string[]): boolean {
  const flag = json[key] ?? true;
  if (typeof flag !== "boolean") throw invalid(path, `has a ${key} that is neither true nor false`);
  return flag;
}

function isObject(json: JsonValue | undefined): json is JsonObject {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

function invalid(path: readonly string[], what: string): DeltaError {
  if (path.length === 0) return new DeltaError("SCHEMA_INVALID", `The schema of the table ${what}.`);
  const column = formatColumnPath(path);
  return new DeltaError("SCHEMA_INVALID", `Column ${column} ${what}.`, { column });
}
