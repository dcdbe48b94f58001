import type { Data, RecordBatch } from "apache-arrow";
import type { DecodedBatch } from "../wasm-request.js";
import { packColumns } from "./pack-columns.js";

/** Copies the columns of a batch into one buffer, as `recordBatch` reads them. They must begin at the start of their buffers. */
export function packBatch({ numRows, data }: RecordBatch): DecodedBatch {
  return packColumns(numRows, data.children.map(columnOf));
}

type Column = Parameters<typeof packColumns>[1][number];

function columnOf({ length, nullCount, nullBitmap, valueOffsets, values, children }: Data): Column {
  return {
    length,
    nullCount,
    ...(nullBitmap != null && { nullBitmap }),
    ...(valueOffsets != null && { offsets: valueOffsets as Int32Array }),
    ...(values != null && { values: values as ArrayBufferView }),
    children: children.map(columnOf),
  };
}
