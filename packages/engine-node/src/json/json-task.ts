import type { RowSelection } from "@asyncdelta/kernel-core";
import type { Task } from "../pool/tasks.js";
import { memoryOf } from "./decode/column-buffers.js";
import type { DecodedRows, LinesEnd } from "./decode/decoded-rows.js";
import type { JsonShape } from "./decode/json-shape.js";
import { LineDecoder } from "./line-decoder.js";

/** What a worker needs to decode a block of lines. */
export interface JsonRequest {
  readonly parts: readonly Uint8Array[];
  readonly shapes: readonly JsonShape[];
  readonly batchRows: number;
  readonly selection?: RowSelection | undefined;
}

/** Rows, and at the end how it ended. */
export type JsonResult = { readonly rows: DecodedRows } | { readonly end: LinesEnd };

/** Decodes a block of lines in a worker. */
export const decodeJson: Task<JsonRequest, JsonResult> = async function* (request) {
  const batches = (await decoderFor(request)).decode(request.parts);
  let next = batches.next();
  for (; !next.done; next = batches.next()) {
    const transfer = [...memoryOf(next.value.columns)];
    const size = transfer.reduce((sum, { byteLength }) => sum + byteLength, 0);
    yield { value: { rows: next.value }, transfer, bytes: size };
  }
  yield { value: { end: next.value }, transfer: [], bytes: 0 };
};

/** The blocks of a file come one after the other: the memory that one has grown serves the next. */
let last: { readonly key: string; readonly decoder: LineDecoder } | undefined;

async function decoderFor({ shapes, batchRows, selection }: JsonRequest): Promise<LineDecoder> {
  const key = JSON.stringify([shapes, batchRows, selection]);
  if (last?.key === key) return last.decoder;
  const gated = selection && (await (await import("./row-gate.js")).openGate(selection, shapes));
  const decoder = new LineDecoder(gated?.shapes ?? shapes, batchRows, gated?.gate);
  last = { key, decoder };
  return decoder;
}
