import { type Data, type DataType, RecordBatch, type Schema, Struct } from "apache-arrow";
import { newData } from "../arrow/new-data.js";
import type { ColumnBuffers } from "./decode/column-buffers.js";
import type { DecodedRows } from "./decode/decoded-rows.js";

/** Makes an Arrow batch of a schema around decoded columns, without copying. */
export function toRecordBatch(schema: Schema, { numRows, columns }: DecodedRows): RecordBatch {
  const children = columns.map((column, i) => toData(schema.fields[i]!.type, column));
  return new RecordBatch(schema, newData(new Struct(schema.fields), numRows, { nullCount: 0 }, { children }) as never);
}

function toData(type: DataType, { length, children, ...buffers }: ColumnBuffers): Data {
  const data = children?.map((child, i) => toData(type.children[i]!.type, child));
  return newData(type, length, buffers, { ...buffers, ...(data !== undefined && { children: data }) });
}
