import { abortedError } from "@asyncdelta/kernel-core";
import { parallelFlatMap } from "@asyncdelta/parallel";
import type { WorkerPool } from "../pool/worker-pool.js";
import type { DecodedRows, DecodeJob, RowGroupDecoder } from "./decoder.js";
import { asFileCorrupt } from "./file-corrupt.js";
import { Turn } from "./javascript/turn.js";
import { loadParquetWasm } from "./load-parquet-wasm.js";
import { type MemoryPool, windowMemory } from "./memory-pool.js";
import { recordBatch } from "./wasm-batch.js";
import { planFile } from "./wasm-file.js";
import type { SelectedColumns } from "./wasm-filter.js";
import type { DecodedBatch, DecodeRequest } from "./wasm-request.js";
import { type ShownSchema, showSchema } from "./wasm-schema.js";
import { cutWindows, type Window, type Windows } from "./wasm-window.js";

export interface WasmDecoderOptions {
  /**
   * Bytes of Arrow that a worker decodes in one go, roughly; 16 MiB by default. A larger row group is shared out among
   * the workers. Memory grows with it, and so does the time to the first batch.
   */
  readonly windowBytes?: number | undefined;
  /** Where the bytes for the workers lie; by default, what all decoders of this thread use. */
  readonly memory?: MemoryPool<SharedArrayBuffer> | undefined;
}

const WINDOW_BYTES = 16 * 1024 * 1024;

/** The decoder that runs parquet-wasm on the threads of a pool. Closing the pool is up to who made it. */
export function wasmDecoder(pool: WorkerPool, options: WasmDecoderOptions = {}): RowGroupDecoder {
  const { windowBytes = WINDOW_BYTES, memory = windowMemory } = options;
  return {
    lend: async () => memory.lend(),
    decode(job, { signal }): AsyncIterable<DecodedRows> {
      return decodeWindows({ pool, windowBytes, memory }, job, signal);
    },
  };
}

interface Means {
  readonly pool: WorkerPool;
  readonly windowBytes: number;
  readonly memory: MemoryPool<SharedArrayBuffer>;
}

async function* decodeWindows(
  { pool, windowBytes, memory }: Means,
  job: DecodeJob,
  signal: AbortSignal | undefined,
): AsyncGenerator<DecodedRows> {
  try {
    const module = await loadParquetWasm();
    const turn = new Turn(signal);
    const { schema, windows, batchRows } = await plan(job, windowBytes, turn);
    let unread = windows.length;
    const decodeWindow = (window: Window): AsyncIterable<Omit<DecodedRows, "start"> & { readonly start?: number }> => {
      const own = memory.lend();
      let isRead = false;
      const request = (): DecodeRequest => ({
        url: job.url,
        module,
        batchRows,
        ...planFile(schema, window, own.allocate),
        layouts: schema.layouts,
        skip: window.start,
        numRows: window.end - window.start,
        isWhole: window.isWhole,
        selected: selectedOf(job),
      });
      const onRead = () => {
        own.release();
        if (!isRead && --unread === 0) job.memory?.release();
        isRead = true;
      };
      const decoded = pool.stream("parquet", request, [], { path: job.url, since: job.since });
      return recordBatches(job, decoded, turn, onRead);
    };
    // The pool takes one after the other as it has workers; until then a window is no more than a plan.
    let start = job.part?.start ?? 0;
    for await (const found of parallelFlatMap(windows, decodeWindow, { concurrency: windows.length, signal })) {
      yield { start, ...found };
      start += found.batch.numRows;
    }
  } catch (error) {
    throw signal?.aborted ? abortedError(signal) : error;
  } finally {
    // No worker is at any window any more.
    job.memory?.release();
  }
}

/**
 * No generator, since its `return()` would wait for a pending `next()` and so for the worker. `onRead` is called when
 * the worker does not need its file any more: from the first result on, or when the stream has ended.
 */
function recordBatches(
  { schema }: DecodeJob,
  decoded: AsyncIterableIterator<DecodedBatch>,
  turn: Turn,
  onRead: () => void,
): AsyncIterableIterator<Omit<DecodedRows, "start"> & { readonly start?: number }> {
  return {
    async next() {
      const result = await decoded.next().finally(onRead);
      // Many results arrive in one round of the event loop, and their consumer may have work with each.
      if (!result.done) await turn.give();
      if (result.done) return result;
      const { start, rows } = result.value;
      const batch = recordBatch(schema, result.value);
      return { done: false, value: start === undefined ? { batch } : { start, batch, rows } };
    },
    async return() {
      await decoded.return?.();
      onRead();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

function selectedOf({ metadata, leaves, selection }: DecodeJob): SelectedColumns | undefined {
  return selection && { elements: metadata.schema, leaves, selection };
}

async function plan(
  job: DecodeJob,
  windowBytes: number,
  turn: Turn,
): Promise<Windows & { readonly schema: ShownSchema }> {
  try {
    const schema = showSchema(job.metadata.schema, job.leaves, job.schema);
    return { schema, ...(await cutWindows(job, schema.leaves, windowBytes, turn)) };
  } catch (error) {
    throw asFileCorrupt(error, job.url);
  }
}
