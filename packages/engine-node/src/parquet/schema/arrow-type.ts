import { DeltaError } from "@asyncdelta/kernel-core";
import {
  Binary,
  Bool,
  type DataType,
  DateDay,
  Decimal,
  FixedSizeBinary,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  TimestampMicrosecond,
  Uint8,
  Uint16,
  Uint32,
  Uint64,
  Utf8,
} from "apache-arrow";
import type { SchemaElement } from "hyparquet";
import { decimalOf, timestampOf } from "./annotations.js";
import type { LeafNode } from "./schema-node.js";

/** Most digits that 128 bits hold. */
const MOST_DIGITS = 38;

/**
 * The Arrow type of a leaf, by the table of the Parquet contract. An annotation that its physical type cannot carry is
 * ignored, as is one that the table does not name (TIME, INTERVAL, FLOAT16, …).
 *
 * @throws `TYPE_MISMATCH` for a decimal that 128 bits do not hold.
 */
export function arrowType({ element, path }: LeafNode): DataType {
  const digits = decimalOf(element);
  if (digits !== undefined && canBeDecimal(element)) {
    const { precision, scale } = digits;
    if (precision >= 1 && precision <= MOST_DIGITS && scale >= 0 && scale <= precision) {
      return new Decimal(scale, precision, 128);
    }
    const column = path.join(".");
    throw new DeltaError(
      "TYPE_MISMATCH",
      `Column "${column}" is a decimal(${precision}, ${scale}), which cannot be read: at most ${MOST_DIGITS} digits can.`,
      { column },
    );
  }
  switch (element.type) {
    case "BOOLEAN":
      return new Bool();
    case "INT32":
      return isDate(element) ? new DateDay() : int32Type(integerOf(element));
    case "INT64": {
      const timestamp = timestampOf(element);
      if (timestamp !== undefined) return new TimestampMicrosecond(timestamp.isAdjustedToUTC ? "UTC" : null);
      return integerOf(element) === "UINT_64" ? new Uint64() : new Int64();
    }
    case "INT96":
      return new TimestampMicrosecond("UTC");
    case "FLOAT":
      return new Float32();
    case "DOUBLE":
      return new Float64();
    case "BYTE_ARRAY":
      return isText(element) ? new Utf8() : new Binary();
    case "FIXED_LEN_BYTE_ARRAY":
      return new FixedSizeBinary(element.type_length!);
    default:
      throw new Error(`"${path.join(".")}" has the unknown physical type ${element.type}`);
  }
}

function canBeDecimal({ type }: SchemaElement): boolean {
  return type === "INT32" || type === "INT64" || type === "BYTE_ARRAY" || type === "FIXED_LEN_BYTE_ARRAY";
}

function isDate(element: SchemaElement): boolean {
  return element.logical_type?.type === "DATE" || element.converted_type === "DATE";
}

function isText(element: SchemaElement): boolean {
  const { logical_type: logical, converted_type: converted } = element;
  if (logical !== undefined) return logical.type === "STRING" || logical.type === "ENUM" || logical.type === "JSON";
  return converted === "UTF8" || converted === "ENUM" || converted === "JSON";
}

/** `INT_8`, `UINT_16`, …, whichever way the element is annotated. */
function integerOf(element: SchemaElement): string | undefined {
  const { logical_type: logical } = element;
  if (logical?.type === "INTEGER") return `${logical.isSigned ? "INT" : "UINT"}_${logical.bitWidth}`;
  return element.converted_type;
}

function int32Type(integer: string | undefined): DataType {
  switch (integer) {
    case "INT_8":
      return new Int8();
    case "INT_16":
      return new Int16();
    case "UINT_8":
      return new Uint8();
    case "UINT_16":
      return new Uint16();
    case "UINT_32":
      return new Uint32();
    default:
      return new Int32();
  }
}
