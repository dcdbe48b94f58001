import { DeltaError } from "@asyncdelta/kernel-core";
import { type DataType, type Field, type Float, type Int, Precision, type Schema, Type } from "apache-arrow";
import type { JsonShape } from "./decode/json-shape.js";

/** What to read JSON into for the fields of a schema. A type that JSON cannot be read into is an `INVALID_ARGUMENT`. */
export function jsonShapes(schema: Schema): JsonShape[] {
  return schema.fields.map((field) => shapeOf(field));
}

function shapeOf({ name, nullable, type }: Field): JsonShape {
  const { typeId, children } = type as DataType;
  const group = (kind: "struct" | "list" | "map", fields: readonly Field[]): JsonShape => {
    return { name, nullable, kind, children: fields.map(shapeOf) };
  };
  // By number rather than by class: the schema may come from another copy of apache-arrow.
  switch (typeId as Type) {
    case Type.Bool:
      return { name, nullable, kind: "bool" };
    case Type.Utf8:
      return { name, nullable, kind: "utf8" };
    case Type.Float:
      if ((type as Float).precision === Precision.DOUBLE) return { name, nullable, kind: "float64" };
      break;
    case Type.Int: {
      const { bitWidth, isSigned } = type as Int;
      if (isSigned && bitWidth === 32) return { name, nullable, kind: "int32" };
      if (isSigned && bitWidth === 64) return { name, nullable, kind: "int64" };
      break;
    }
    case Type.Struct:
      return group("struct", children);
    case Type.List:
      return group("list", children);
    case Type.Map: {
      const [key, value] = children[0]!.type.children as Field[];
      if (key!.type.typeId === Type.Utf8) return group("map", [key!, value!]);
      break;
    }
  }
  throw new DeltaError("INVALID_ARGUMENT", `JSON cannot be read into the type ${type} of "${name}".`, { column: name });
}
