import type { ColumnData } from "../../arrow/column-data.js";
import type { ColumnType } from "../../arrow/column-type.js";
import type { Validity } from "../../arrow/validity-builder.js";
import { listOffsets, slotLevels } from "../kernels/lists.js";
import { packValidity } from "../kernels/pack-validity.js";
import { pageMemory } from "../kernels/page-memory.js";
import { firstLeafOf, type LeafNode, type ListNode, type MapNode, type SchemaNode } from "../schema/schema-node.js";
import type { LeafRows } from "./leaf-reader.js";
import type { Levels } from "./levels.js";

/** The rows of each wanted leaf. */
export type LeafRowsOf = ReadonlyMap<LeafNode, LeafRows>;

/**
 * Builds the Arrow column of a node from its leaves: what is nested is told by the levels of the first leaf below
 * (Dremel's record assembly, column by column).
 *
 * @throws Error when the leaves below a node do not agree on its slots.
 */
export function assemble(node: SchemaNode, type: ColumnType, rows: LeafRowsOf): ColumnData {
  const { levels, slots } = rows.get(firstLeafOf(node))!;
  switch (node.kind) {
    case "leaf":
      return slots.finish(readValidity(node, levels));
    case "struct": {
      const children = node.children.map((child, index) => assemble(child, type.children![index]!.type, rows));
      const length = children[0]!.length;
      if (children.some((child) => child.length !== length)) throw disagreement(node);
      return { type, length, ...readValidity(node, levels), children };
    }
    case "list": {
      const list = readLists(node, levels);
      const child = assemble(node.element, type.children![0]!.type, rows);
      if (child.length !== list.items) throw disagreement(node);
      return { type, length: list.length, ...list.validity, offsets: list.offsets, children: [child] };
    }
    case "map": {
      const list = readLists(node, levels);
      const entriesType = type.children![0]!.type;
      const [keyField, valueField] = entriesType.children!;
      const key = assemble(node.key, keyField!.type, rows);
      const value = assemble(node.value, valueField!.type, rows);
      if (key.length !== list.items || value.length !== list.items) throw disagreement(node);
      if (key.nullCount > 0) throw new Error(`the map "${node.name}" has a null for a key`);
      const entries = { type: entriesType, length: list.items, nullCount: 0, children: [key, value] };
      return { type, length: list.length, ...list.validity, offsets: list.offsets, children: [entries] };
    }
    default:
      return node satisfies never;
  }
}

function disagreement({ name }: SchemaNode): Error {
  return new Error(`the columns of "${name}" do not agree on its values`);
}

/** Which slots of a node hold a value. */
function readValidity(node: SchemaNode, { entries, reps, defs }: Levels): Validity {
  // Nothing to tell: not nullable, or no level below the highest.
  if (node.def === node.slotDef || defs === undefined) return { nullCount: 0 };
  if (reps === undefined) return packValidity(defs, entries, node.def);
  const levels = slotLevels(pageMemory(), reps, defs, node);
  return packValidity(levels, levels.length, node.def);
}

interface Lists {
  readonly length: number;
  readonly offsets: Int32Array;
  readonly items: number;
  readonly validity: Validity;
}

/** Where each list or map of a node starts and ends among its items. */
function readLists(node: ListNode | MapNode, levels: Levels): Lists {
  const { offsets, items } = listOffsets(pageMemory(), levels, node);
  return { length: offsets.length - 1, offsets, items, validity: readValidity(node, levels) };
}
