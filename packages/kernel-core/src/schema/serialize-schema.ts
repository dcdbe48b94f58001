import type { JsonObject, JsonValue } from "../engine/json.js";
import { stringifyExactJson } from "../json/exact-json.js";
import type { DataType, StructField, StructType } from "./types.js";

/** The `schemaString` of a schema, which `parseSchema` reads back. PROTOCOL.md, "Schema Serialization Format". */
export function serializeSchema(schema: StructType): string {
  return stringifyExactJson(typeToJson(schema));
}

/** A type as the JSON value that stands for it in a `schemaString`. */
export function typeToJson(type: DataType): JsonValue {
  switch (type.kind) {
    case "primitive":
      return type.name;
    case "decimal":
      return `decimal(${type.precision},${type.scale})`;
    case "struct":
      return { type: "struct", fields: type.fields.map(fieldToJson) };
    case "array":
      return { type: "array", elementType: typeToJson(type.element), containsNull: type.containsNull };
    case "map":
      return {
        type: "map",
        keyType: typeToJson(type.key),
        valueType: typeToJson(type.value),
        valueContainsNull: type.valueContainsNull,
      };
  }
}

function fieldToJson(field: StructField): JsonValue {
  return {
    name: field.name,
    type: typeToJson(field.type),
    nullable: field.nullable,
    metadata: field.metadata as JsonObject,
  };
}
