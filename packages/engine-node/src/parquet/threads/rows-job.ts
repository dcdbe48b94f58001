import type { FileMetaData } from "hyparquet";
import type { TaskResult } from "../../pool/messages.js";
import type { ColumnsJob } from "../javascript/decode-columns.js";
import type { RowsBatch, RowsRequest } from "./rows-request.js";

/** What a worker is asked for, as a job of the decoder. */
export function jobOf({ url, schema, leaves, fields, chunks, start, end, isLast, batchRows }: RowsRequest): ColumnsJob {
  const columns: unknown[] = [];
  for (const { index, meta } of chunks) columns[index] = { meta_data: meta };
  return {
    url,
    metadata: { schema, row_groups: [{ columns, num_rows: BigInt(end) }] } as unknown as FileMetaData,
    rowGroup: 0,
    leaves,
    schema: { fields },
    pieces: [],
    batchRows,
    isSparse: false,
    part: { start, end, chunks, isLast },
  };
}

export function resultOf(value: RowsBatch): TaskResult<RowsBatch> {
  return { value, transfer: [value.buffer], bytes: value.buffer.byteLength };
}
