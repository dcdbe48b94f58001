import { type DataType, Field, List, Map_, Schema, Struct } from "apache-arrow";
import { arrowType } from "./arrow-type.js";
import type { SchemaNode, StructNode } from "./schema-node.js";

/**
 * The Arrow schema of a file, or of what is left of it after selection, by the table of the Parquet contract.
 *
 * @throws `TYPE_MISMATCH` for a column whose type Arrow does not hold.
 */
export function arrowSchema(root: StructNode): Schema {
  return new Schema(root.children.map((child) => arrowField(child)));
}

function arrowField(node: SchemaNode, name: string = node.name, nullable: boolean = node.nullable): Field {
  return new Field(name, nestedType(node), nullable);
}

function nestedType(node: SchemaNode): DataType {
  switch (node.kind) {
    case "leaf":
      return arrowType(node);
    case "struct":
      return new Struct(node.children.map((child) => arrowField(child)));
    case "list":
      return new List(arrowField(node.element, "element"));
    case "map": {
      // Arrow has no null keys, whatever the file's schema says.
      const entries = new Struct([arrowField(node.key, "key", false), arrowField(node.value, "value")]);
      return new Map_(new Field("entries", entries, false)) as unknown as DataType;
    }
    default:
      return node satisfies never;
  }
}
