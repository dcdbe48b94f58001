import { ArrowType, type DataType, DeltaError, variantToJson } from "@asyncdelta/kernel-core";
import type { Data } from "apache-arrow";
import { dateText, timestampWriter } from "./calendar.js";
import { decimalReader } from "./decimal-text.js";
import { listReader, mapReader, structReader } from "./nested-reader.js";
import type { Value } from "./value.js";

/** Reads the value at a position of a column; the position is trusted. */
export type ColumnReader = (index: number) => Value;

/**
 * A reader of exact values for one column of a batch. What depends on the type is decided here, once per batch; Arrow's
 * own getters decide it for every cell, and lose the last digits of decimals and timestamps.
 *
 * @param type the Delta type of the column
 * @param column names the column in errors, dotted when nested
 * @throws DeltaError `TYPE_MISMATCH` if the Arrow type cannot hold the Delta type
 */
export function columnReader(type: DataType, data: Data, column: string): ColumnReader {
  const { nullBitmap, offset } = data;
  if (data.typeId === ArrowType.Null) return () => null;
  const read =
    data.typeId === ArrowType.Dictionary ? dictionaryReader(type, data, column) : plainReader(type, data, column);
  if (nullBitmap === undefined || nullBitmap.length === 0 || data.nullCount === 0) return read;
  return (i) => {
    const bit = offset + i;
    return ((nullBitmap[bit >> 3]! >> (bit & 7)) & 1) === 0 ? null : read(i);
  };
}

function dictionaryReader(type: DataType, data: Data, column: string): ColumnReader {
  const indices = data.values as Int32Array | BigInt64Array;
  const chunks = data.dictionary?.data ?? [];
  if (chunks.length === 1) {
    const read = columnReader(type, chunks[0]!, column);
    return (i) => read(Number(indices[i]));
  }
  const values: Value[] = [];
  for (const chunk of chunks) {
    const read = columnReader(type, chunk, column);
    for (let i = 0; i < chunk.length; i++) values.push(read(i));
  }
  return (i) => values[Number(indices[i])]!;
}

function plainReader(type: DataType, data: Data, column: string): ColumnReader {
  switch (type.kind) {
    case "primitive":
      return primitiveReader(type.name, data, column);
    case "decimal": {
      const arrow = data.type as unknown as { precision: number; scale: number; bitWidth: number };
      if (data.typeId !== ArrowType.Decimal || arrow.scale !== type.scale || arrow.bitWidth !== 128) {
        throw mismatch(`decimal(${type.precision},${type.scale})`, data, column);
      }
      return decimalReader(data.values as Uint32Array, arrow.precision, type.scale);
    }
    case "struct":
      if (data.typeId !== ArrowType.Struct || data.children.length !== type.fields.length) {
        throw mismatch("struct", data, column);
      }
      return structReader(type, data, column);
    case "array":
      if (data.typeId !== ArrowType.List && data.typeId !== ArrowType.LargeList) throw mismatch("array", data, column);
      return listReader(type, data, column);
    case "map":
      if (data.typeId !== ArrowType.Map) throw mismatch("map", data, column);
      return mapReader(type, data, column);
    default:
      return type satisfies never;
  }
}

function primitiveReader(
  name: Extract<DataType, { kind: "primitive" }>["name"],
  data: Data,
  column: string,
): ColumnReader {
  const expect = (holds: boolean): void => {
    if (!holds) throw mismatch(name, data, column);
  };
  switch (name) {
    case "boolean": {
      expect(data.typeId === ArrowType.Bool);
      const bits = data.values as Uint8Array;
      const { offset } = data;
      return (i) => ((bits[(offset + i) >> 3]! >> ((offset + i) & 7)) & 1) === 1;
    }
    case "byte":
    case "short":
    case "integer": {
      expect(data.typeId === ArrowType.Int && !(data.values instanceof BigInt64Array));
      const values = data.values as Int32Array;
      return (i) => values[i]!;
    }
    case "long": {
      expect(data.typeId === ArrowType.Int && data.values instanceof BigInt64Array);
      const values = data.values as BigInt64Array;
      return (i) => values[i]!;
    }
    case "float":
    case "double": {
      expect(data.typeId === ArrowType.Float && !(data.values instanceof Uint16Array));
      const values = data.values as Float64Array;
      return (i) => values[i]!;
    }
    case "string": {
      expect(data.typeId === ArrowType.Utf8 || data.typeId === ArrowType.LargeUtf8);
      const { buffer, byteOffset, byteLength } = data.values as Uint8Array<ArrayBuffer>;
      const bytes = Buffer.from(buffer, byteOffset, byteLength);
      const offsets = data.valueOffsets as Int32Array | BigInt64Array;
      return (i) => bytes.toString("utf8", Number(offsets[i]), Number(offsets[i + 1]));
    }
    case "binary": {
      const values = data.values as Uint8Array;
      if (data.typeId === ArrowType.FixedSizeBinary) {
        const width = data.stride;
        return (i) => values.subarray(i * width, (i + 1) * width);
      }
      expect(data.typeId === ArrowType.Binary || data.typeId === ArrowType.LargeBinary);
      const offsets = data.valueOffsets as Int32Array | BigInt64Array;
      return (i) => values.subarray(Number(offsets[i]), Number(offsets[i + 1]));
    }
    case "date": {
      expect(data.typeId === ArrowType.Date && data.values instanceof Int32Array);
      const days = data.values as Int32Array;
      return (i) => dateText(days[i]!);
    }
    case "timestamp":
    case "timestamp_ntz": {
      // Unit 2 of Arrow's TimeUnit is the microsecond.
      expect(data.typeId === ArrowType.Timestamp && (data.type as unknown as { unit: number }).unit === 2);
      const micros = data.values as BigInt64Array;
      const text = timestampWriter(name === "timestamp" ? "Z" : "");
      return (i) => text(micros[i]!);
    }
    case "variant":
      expect(data.typeId === ArrowType.Struct && data.children.length === 2);
      return variantReader(data, column);
    case "void":
      throw mismatch(name, data, column);
    default:
      return name satisfies never;
  }
}

function variantReader(data: Data, column: string): ColumnReader {
  const binary = { kind: "primitive", name: "binary" } as const;
  const readMetadata = columnReader(binary, data.children[0]!, `${column}.metadata`);
  const readValue = columnReader(binary, data.children[1]!, `${column}.value`);
  return (i) => variantToJson(readMetadata(i) as Uint8Array, readValue(i) as Uint8Array);
}

function mismatch(type: string, data: Data, column: string): DeltaError {
  return new DeltaError("TYPE_MISMATCH", `Column ${column} is a ${type}, but its batch holds Arrow's ${data.type}.`, {
    column,
  });
}
