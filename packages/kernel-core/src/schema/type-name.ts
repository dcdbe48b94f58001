import type { DataType } from "./types.js";

/** A type as people read it: `long`, `decimal(10,2)`, `array<string>`, `map<string, long>`, `struct<a: long>`. */
export function typeName(type: DataType): string {
  switch (type.kind) {
    case "primitive":
      return type.name;
    case "decimal":
      return `decimal(${type.precision},${type.scale})`;
    case "array":
      return `array<${typeName(type.element)}>`;
    case "map":
      return `map<${typeName(type.key)}, ${typeName(type.value)}>`;
    case "struct":
      return `struct<${type.fields.map((field) => `${field.name}: ${typeName(field.type)}`).join(", ")}>`;
  }
}
