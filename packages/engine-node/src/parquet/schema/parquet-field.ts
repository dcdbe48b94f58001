import type { ParquetField } from "@asyncdelta/kernel-core";
import type { SchemaElement } from "hyparquet";
import { childrenOf, type SchemaNode, type StructNode } from "./schema-node.js";

const shown = new WeakMap<StructNode, readonly ParquetField[]>();

/** What of a schema the contract shows. */
export function parquetFields(root: StructNode): readonly ParquetField[] {
  let fields = shown.get(root);
  if (fields === undefined) {
    fields = root.children.map((child) => parquetField(child));
    shown.set(root, fields);
  }
  return fields;
}

/** What of a node the contract shows; children of lists and maps carry Arrow's names. */
export function parquetField(node: SchemaNode, name: string = node.name): ParquetField {
  const names = node.kind === "list" ? ["element"] : node.kind === "map" ? ["key", "value"] : [];
  const children = childrenOf(node).map((child, index) => parquetField(child, names[index]));
  const { kind, fieldId } = node;
  const annotation = node.kind === "leaf" ? annotationOf(node.element) : undefined;
  return {
    name,
    kind,
    children,
    ...(fieldId === undefined ? {} : { fieldId }),
    ...(annotation === undefined ? {} : { annotation }),
  };
}

function annotationOf({ logical_type: logical, converted_type: converted }: SchemaElement): ParquetField["annotation"] {
  if (logical?.type === "TIME") return `TIME_${logical.unit}`;
  if (logical?.type === "TIMESTAMP" && logical.unit === "NANOS") return "TIMESTAMP_NANOS";
  if (logical?.type === "UUID") return "UUID";
  return converted === "TIME_MILLIS" || converted === "TIME_MICROS" ? converted : undefined;
}
