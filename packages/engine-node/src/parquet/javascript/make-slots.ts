import { type ColumnType, TypeId } from "../../arrow/column-type.js";
import type { LeafNode } from "../schema/schema-node.js";
import { BytesSlots } from "./bytes-slots.js";
import { FixedSlots } from "./fixed-slots.js";
import type { SlotMemory } from "./slot-memory.js";
import type { Slots } from "./slots.js";

/**
 * Slots for a leaf of this Arrow type, with room for `capacity` of them to begin with, and for so many bytes where they are of
 * any length.
 */
export function makeSlots(
  leaf: LeafNode,
  type: ColumnType,
  capacity: number,
  bytes: number,
  memory: SlotMemory,
): Slots {
  const width = slotWidth(type);
  return width === undefined
    ? new BytesSlots(leaf, type, capacity, bytes, memory)
    : new FixedSlots(leaf, type, width, capacity, memory);
}

/** apache-arrow's `Precision.SINGLE`. */
const SINGLE = 1;

/** Bytes of a value of a type of one width, a boolean taking one until the end. */
function slotWidth(type: ColumnType): number | undefined {
  switch (type.typeId) {
    case TypeId.Bool:
      return 1;
    case TypeId.Int:
    case TypeId.Decimal:
      return type.bitWidth! / 8;
    case TypeId.Float:
      return type.precision === SINGLE ? 4 : 8;
    case TypeId.Date:
      return 4;
    case TypeId.Timestamp:
      return 8;
    case TypeId.FixedSizeBinary:
      return type.byteWidth!;
    default:
      return undefined;
  }
}
