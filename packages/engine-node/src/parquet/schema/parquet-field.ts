import type { ParquetField } from "@asyncdelta/kernel-core";
import { childrenOf, type SchemaNode } from "./schema-node.js";

/** What of a node the contract shows; children of lists and maps carry Arrow's names. */
export function parquetField(node: SchemaNode, name: string = node.name): ParquetField {
  const names = node.kind === "list" ? ["element"] : node.kind === "map" ? ["key", "value"] : [];
  const children = childrenOf(node).map((child, index) => parquetField(child, names[index]));
  const { kind, fieldId } = node;
  return fieldId === undefined ? { name, kind, children } : { name, kind, children, fieldId };
}
