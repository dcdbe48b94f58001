import { type Data, type DataType, RecordBatch, type Schema, Struct } from "apache-arrow";
import type { ColumnData } from "./column-data.js";
import { newData } from "./new-data.js";

type FixedArray = new (buffer: ArrayBufferLike, offset: number, length: number) => ArrayBufferView;

/** An Arrow column over the arrays of a decoded one, whose type it must have. */
export function toData(type: DataType, column: ColumnData): Data {
  const { length, offsets, values } = column;
  const types = (type.children ?? []) as readonly { readonly type: DataType }[];
  return newData(type, length, column, {
    ...(offsets !== undefined && { offsets }),
    ...(values !== undefined && { values: viewAs(type, values) }),
    children: column.children.map((child, index) => toData(types[index]!.type, child)),
  });
}

/** Columns of so many rows as a batch of their schema. */
export function toRecordBatch(schema: Schema, length: number, columns: readonly ColumnData[]): RecordBatch {
  const children = columns.map((column, index) => toData(schema.fields[index]!.type, column));
  return new RecordBatch(schema, newData(new Struct(schema.fields), length, { nullCount: 0 }, { children }) as never);
}

function viewAs(type: DataType, { buffer, byteOffset, byteLength }: ArrayBufferView): ArrayBufferView {
  const ArrayType = type.ArrayType as FixedArray & { readonly BYTES_PER_ELEMENT: number };
  return new ArrayType(buffer, byteOffset, byteLength / ArrayType.BYTES_PER_ELEMENT);
}
