import { toRecordBatch } from "../../arrow/to-data.js";
import type { DecodedRows, DecodeJob } from "../decoder.js";
import { decodeColumns } from "./decode-columns.js";

/** Decodes a row group to Arrow batch by batch. */
export async function* decodeRowGroup(job: DecodeJob, signal: AbortSignal | undefined): AsyncGenerator<DecodedRows> {
  for await (const { start, length, columns } of decodeColumns(job, signal)) {
    yield { start, batch: toRecordBatch(job.schema, length, columns) };
  }
}
