import { openSelection } from "@asyncdelta/kernel-core";
import type { Task } from "../../pool/tasks.js";
import { keepLeaves, keyOf } from "../javascript/decode-columns.js";
import { decodeSelected } from "../javascript/decode-selected.js";
import { arrowSchema } from "../schema/arrow-schema.js";
import { readSchema } from "../schema/read-schema.js";
import { packBatch } from "./pack-batch.js";
import { jobOf, resultOf } from "./rows-job.js";
import type { RowsBatch, RowsRequest } from "./rows-request.js";

/** Nobody waits for a turn here, and each batch that is sent costs both threads the same, be it ever so small. */
const MOST_LOOKED = 256 * 1024;

/** Decodes the wanted rows of a window in a worker: most of what is in other columns need not be decoded then. */
export const selectRows: Task<RowsRequest, RowsBatch> = async function* (request, { signal }) {
  const { schema, leaves, selection } = request;
  const root = readSchema(schema);
  const arrow = arrowSchema({ ...root, children: keepLeaves(root.children, new Set(leaves.map(keyOf))) });
  const steps = await openSelection(selection!);
  const mostLooked = selection!.kind === "rows" ? MOST_LOOKED : undefined;
  const job = { ...jobOf(request), schema: arrow, mostLooked };
  for await (const { start, batch, rows } of decodeSelected(job, steps, signal)) {
    yield resultOf({ ...packBatch(batch), start, rows });
  }
};
