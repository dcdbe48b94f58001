import type { SchemaElement } from "hyparquet";

/**
 * A node of a Parquet schema as data, with the helper groups of lists and maps folded in, and the levels that say
 * where in a column's stream of (repetition level, definition level) entries the node's values are.
 *
 * A node has one *slot* for each entry with `repetition <= rep` and `definition >= slotDef`; the slot holds a value,
 * rather than null, if `definition >= def`. See "Nested Encoding" of the Parquet format.
 */
export type SchemaNode = LeafNode | StructNode | ListNode | MapNode;

interface NodeFacts {
  readonly name: string;
  readonly fieldId?: number;
  readonly nullable: boolean;
  /** Repeated ancestors. */
  readonly rep: number;
  /** Definition level from which on the node is not null. */
  readonly def: number;
  /** Definition level from which on there is a slot at all: that of the innermost repeated ancestor, or 0. */
  readonly slotDef: number;
}

export interface LeafNode extends NodeFacts {
  readonly kind: "leaf";
  readonly element: SchemaElement;
  /** Names from the root, helper groups included, as in `path_in_schema`. */
  readonly path: readonly string[];
  /** Position among the leaves of the file, which is that of its chunk in every row group. */
  readonly index: number;
}

export interface StructNode extends NodeFacts {
  readonly kind: "struct";
  readonly children: readonly SchemaNode[];
}

export interface ListNode extends NodeFacts {
  readonly kind: "list";
  /** Definition level from which on there is an item: one more than that of a list that is empty. */
  readonly itemDef: number;
  readonly element: SchemaNode;
}

export interface MapNode extends NodeFacts {
  readonly kind: "map";
  readonly itemDef: number;
  readonly key: SchemaNode;
  readonly value: SchemaNode;
}

/** The children of a node, in file order. */
export function childrenOf(node: SchemaNode): readonly SchemaNode[] {
  switch (node.kind) {
    case "leaf":
      return [];
    case "struct":
      return node.children;
    case "list":
      return [node.element];
    case "map":
      return [node.key, node.value];
    default:
      return node satisfies never;
  }
}

/** The leaves at and below a node, in file order. */
export function leavesOf(node: SchemaNode): LeafNode[] {
  return node.kind === "leaf" ? [node] : childrenOf(node).flatMap(leavesOf);
}

/** The first leaf at or below a node: its levels tell the slots of the node too. */
export function firstLeafOf(node: SchemaNode): LeafNode {
  return node.kind === "leaf" ? node : firstLeafOf(childrenOf(node)[0]!);
}
