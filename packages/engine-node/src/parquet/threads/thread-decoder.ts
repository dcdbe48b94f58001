import { abortedError } from "@asyncdelta/kernel-core";
import { parallelFlatMap } from "@asyncdelta/parallel";
import { type ColumnField, plainType } from "../../arrow/column-type.js";
import { copyBytes, isShared } from "../../copy-bytes.js";
import type { WorkerPool } from "../../pool/worker-pool.js";
import type { DecodedRows, DecodeJob, LentMemory, RowGroupDecoder } from "../decoder.js";
import { asFileCorrupt } from "../file-corrupt.js";
import { Turn } from "../javascript/turn.js";
import { windowMemory } from "../memory-pool.js";
import { readSchema } from "../schema/read-schema.js";
import { leavesOf } from "../schema/schema-node.js";
import { recordBatch } from "../wasm-batch.js";
import type { RowsBatch, RowsRequest } from "./rows-request.js";
import { type ThreadWindow, type ThreadWindows, threadWindows } from "./thread-window.js";

/**
 * Bytes of Arrow that a worker decodes in one go, roughly. It holds no more than a page of each column at a time, so this is about
 * how many workers share a row group. Of what is selected few become Arrow.
 */
const WINDOW_BYTES = 32 * 1024 * 1024;
const SELECTED_BYTES = 48 * 1024 * 1024;

/** Our own decoder, on the threads of a pool. Closing the pool is up to who made it; `windowBytes` is for tests. */
export function threadDecoder(
  pool: WorkerPool,
  { windowBytes }: { readonly windowBytes?: number } = {},
): RowGroupDecoder {
  return {
    lend: async () => windowMemory.lend(),
    decode(job, { signal }): AsyncIterable<DecodedRows> {
      const most = windowBytes ?? (job.selection === undefined ? WINDOW_BYTES : SELECTED_BYTES);
      return decodeWindows(pool, job, most, signal);
    },
  };
}

async function* decodeWindows(
  pool: WorkerPool,
  job: DecodeJob,
  windowBytes: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<DecodedRows> {
  const own = windowMemory.lend();
  try {
    const turn = new Turn(signal);
    const leaves = selectedLeaves(job);
    const { windows, batchRows } = await cut(job, leaves, windowBytes, turn);
    const fields = job.schema.fields.map(({ name, type }) => ({ name, type: plainType(type) }));
    const means = { leaves, fields, own, batchRows: job.selection === undefined ? batchRows : job.batchRows };
    const kind = job.selection === undefined ? "rows" : "select";
    const decodeWindow = (window: ThreadWindow): AsyncIterableIterator<RowsBatch> =>
      pool.stream(kind, () => makeRequest(job, window, means), [], { path: job.url, since: job.since });
    for await (const found of parallelFlatMap(windows, decodeWindow, { concurrency: windows.length, signal })) {
      await turn.give();
      yield { start: found.start, batch: recordBatch(job.schema, found), rows: found.rows };
    }
  } catch (error) {
    throw signal?.aborted ? abortedError(signal) : error;
  } finally {
    // No worker is at any window any more.
    own.release();
    job.memory?.release();
  }
}

/** In the file's order, as the job's leaves are; of each the position of its chunk. */
function selectedLeaves({ metadata, leaves }: DecodeJob): { readonly index: number; readonly isRepeated: boolean }[] {
  const all = new Map(leavesOf(readSchema(metadata.schema)).map((leaf) => [leaf.path.join("\0"), leaf]));
  return leaves.map((path) => {
    const { index, rep } = all.get(path.join("\0"))!;
    return { index, isRepeated: rep > 0 };
  });
}

async function cut(
  job: DecodeJob,
  leaves: readonly { readonly index: number; readonly isRepeated: boolean }[],
  windowBytes: number,
  turn: Turn,
): Promise<ThreadWindows> {
  try {
    return await threadWindows(job, leaves, windowBytes, turn);
  } catch (error) {
    throw asFileCorrupt(error, job.url);
  }
}

/** What all windows of a row group have in common. */
interface Means {
  readonly leaves: readonly { readonly index: number }[];
  readonly fields: readonly ColumnField[];
  readonly own: LentMemory;
  readonly batchRows: number;
}

function makeRequest(
  { url, metadata, rowGroup, leaves: paths, selection, part }: DecodeJob,
  { start, end, chunks }: ThreadWindow,
  { leaves, fields, own, batchRows }: Means,
): RowsRequest {
  const sharing = new Sharing(
    chunks.flatMap(({ parts }) => parts),
    own,
  );
  return {
    url,
    schema: metadata.schema,
    leaves: paths,
    fields,
    chunks: chunks.map(({ meta, parts, numValues, firstRow }, at) => ({
      index: leaves[at]!.index,
      meta,
      parts: sharing.share(parts),
      numValues,
      firstRow,
      endRow: end,
    })),
    start,
    end,
    isLast: part === undefined && end === Number(metadata.row_groups[rowGroup]!.num_rows),
    batchRows,
    selection,
  };
}

/** Puts bytes to shared memory, unless they are there. */
class Sharing {
  readonly #memory: Uint8Array;
  #at = 0;

  /** For what of these is not shared: one piece of memory, since what is lent is much larger than a page. */
  constructor(parts: Iterable<Uint8Array>, own: LentMemory) {
    let length = 0;
    for (const part of parts) if (!isShared(part)) length += part.length;
    this.#memory = length === 0 ? new Uint8Array(0) : own.allocate(length);
  }

  /** The same bytes in as few parts as can be. */
  share(parts: Iterable<Uint8Array>): Uint8Array[] {
    const shared: Uint8Array[] = [];
    for (const part of parts) {
      const bytes = isShared(part) ? part : this.#copy(part);
      const last = shared.at(-1);
      if (last?.buffer === bytes.buffer && last.byteOffset + last.length === bytes.byteOffset) {
        shared[shared.length - 1] = new Uint8Array(last.buffer, last.byteOffset, last.length + bytes.length);
      } else shared.push(bytes);
    }
    return shared;
  }

  #copy(part: Uint8Array): Uint8Array {
    const copy = this.#memory.subarray(this.#at, this.#at + part.length);
    copyBytes(copy, part);
    this.#at += part.length;
    return copy;
  }
}
