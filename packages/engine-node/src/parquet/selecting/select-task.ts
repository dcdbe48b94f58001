import { openSelection } from "@asyncdelta/kernel-core";
import type { FileMetaData } from "hyparquet";
import type { Task } from "../../pool/tasks.js";
import type { DecodeJob } from "../decoder.js";
import { keepLeaves, keyOf } from "../javascript/decode-row-group.js";
import { decodeSelected } from "../javascript/decode-selected.js";
import { arrowSchema } from "../schema/arrow-schema.js";
import { readSchema } from "../schema/read-schema.js";
import { packBatch } from "./pack-batch.js";
import type { SelectedBatch, SelectRequest } from "./select-request.js";

/**
 * Decodes the wanted rows of a window in a worker. Most of what is in a column need not be decoded then, which plain JavaScript
 * can leave out and parquet-wasm cannot.
 */
export const selectRows: Task<SelectRequest, SelectedBatch> = async function* (request, { signal }) {
  for await (const { start, batch, rows } of decodeSelected(
    jobOf(request),
    await openSelection(request.selection),
    signal,
  )) {
    const value = { ...packBatch(batch), start, rows };
    yield { value, transfer: [value.buffer], bytes: value.buffer.byteLength };
  }
};

function jobOf({ url, schema, leaves, chunks, start, end, batchRows, selection }: SelectRequest): DecodeJob {
  const columns: unknown[] = [];
  for (const { index, meta } of chunks) columns[index] = { meta_data: meta };
  const root = readSchema(schema);
  return {
    url,
    fileSize: 0,
    footer: new Uint8Array(0),
    metadata: { schema, row_groups: [{ columns, num_rows: BigInt(end) }] } as unknown as FileMetaData,
    rowGroup: 0,
    leaves,
    schema: arrowSchema({ ...root, children: keepLeaves(root.children, new Set(leaves.map(keyOf))) }),
    pieces: [],
    batchRows,
    isSparse: false,
    selection,
    part: { start, end, chunks },
  };
}
