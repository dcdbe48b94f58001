import type { PartitionValue } from "../read/partition-value.js";
import type { DataType } from "../schema/types.js";
import type { BoundValue } from "./bound-predicate.js";
import { hexToBytes } from "./hex.js";

/** A value that can be compared with others of its type, in the form that {@link PartitionValue} lays down. */
export type Comparable = Exclude<PartitionValue, null>;

/** The value of a bound predicate in the form in which it is compared. */
export function toComparable(type: DataType, value: BoundValue): Comparable {
  if (type.kind === "decimal") return BigInt(value);
  switch (type.kind === "primitive" ? type.name : undefined) {
    case "long":
    case "timestamp":
    case "timestamp_ntz":
      return BigInt(value);
    case "float":
    case "double":
      return Number(value);
    case "binary":
      return hexToBytes(value as string)!;
    default:
      return value;
  }
}

/**
 * The order of two values of one type: below, equal to or above 0. NaN equals NaN and is above every other number, -0 equals
 * 0, texts are ordered by code points and bytes as unsigned numbers.
 */
export function compareValues(a: Comparable, b: Comparable): number {
  if (typeof a === "string") return compareText(a, b as string);
  if (typeof a === "object") return compareBytes(a, 0, a.length, b as Uint8Array);
  if (a < b) return -1;
  if (a > b) return 1;
  // Numbers that are neither: equal, or NaN.
  return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
}

/** By code points, which is the order of the UTF-8 bytes; JavaScript's own is that of UTF-16 units. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const [left, right] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above all that one unit can hold. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** The order of the bytes from `start` to `end` and `other`. */
export function compareBytes(bytes: Uint8Array, start: number, end: number, other: Uint8Array): number {
  const length = Math.min(end - start, other.length);
  for (let at = 0; at < length; at++) {
    const difference = bytes[start + at]! - other[at]!;
    if (difference !== 0) return difference;
  }
  return end - start - other.length;
}
