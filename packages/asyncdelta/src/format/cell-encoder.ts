import type { StructType } from "@asyncdelta/kernel-core";
import type { RecordBatch } from "apache-arrow";
import { columnReader } from "../rows/column-reader.js";
import { cellWriter, isNumeric, isTime } from "../text/cell-text.js";
import type { BatchEncoder } from "./batch-encoder.js";
import type { CellColumn, CellFormat, Cells } from "./cell-format.js";

/** The columns of a schema, as a cell format wants them. */
export function cellColumns(schema: StructType): CellColumn[] {
  return schema.fields.map((field) => ({
    name: field.name,
    numeric: isNumeric(field.type),
    rigid: isTime(field.type),
  }));
}

/** Batches through a format made of text cells. */
export function cellEncoder(schema: StructType, format: CellFormat): BatchEncoder {
  const writers = schema.fields.map((field) => cellWriter(field.type));
  function* rows(batch: RecordBatch): Generator<Cells> {
    const readers = schema.fields.map((field, i) => columnReader(field.type, batch.data.children[i]!, field.name));
    for (let i = 0; i < batch.numRows; i++) {
      yield writers.map((write, c) => write(readers[c]!(i)));
    }
  }
  return {
    *start() {
      yield format.start();
    },
    batch: (batch) => format.rows(rows(batch)),
    *end() {
      yield format.end();
    },
    torn: () => format.torn(),
  };
}
