import type { Task } from "../pool/tasks.js";
import { memoryOf } from "./decode/column-buffers.js";
import { type DecodedRows, decodeLines, type LinesEnd } from "./decode/decode-lines.js";
import type { JsonShape } from "./decode/json-shape.js";

/** What a worker needs to decode a block of lines. */
export interface JsonRequest {
  readonly bytes: Uint8Array;
  readonly shapes: readonly JsonShape[];
  readonly batchRows: number;
}

/** Rows, and at the end how it ended. */
export type JsonResult = { readonly rows: DecodedRows } | { readonly end: LinesEnd };

/** Decodes a block of lines in a worker. */
export const decodeJson: Task<JsonRequest, JsonResult> = async function* ({ bytes, shapes, batchRows }) {
  const batches = decodeLines(bytes, shapes, batchRows);
  let next = batches.next();
  for (; !next.done; next = batches.next()) {
    const transfer = next.value.columns.flatMap((column) => memoryOf(column));
    const size = transfer.reduce((sum, { byteLength }) => sum + byteLength, 0);
    yield { value: { rows: next.value }, transfer, bytes: size };
  }
  yield { value: { end: next.value }, transfer: [], bytes: 0 };
};
