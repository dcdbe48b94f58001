import type { SchemaElement } from "hyparquet";
import { type ColumnType, TypeId } from "../../arrow/column-type.js";
import { timestampOf } from "../schema/annotations.js";
import { decimalFromBytes, decimalFromFixed, decimalFromInts } from "./decimals.js";
import { microsFromInt96, microsFromMillis, microsFromNanos } from "./timestamps.js";
import { type FixedValues, fixedValues, type Values } from "./values.js";

/** Turns a page's or dictionary's values from what Parquet stores into what Arrow holds. */
export type Convert = (values: Values) => Values;

/** The conversion for a column: none for most. */
export function conversionFor(element: SchemaElement, type: ColumnType): Convert | undefined {
  switch (type.typeId) {
    case TypeId.Int:
      return element.type === "INT32" ? narrowing(type.bitWidth!) : undefined;
    case TypeId.Decimal:
      if (element.type === "BYTE_ARRAY") return decimalFromBytes as Convert;
      return (element.type === "FIXED_LEN_BYTE_ARRAY" ? decimalFromFixed : decimalFromInts) as Convert;
    case TypeId.Timestamp:
      if (element.type === "INT96") return microsFromInt96 as Convert;
      return timestampConversion(element);
    default:
      return undefined;
  }
}

function timestampConversion(element: SchemaElement): Convert | undefined {
  const unit = timestampOf(element)?.unit;
  if (unit === "MILLIS") return microsFromMillis as Convert;
  if (unit === "NANOS") return microsFromNanos as Convert;
  return undefined;
}

function narrowing(bitWidth: number): Convert | undefined {
  if (bitWidth === 32) return undefined;
  const width = bitWidth / 8;
  return (values) => {
    const { bytes, count } = values as FixedValues;
    const narrow = new Uint8Array(count * width);
    // Little-endian: the low bytes come first.
    for (let i = 0; i < count; i++) {
      narrow[i * width] = bytes[i * 4]!;
      if (width === 2) narrow[i * 2 + 1] = bytes[i * 4 + 1]!;
    }
    return fixedValues(width, count, narrow);
  };
}
