import { type DataType as ArrowType, type Data, DateUnit, Precision, TimeUnit, Type } from "apache-arrow";
import type { DataType, DecimalType } from "../schema/types.js";
import { fixedToBinary, isUtf8 } from "./cast-bytes.js";
import { narrowIntegers, widenDates, widenIntegers, widenToDouble } from "./cast-numbers.js";
import { integersToDecimals, scaleDecimals } from "./decimal-words.js";
import { newData, validityOf } from "./new-data.js";

/**
 * Turns a column of a file into the column of the table; `undefined` for a column that holds a value which the table's
 * type has not.
 */
export type Cast = (data: Data) => Data | undefined;

/**
 * How a leaf of a file becomes a column of the table's type; `undefined` if it cannot. What differs is the physical form
 * (PROTOCOL.md, "Delta Data Type to Parquet Type Mappings") or a type that was widened since the file was written
 * ("Type Widening").
 */
export function castLeaf(type: DataType, target: ArrowType, source: ArrowType): Cast | undefined {
  if (type.kind === "decimal") return castDecimal(type, target, source);
  if (type.kind !== "primitive") return undefined;
  const retype: Cast = (data) => data.clone(target);
  switch (type.name) {
    case "boolean":
      return source.typeId === Type.Bool ? retype : undefined;
    case "byte":
      return castInteger(8, target, source);
    case "short":
      return castInteger(16, target, source);
    case "integer":
      return castInteger(32, target, source);
    case "long":
      return castInteger(64, target, source);
    case "float":
      return floatWidth(source) === 32 ? retype : undefined;
    case "double":
      if (floatWidth(source) === 64) return retype;
      return floatWidth(source) === 32 || signedWidth(source) <= 32 ? fromValues(target, widenToDouble) : undefined;
    case "string":
      if (source.typeId === Type.Utf8) return retype;
      // Strings of writers that leave out the annotation.
      return source.typeId === Type.Binary ? (data) => (isUtf8(data) ? data.clone(target) : undefined) : undefined;
    case "binary":
      if (source.typeId === Type.Binary || source.typeId === Type.Utf8) return retype;
      return source.typeId === Type.FixedSizeBinary ? (data) => fixedToBinary(target, data) : undefined;
    case "date":
      return isDays(source) ? retype : undefined;
    case "timestamp":
      return isMicroseconds(source) ? retype : undefined;
    case "timestamp_ntz":
      if (isMicroseconds(source)) return retype;
      return isDays(source) ? fromValues(target, widenDates) : undefined;
    case "variant":
    case "void":
      return undefined;
  }
}

function castInteger(bits: number, target: ArrowType, source: ArrowType): Cast | undefined {
  if (source.typeId !== Type.Int) return undefined;
  const { bitWidth, isSigned } = source as ArrowType & { bitWidth: number; isSigned: boolean };
  if (isSigned && bitWidth === bits) return (data) => data.clone(target);
  if (bitWidth < bits) return fromValues(target, (values, count) => widenIntegers(values, count, target));
  // A byte or a short without its annotation is 32 bits wide.
  if (isSigned && bitWidth <= 32) return (data) => narrowIntegers(target, data);
  return undefined;
}

function castDecimal(type: DecimalType, target: ArrowType, source: ArrowType): Cast | undefined {
  const digits = type.precision - type.scale;
  if (source.typeId === Type.Decimal) {
    const { precision, scale, bitWidth } = source as ArrowType & { precision: number; scale: number; bitWidth: number };
    if (bitWidth !== 128 || scale > type.scale || precision - scale > digits) return undefined;
    if (scale === type.scale) return (data) => data.clone(target);
    return fromValues(target, (values, count) => scaleDecimals(values as never, count, type.scale - scale));
  }
  if (digits < (INTEGER_DIGITS[signedWidth(source)] ?? Number.POSITIVE_INFINITY)) return undefined;
  return fromValues(target, (values, count) => integersToDecimals(values as never, count, type.scale));
}

/** Digits that a decimal must have before its point to hold an integer of so many bits, as type widening has it. */
const INTEGER_DIGITS: Readonly<Record<number, number>> = { 8: 3, 16: 5, 32: 10, 64: 20 };

/** A cast that makes new values of all the old ones, those of null rows included. */
function fromValues(target: ArrowType, make: (values: never, count: number) => ArrayBufferView): Cast {
  return (data) => {
    const values = make(data.values as never, data.length);
    return newData(target, data.length, { values, validity: validityOf(data) });
  };
}

/** Bits of a signed integer, infinite for anything else. */
function signedWidth(type: ArrowType): number {
  if (type.typeId !== Type.Int) return Number.POSITIVE_INFINITY;
  const { bitWidth, isSigned } = type as ArrowType & { bitWidth: number; isSigned: boolean };
  return isSigned ? bitWidth : Number.POSITIVE_INFINITY;
}

function floatWidth(type: ArrowType): number | undefined {
  if (type.typeId !== Type.Float) return undefined;
  const { precision } = type as ArrowType & { precision: Precision };
  return precision === Precision.DOUBLE ? 64 : precision === Precision.SINGLE ? 32 : undefined;
}

function isDays(type: ArrowType): boolean {
  return type.typeId === Type.Date && (type as ArrowType & { unit: DateUnit }).unit === DateUnit.DAY;
}

/** Of whatever zone: what a writer says about it is not always so, and the values are those of UTC. */
function isMicroseconds(type: ArrowType): boolean {
  return type.typeId === Type.Timestamp && (type as ArrowType & { unit: TimeUnit }).unit === TimeUnit.MICROSECOND;
}
