import { type DataType, type Decimal, type FixedSizeBinary, type Float, type Int, Precision, Type } from "apache-arrow";
import type { LeafNode } from "../schema/schema-node.js";
import { BytesSlots } from "./bytes-slots.js";
import { FixedSlots } from "./fixed-slots.js";
import type { Slots } from "./slots.js";

/**
 * Slots for a leaf of this Arrow type, with room for `capacity` of them to begin with, and for so many bytes where they are of
 * any length.
 */
export function makeSlots(leaf: LeafNode, type: DataType, capacity: number, bytes: number): Slots {
  const width = slotWidth(type);
  return width === undefined
    ? new BytesSlots(leaf, type, capacity, bytes)
    : new FixedSlots(leaf, type, width, capacity);
}

/** Bytes of a value of a type of one width, a boolean taking one until the end. */
function slotWidth(type: DataType): number | undefined {
  switch (type.typeId as Type) {
    case Type.Bool:
      return 1;
    case Type.Int:
      return (type as Int).bitWidth / 8;
    case Type.Float:
      return (type as Float).precision === Precision.SINGLE ? 4 : 8;
    case Type.Date:
      return 4;
    case Type.Timestamp:
      return 8;
    case Type.Decimal:
      return (type as Decimal).bitWidth / 8;
    case Type.FixedSizeBinary:
      return (type as FixedSizeBinary).byteWidth;
    default:
      return undefined;
  }
}
