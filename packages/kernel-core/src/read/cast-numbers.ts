import type { DataType as ArrowType, Data } from "apache-arrow";
import { newData, validityOf } from "./new-data.js";

type SmallIntegers = Int8Array | Int16Array | Int32Array | Uint8Array | Uint16Array | Uint32Array;

/** The first `count` integers in the wider array of `target`. */
export function widenIntegers(values: SmallIntegers, count: number, target: ArrowType): ArrayBufferView {
  const wide = new target.ArrayType(count);
  if (!(wide instanceof BigInt64Array)) {
    wide.set(values.subarray(0, count));
    return wide;
  }
  // Word by word, without a bigint for each.
  const words = new Int32Array(wide.buffer);
  for (let row = 0; row < count; row++) {
    const value = values[row]!;
    words[2 * row] = value;
    words[2 * row + 1] = value < 0 ? -1 : 0;
  }
  return wide;
}

/** A column of fewer bits; `undefined` if a value needs more. */
export function narrowIntegers(target: ArrowType, data: Data): Data | undefined {
  const values = data.values as SmallIntegers;
  const narrow = new target.ArrayType(data.length) as Int8Array | Int16Array;
  for (let row = 0; row < data.length; row++) {
    narrow[row] = values[row]!;
    if (narrow[row] !== values[row] && data.getValid(row)) return undefined;
  }
  return newData(target, data.length, { values: narrow, validity: validityOf(data) });
}

/** The first `count` numbers as doubles. */
export function widenToDouble(values: SmallIntegers | Float32Array, count: number): Float64Array {
  return new Float64Array(values.subarray(0, count));
}

/** The first `count` days as the microseconds at which they begin. */
export function widenDates(days: Int32Array, count: number): BigInt64Array {
  return BigInt64Array.from({ length: count }, (_, row) => BigInt(days[row]!) * 86_400_000_000n);
}
