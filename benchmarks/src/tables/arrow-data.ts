import {
  Bool,
  type Data,
  type DataType,
  DateDay,
  Decimal,
  type Field,
  Float64,
  Int32,
  Int64,
  type Map_,
  makeData,
  Struct,
  TimestampMicrosecond,
  Utf8,
} from "apache-arrow";

/** Columns of Arrow from rows, built straight into their memory. */

export function utf8Data<T>(rows: readonly T[], get: (row: T) => string): Data<Utf8> {
  const valueOffsets = new Int32Array(rows.length + 1);
  let bytes = Buffer.allocUnsafe(Math.max(1024, rows.length * 64));
  let end = 0;
  for (const [i, row] of rows.entries()) {
    const text = get(row);
    if (end + text.length * 3 > bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(bytes.length * 2, end + text.length * 3));
      bytes.copy(larger, 0, 0, end);
      bytes = larger;
    }
    end += bytes.write(text, end, "utf8");
    valueOffsets[i + 1] = end;
  }
  return makeData({ type: new Utf8(), length: rows.length, nullCount: 0, valueOffsets, data: bytes.subarray(0, end) });
}

export function int64Data<T>(rows: readonly T[], get: (row: T) => number): Data<Int64> {
  const data = BigInt64Array.from(rows, (row) => BigInt(get(row)));
  return makeData({ type: new Int64(), length: rows.length, nullCount: 0, data });
}

export function int32Data<T>(rows: readonly T[], get: (row: T) => number): Data<Int32> {
  return makeData({ type: new Int32(), length: rows.length, nullCount: 0, data: Int32Array.from(rows, get) });
}

export function doubleData<T>(rows: readonly T[], get: (row: T) => number): Data<Float64> {
  return makeData({ type: new Float64(), length: rows.length, nullCount: 0, data: Float64Array.from(rows, get) });
}

/** Days since 1970-01-01. */
export function dateData<T>(rows: readonly T[], get: (row: T) => number): Data<DateDay> {
  return makeData({ type: new DateDay(), length: rows.length, nullCount: 0, data: Int32Array.from(rows, get) });
}

/** Milliseconds since 1970-01-01 UTC. */
export function timeData<T>(rows: readonly T[], get: (row: T) => number): Data<TimestampMicrosecond> {
  const data = BigInt64Array.from(rows, (row) => BigInt(get(row)) * 1000n);
  return makeData({ type: new TimestampMicrosecond("UTC"), length: rows.length, nullCount: 0, data });
}

/** Hundredths, as `decimal(18,2)`. */
export function decimalData<T>(rows: readonly T[], get: (row: T) => number): Data<Decimal> {
  const data = new BigInt64Array(rows.length * 2);
  for (const [i, row] of rows.entries()) {
    const value = BigInt(get(row));
    data[2 * i] = value;
    data[2 * i + 1] = value < 0n ? -1n : 0n;
  }
  return makeData({
    type: new Decimal(2, 18, 128),
    length: rows.length,
    nullCount: 0,
    data: new Uint32Array(data.buffer),
  });
}

export function boolData(length: number, value: boolean): Data<Bool> {
  const data = new Uint8Array(Math.ceil(length / 8)).fill(value ? 0xff : 0);
  return makeData({ type: new Bool(), length, nullCount: 0, data });
}

export function structData(fields: readonly Field[], children: readonly Data[], length: number): Data<Struct> {
  return makeData({ type: new Struct([...fields]), length, nullCount: 0, children: [...children] });
}

/** A map with the same keys in every row. */
export function mapData(type: Map_<Utf8, Utf8>, keys: readonly string[], values: Data<Utf8>, rows: number): Data<Map_> {
  const valueOffsets = Int32Array.from({ length: rows + 1 }, (_, i) => i * keys.length);
  const names = utf8Data(
    Array.from({ length: rows * keys.length }, (_, i) => keys[i % keys.length]!),
    (name) => name,
  );
  const entries = structData((type.children[0]!.type as Struct).children, [names, values], rows * keys.length);
  return makeData({ type, length: rows, nullCount: 0, valueOffsets, child: entries as never });
}

/** Nothing but nulls, of any type that checkpoints have. */
export function nullData(type: DataType, length: number): Data {
  const nulls = { length, nullCount: length, nullBitmap: new Uint8Array(Math.ceil(length / 8)) };
  const children = type.children?.map((field) => field.type as DataType) ?? [];
  switch (type.typeId) {
    case 5: // Utf8
      return makeData({
        type: type as Utf8,
        ...nulls,
        valueOffsets: new Int32Array(length + 1),
        data: new Uint8Array(0),
      });
    case 6: // Bool
      return makeData({ type: type as Bool, ...nulls, data: new Uint8Array(Math.ceil(length / 8)) });
    case 12: // List
    case 17: // Map
      return makeData({
        type: type as Map_,
        ...nulls,
        valueOffsets: new Int32Array(length + 1),
        child: emptyData(children[0]!) as never,
      });
    case 13: // Struct
      return makeData({ type: type as Struct, ...nulls, children: children.map((child) => nullData(child, length)) });
    default: {
      const values = (type as Int32).ArrayType as unknown as new (size: number) => Int32Array;
      const stride = type.typeId === 7 ? 4 : 1; // Decimal
      return makeData({ type: type as Int32, ...nulls, data: new values(length * stride) });
    }
  }
}

function emptyData(type: DataType): Data {
  return nullData(type, 0);
}
