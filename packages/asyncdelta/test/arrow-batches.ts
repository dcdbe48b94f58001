import type { DataType as DeltaType, StructType } from "@asyncdelta/kernel-core";
import * as arrow from "apache-arrow";

const primitive = (name: string): DeltaType => ({ kind: "primitive", name }) as DeltaType;
/** Types by their names, to keep tests short. */
export const T = {
  boolean: primitive("boolean"),
  byte: primitive("byte"),
  short: primitive("short"),
  integer: primitive("integer"),
  long: primitive("long"),
  float: primitive("float"),
  double: primitive("double"),
  string: primitive("string"),
  binary: primitive("binary"),
  date: primitive("date"),
  timestamp: primitive("timestamp"),
  timestampNtz: primitive("timestamp_ntz"),
  variant: primitive("variant"),
  void: primitive("void"),
  decimal: (precision: number, scale: number): DeltaType => ({ kind: "decimal", precision, scale }),
  array: (element: DeltaType): DeltaType => ({ kind: "array", element, containsNull: true }),
  map: (key: DeltaType, value: DeltaType): DeltaType => ({ kind: "map", key, value, valueContainsNull: true }),
};

export function struct(fields: Record<string, DeltaType>): StructType {
  return {
    kind: "struct",
    fields: Object.entries(fields).map(([name, type]) => ({ name, type, nullable: true, metadata: {} })),
  };
}

/** The bits of a validity bitmap; `undefined` for values that are all there. */
function validity(values: readonly unknown[]): Uint8Array | undefined {
  if (!values.includes(null)) return undefined;
  const bits = new Uint8Array((values.length >> 3) + 1);
  values.forEach((value, i) => {
    if (value !== null) bits[i >> 3]! |= 1 << (i & 7);
  });
  return bits;
}

/** 128-bit little-endian words, as Arrow has decimals. */
export function decimals(precision: number, scale: number, unscaled: readonly (bigint | null)[]): arrow.Data {
  const words = new Uint32Array(unscaled.length * 4);
  unscaled.forEach((value, i) => {
    for (let w = 0; w < 4; w++) words[i * 4 + w] = Number(BigInt.asUintN(32, (value ?? 0n) >> BigInt(32 * w)));
  });
  const nullBitmap = validity(unscaled);
  return arrow.makeData({
    type: new arrow.Decimal(scale, precision, 128),
    data: words,
    ...(nullBitmap && { nullBitmap }),
  });
}

export function int64(type: arrow.DataType, values: readonly (bigint | null)[]): arrow.Data {
  const nullBitmap = validity(values);
  const data = BigInt64Array.from(values, (value) => value ?? 0n);
  return arrow.makeData({ type: type as arrow.Int64, data, ...(nullBitmap && { nullBitmap }) });
}

export function days(values: readonly (number | null)[]): arrow.Data {
  const nullBitmap = validity(values);
  const data = Int32Array.from(values, (value) => value ?? 0);
  return arrow.makeData({ type: new arrow.DateDay(), data, ...(nullBitmap && { nullBitmap }) });
}

/** A column from JavaScript values, by apache-arrow's own builders. */
export function column(type: arrow.DataType, values: readonly unknown[]): arrow.Data {
  return arrow.vectorFromArray(values as unknown[], type).data[0]!;
}

export function batch(columns: Record<string, arrow.Data>): arrow.RecordBatch {
  const fields = Object.entries(columns).map(([name, data]) => new arrow.Field(name, data.type, true));
  const children = Object.values(columns);
  const length = children[0]?.length ?? 0;
  const type = new arrow.Struct(fields);
  return new arrow.RecordBatch(new arrow.Schema(fields), arrow.makeData({ type, children, length, nullCount: 0 }));
}

export const UTC_MICROS = new arrow.Timestamp(arrow.TimeUnit.MICROSECOND, "UTC");
export const LOCAL_MICROS = new arrow.Timestamp(arrow.TimeUnit.MICROSECOND);
