import type { Task } from "../../pool/tasks.js";
import { decodeColumns } from "../javascript/decode-columns.js";
import { ReusedMemory } from "../javascript/slot-memory.js";
import { packColumns } from "./pack-columns.js";
import { jobOf, resultOf } from "./rows-job.js";
import type { RowsBatch, RowsRequest } from "./rows-request.js";

/** A worker has one task at a time, and copies each batch before it decodes the next. */
const memory = new ReusedMemory();

/** Decodes a window in a worker by our own decoder, which takes neither apache-arrow nor the kernel. */
export const decodeRows: Task<RowsRequest, RowsBatch> = async function* (request, { signal }) {
  // The task before may have been left.
  memory.reset();
  const job = { ...jobOf(request), memoryOfSlots: memory };
  for await (const { start, length, columns } of decodeColumns(job, signal)) {
    const value = { ...packColumns(length, columns), start };
    memory.reset();
    yield resultOf(value);
  }
};
