import { abortedError } from "@asyncdelta/kernel-core";
import { parallelFlatMap } from "@asyncdelta/parallel";
import type { WorkerPool } from "../../pool/worker-pool.js";
import type { DecodedRows, DecodeJob, LentMemory, RowGroupDecoder } from "../decoder.js";
import { asFileCorrupt } from "../file-corrupt.js";
import { Turn } from "../javascript/turn.js";
import { readSchema } from "../schema/read-schema.js";
import { leavesOf } from "../schema/schema-node.js";
import { recordBatch } from "../wasm-batch.js";
import { cutWindows, type Window } from "../wasm-window.js";
import { windowMemory } from "../window-memory.js";
import type { SelectedBatch, SelectRequest } from "./select-request.js";

/** Bytes that a worker decodes in one go, roughly: few of them become Arrow. */
const WINDOW_BYTES = 48 * 1024 * 1024;

/** The decoder of selected rows, in plain JavaScript on the threads of a pool. */
export function selectingDecoder(pool: WorkerPool): RowGroupDecoder {
  return {
    decode(job, { signal }): AsyncIterable<DecodedRows> {
      return decodeWindows(pool, job, performance.now(), signal);
    },
  };
}

async function* decodeWindows(
  pool: WorkerPool,
  job: DecodeJob,
  since: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<DecodedRows> {
  const own = windowMemory.lend();
  try {
    const turn = new Turn(signal);
    const leaves = selectedLeaves(job);
    const windows = await cut(job, leaves, turn);
    const decodeWindow = (window: Window): AsyncIterableIterator<SelectedBatch> =>
      pool.stream("select", () => makeRequest(job, leaves, window, own), [], { path: job.url, since });
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
  turn: Turn,
): Promise<readonly Window[]> {
  try {
    return (await cutWindows(job, leaves, WINDOW_BYTES, turn)).windows;
  } catch (error) {
    throw asFileCorrupt(error, job.url);
  }
}

function makeRequest(
  { url, metadata, leaves: paths, batchRows, selection }: DecodeJob,
  leaves: readonly { readonly index: number }[],
  { start, end, chunks }: Window,
  own: LentMemory,
): SelectRequest {
  return {
    url,
    schema: metadata.schema,
    leaves: paths,
    chunks: chunks.map(({ meta, pages }, at) => ({
      index: leaves[at]!.index,
      meta,
      parts: share(
        pages.map(({ bytes }) => bytes),
        own,
      ),
      numValues: pages.reduce((sum, { kind, values }) => sum + (kind === "data" ? values : 0), 0),
      // An empty page stands for the rows before.
      firstRow: 0,
      endRow: end,
    })),
    start,
    end,
    batchRows,
    selection: selection!,
  };
}

/** The same bytes in as few parts as can be, all of them in shared memory. */
function share(pages: readonly Uint8Array[], own: LentMemory): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (const page of pages) {
    const bytes = page.buffer instanceof SharedArrayBuffer ? page : copyTo(own, page);
    const last = parts.at(-1);
    if (last?.buffer === bytes.buffer && last.byteOffset + last.length === bytes.byteOffset) {
      parts[parts.length - 1] = new Uint8Array(last.buffer, last.byteOffset, last.length + bytes.length);
    } else parts.push(bytes);
  }
  return parts;
}

function copyTo(memory: LentMemory, bytes: Uint8Array): Uint8Array {
  const copy = memory.allocate(bytes.length);
  copy.set(bytes);
  return copy;
}
