import { type Data, type DataType, type Field, type RecordBatch, Type } from "apache-arrow";

/**
 * The values of an Arrow column in a plain form that JSON holds, read from its buffers rather than through arrow's
 * getters, which lose microseconds: numbers up to 32 bits and finite floats as they are; 64-bit integers, timestamps
 * (microseconds) and decimals (unscaled) as digits; other floats by name; bytes as hex; a struct as the list of its
 * members; a map as pairs.
 */
export function plainValues(data: Data): unknown[] {
  const values: unknown[] = [];
  for (let i = 0; i < data.length; i++) values.push(isValid(data, i) ? plainValue(data, i) : null);
  return values;
}

function isValid(data: Data, index: number): boolean {
  if (data.nullCount === 0) return true;
  const bit = data.offset + index;
  return ((data.nullBitmap[bit >> 3]! >> (bit & 7)) & 1) === 1;
}

function plainValue(data: Data, at: number): unknown {
  const { values, valueOffsets, children } = data;
  const bytes = values as unknown as Uint8Array;
  switch (data.type.typeId as Type) {
    case Type.Bool: {
      // A slice cuts every buffer but bits.
      const bit = data.offset + at;
      return ((bytes[bit >> 3]! >> (bit & 7)) & 1) === 1;
    }
    case Type.Int:
    case Type.Date:
    case Type.Timestamp: {
      const value = (values as unknown as Int32Array | BigInt64Array)[at]!;
      return typeof value === "bigint" ? String(value) : value;
    }
    case Type.Float: {
      const value = (values as unknown as Float64Array)[at]!;
      return Number.isFinite(value) && !Object.is(value, -0) ? value : Object.is(value, -0) ? "-0" : String(value);
    }
    case Type.Decimal: {
      const words = (values as unknown as Uint32Array).subarray(at * 4, at * 4 + 4);
      const unsigned = words.reduceRight((sum, word) => (sum << 32n) | BigInt(word), 0n);
      return String(BigInt.asIntN(128, unsigned));
    }
    case Type.Utf8:
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
        bytes.subarray(valueOffsets[at], valueOffsets[at + 1]),
      );
    case Type.Binary:
      return Buffer.from(bytes.subarray(valueOffsets[at], valueOffsets[at + 1])).toString("hex");
    case Type.FixedSizeBinary: {
      const { byteWidth } = data.type as DataType & { byteWidth: number };
      return Buffer.from(bytes.subarray(at * byteWidth, (at + 1) * byteWidth)).toString("hex");
    }
    case Type.Struct:
      return children.map((child) => plainValues(child.slice(at, 1))[0]);
    case Type.List:
      return plainValues(children[0]!.slice(valueOffsets[at]!, valueOffsets[at + 1]! - valueOffsets[at]!));
    case Type.Map:
      return plainValues(children[0]!.slice(valueOffsets[at]!, valueOffsets[at + 1]! - valueOffsets[at]!));
    case Type.Null:
      return null;
    default:
      throw new Error(`no plain form for ${data.type}`);
  }
}

/** The rows of batches: for each column its values. */
export function plainColumns(batches: readonly RecordBatch[]): unknown[][] {
  const columns: unknown[][] = (batches[0]?.schema.fields ?? []).map(() => []);
  for (const batch of batches) {
    for (const [index, child] of batch.data.children.entries()) columns[index]!.push(...plainValues(child));
  }
  return columns;
}

/** A type with the names and nullability (`?`) of everything below it. */
export function typeText(type: DataType): string {
  const inside = (fields: readonly Field[]) =>
    fields.map(({ name, type, nullable }) => `${name}: ${typeText(type)}${nullable ? "?" : ""}`).join(", ");
  switch (type.typeId as Type) {
    case Type.Struct:
      return `Struct<${inside(type.children)}>`;
    case Type.List:
      return `List<${inside(type.children)}>`;
    case Type.Map:
      return `Map<${inside((type.children[0]!.type as DataType).children)}>`;
    default:
      return String(type);
  }
}
