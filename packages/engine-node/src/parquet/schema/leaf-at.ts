import type { LeafNode, SchemaNode, StructNode } from "./schema-node.js";

/** The leaf at a path that goes through structs alone. */
export function leafAt(root: StructNode, path: readonly string[]): LeafNode | undefined {
  let node: SchemaNode = root;
  for (const name of path) {
    if (node.kind !== "struct") return undefined;
    const child: SchemaNode | undefined = node.children.find((candidate) => candidate.name === name);
    if (child === undefined) return undefined;
    node = child;
  }
  return node.kind === "leaf" ? node : undefined;
}
