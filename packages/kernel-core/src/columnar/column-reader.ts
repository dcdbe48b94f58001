import type { Data } from "apache-arrow";
import type { JsonValue } from "../engine/json.js";
import { ArrowType } from "./arrow-type.js";
import { utf8Reader } from "./utf8-reader.js";

/** Reads one row of a column as the JSON value that a log line would have there; int64 as `bigint`. */
export type ColumnReader = (row: number) => JsonValue;

/** Child columns by name. */
export function structChildren(data: Data): Map<string, Data> {
  const names = data.type.children as readonly { readonly name: string }[];
  return new Map(names.map((field, i) => [field.name, data.children[i]!]));
}

/** A reader for a column of the types that logs are made of; others read as null. */
export function columnReader(data: Data): ColumnReader {
  const read = valueReader(data);
  if (data.nullCount === 0) return read;
  return (row) => (data.getValid(row) ? read(row) : null);
}

function valueReader(data: Data): ColumnReader {
  const { values, valueOffsets: offsets } = data;
  switch (data.typeId as number) {
    case ArrowType.Utf8:
      return utf8Reader(data);
    case ArrowType.Int:
    case ArrowType.Float:
      return (row) => values[row];
    case ArrowType.Bool:
      return (row) => ((values[(data.offset + row) >> 3] >> ((data.offset + row) & 7)) & 1) === 1;
    case ArrowType.Struct:
      return structReader(data);
    case ArrowType.List: {
      const element = columnReader(data.children[0]!);
      return (row) => {
        const list: JsonValue[] = [];
        for (let i = offsets[row]!; i < offsets[row + 1]!; i++) list.push(element(i));
        return list;
      };
    }
    case ArrowType.Map: {
      const [keys, items] = data.children[0]!.children;
      const [key, value] = [columnReader(keys!), columnReader(items!)];
      return (row) => {
        const map: Record<string, JsonValue> = {};
        for (let i = offsets[row]!; i < offsets[row + 1]!; i++) define(map, String(key(i)), value(i));
        return map;
      };
    }
    default:
      return () => null;
  }
}

function structReader(data: Data): ColumnReader {
  const readers = [...structChildren(data)].map(([name, child]) => [name, columnReader(child)] as const);
  return (row) => {
    const object: Record<string, JsonValue> = {};
    for (const [name, read] of readers) {
      const value = read(row);
      if (value !== null) define(object, name, value);
    }
    return object;
  };
}

/** Sets a key of any name, `__proto__` too. */
function define(object: Record<string, JsonValue>, key: string, value: JsonValue): void {
  if (key === "__proto__")
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  else object[key] = value;
}
