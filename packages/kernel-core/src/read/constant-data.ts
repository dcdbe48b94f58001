import { type DataType as ArrowType, type Data, Type } from "apache-arrow";
import { DeltaError } from "../errors.js";
import { writeDecimal } from "./decimal-words.js";
import { bitmapBytes, newData } from "./new-data.js";
import { nullData } from "./null-data.js";
import type { PartitionValue } from "./partition-value.js";

/** A column of one value, `length` times. The value is of the form that {@link PartitionValue} lays down for its type. */
export function constantData(type: ArrowType, value: PartitionValue, length: number): Data {
  if (value === null) return nullData(type, length);
  switch (type.typeId) {
    case Type.Bool:
      return newData(type, length, { values: new Uint8Array(bitmapBytes(length)).fill(value ? 0xff : 0) });
    case Type.Decimal: {
      const words = new Uint32Array(length * 4);
      if (length > 0) writeDecimal(words, 0, value as bigint);
      return newData(type, length, { values: repeat(words, 4) });
    }
    case Type.Utf8:
      return constantBytes(type, new TextEncoder().encode(value as string), length);
    case Type.Binary:
      return constantBytes(type, value as Uint8Array, length);
    default:
      // Numbers for the types of up to 32 bits and for floats, bigints for those of 64.
      return newData(type, length, { values: new type.ArrayType(length).fill(value) });
  }
}

function constantBytes(type: ArrowType, bytes: Uint8Array, length: number): Data {
  if (bytes.length * length > MOST_BYTES) {
    const message = `A partition value of ${bytes.length} bytes does not fit ${length} times into one batch: use a smaller batchRows.`;
    throw new DeltaError("INVALID_ARGUMENT", message);
  }
  const values = new Uint8Array(bytes.length * length);
  if (length > 0) values.set(bytes);
  const offsets = new Int32Array(length + 1);
  for (let row = 1; row <= length; row++) offsets[row] = row * bytes.length;
  return newData(type, length, { offsets, values: repeat(values, bytes.length) });
}

/** Fills an array with copies of its first `unit` elements. */
function repeat<T extends Uint8Array | Uint32Array>(array: T, unit: number): T {
  for (let filled = unit; filled > 0 && filled < array.length; filled *= 2) array.copyWithin(filled, 0, filled);
  return array;
}

/** Offsets are signed 32-bit numbers. */
const MOST_BYTES = 2 ** 31 - 1;
