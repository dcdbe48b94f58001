import { type DataType, type StructType, typeName } from "asyncdelta";

/** A schema in Delta's JSON, so that it can be compared with the text of another. */
export function schemaJson(type: StructType): unknown {
  return {
    type: "struct",
    fields: type.fields.map(({ name, type: fieldType, nullable, metadata }) => ({
      name,
      type: typeJson(fieldType),
      nullable,
      metadata,
    })),
  };
}

function typeJson(type: DataType): unknown {
  switch (type.kind) {
    case "struct":
      return schemaJson(type);
    case "array":
      return { type: "array", elementType: typeJson(type.element), containsNull: type.containsNull };
    case "map":
      return {
        type: "map",
        keyType: typeJson(type.key),
        valueType: typeJson(type.value),
        valueContainsNull: type.valueContainsNull,
      };
    case "primitive":
    case "decimal":
      return typeName(type);
    default:
      return type satisfies never;
  }
}
