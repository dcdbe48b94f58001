import { type ArrayType, DeltaError, type MapType, type StructType } from "@asyncdelta/kernel-core";
import type { Data } from "apache-arrow";
import { type ColumnReader, columnReader } from "./column-reader.js";
import type { StructValue, Value } from "./value.js";

/** Reads structs as objects. The children of `data` start where it starts. */
export function structReader(type: StructType, data: Data, column: string): (index: number) => StructValue {
  const names = type.fields.map((field) => field.name);
  const readers = type.fields.map((field, i) =>
    columnReader(field.type, data.children[i]!, column === "" ? field.name : `${column}.${field.name}`),
  );
  const count = names.length;
  // Plain assignment to this one name would set the prototype and lose the value.
  if (names.includes("__proto__")) {
    return (i) => Object.fromEntries(names.map((name, c) => [name, readers[c]!(i)])) as StructValue;
  }
  return (i) => {
    const struct: Record<string, Value> = {};
    for (let c = 0; c < count; c++) struct[names[c]!] = readers[c]!(i);
    return struct;
  };
}

/** Reads lists as arrays. Offsets count from the start of the child, also in a slice. */
export function listReader(type: ArrayType, data: Data, column: string): ColumnReader {
  const offsets = data.valueOffsets as Int32Array | BigInt64Array;
  const read = columnReader(type.element, data.children[0]!, `${column}.element`);
  return (i) => {
    const start = Number(offsets[i]);
    const length = Number(offsets[i + 1]) - start;
    const list: Value[] = new Array(length);
    for (let k = 0; k < length; k++) list[k] = read(start + k);
    return list;
  };
}

/** Reads maps as `Map`s. */
export function mapReader(type: MapType, data: Data, column: string): ColumnReader {
  const offsets = data.valueOffsets as Int32Array;
  const entries = data.children[0]!;
  const readKey = columnReader(type.key, entries.children[0]!, `${column}.key`);
  const readValue = columnReader(type.value, entries.children[1]!, `${column}.value`);
  return (i) => {
    const map = new Map<Value, Value>();
    const end = offsets[i + 1]!;
    for (let k = offsets[i]!; k < end; k++) map.set(readKey(k), readValue(k));
    if (map.size !== end - offsets[i]!) {
      throw new DeltaError("VALUE_INVALID", `A map of column ${column} has one key twice: read its Arrow batches.`, {
        column,
      });
    }
    return map;
  };
}
