import { crc32 } from "node:zlib";
import { DeltaError } from "@asyncdelta/kernel-core/errors";
import { initSync, type RecordBatch, readParquet, wasmMemory } from "parquet-wasm/esm";
import { type Task, UnfitWorker } from "../pool/tasks.js";
import { asFileCorrupt, fileCorrupt } from "./file-corrupt.js";
import { gatherFile } from "./gather-file.js";
import { readForeignArray } from "./wasm-array.js";
import { copyBatch } from "./wasm-copy.js";
import type { DecodedBatch, DecodeRequest } from "./wasm-request.js";

/**
 * Decodes a window in a worker, once its filter is there without an asynchronous step: parquet-wasm's asynchronous readers answer damaged bytes by
 * a panic and a promise that never settles, `readParquet` mostly by an error.
 */
export const decodeWindow: Task<DecodeRequest, DecodedBatch> = async function* (request) {
  const { selected } = request;
  const filter = selected && (await (await import("./wasm-filter.js")).openWindowFilter(selected));
  const file = gatherFile(request.file);
  checkPages(file, request);
  const batches = readBatches(file, request);
  let rows = 0;
  try {
    for (let batch = batches.pop(); batch !== undefined; batch = batches.pop()) {
      const start = request.skip + rows;
      rows += batch.numRows;
      const decoded = takeBatch(batch, request);
      const value = filter === undefined ? decoded : filter(decoded);
      if (value === undefined) continue;
      const { buffer } = value;
      yield { value: filter === undefined ? value : { ...value, start }, transfer: [buffer], bytes: buffer.byteLength };
    }
  } finally {
    for (const batch of batches) batch.free();
  }
  const { url, numRows } = request;
  if (rows !== numRows) throw fileCorrupt(url, `it has ${rows} rows where its footer says ${numRows}`);
};

/** parquet-wasm does not look at the checksums of pages. */
function checkPages(file: Uint8Array, { url, checksums }: DecodeRequest): void {
  for (const { start, end, crc } of checksums) {
    if (crc32(file.subarray(start, end)) !== crc >>> 0) throw fileCorrupt(url, "the checksum of a page does not match");
  }
}

/** The batches of the window, the last first. */
function readBatches(
  file: Uint8Array,
  { module, url, skip, numRows, isWhole, batchRows }: DecodeRequest,
): RecordBatch[] {
  initSync({ module });
  try {
    const rows = isWhole ? {} : { offset: skip, limit: numRows };
    const table = readParquet(file, { batchSize: batchRows, ...rows });
    const batches = table.recordBatches();
    table.free();
    return batches.reverse();
  } catch (error) {
    // What Rust gives as an error is a plain one. All else stopped it midway and left its memory in disorder.
    if (!(error instanceof Error) || Object.getPrototypeOf(error) !== Error.prototype) {
      throw new UnfitWorker("", { cause: panicError(url, error) });
    }
    throw fileCorrupt(url, error.message.replace("Parquet argument error: ", ""), { cause: error });
  }
}

/** Near the 4 GB that it can have, parquet-wasm panics for want of memory. */
const MUCH_MEMORY = 2 ** 31;

function panicError(url: string, cause: unknown): DeltaError {
  if (wasmMemory().buffer.byteLength < MUCH_MEMORY) {
    return fileCorrupt(url, `its pages make no sense (${cause})`, { cause });
  }
  const message = `A row group of ${url} needs more memory than a worker has. Select fewer columns at a time.`;
  return new DeltaError("WORKER_DIED", message, { path: url, cause });
}

function takeBatch(batch: RecordBatch, { layouts, url }: DecodeRequest): DecodedBatch {
  const foreign = batch.intoFFI();
  try {
    const { buffer } = wasmMemory();
    const array = readForeignArray(new DataView(buffer), foreign.schemaAddr(), foreign.arrayAddr());
    return copyBatch(buffer, array, layouts);
  } catch (error) {
    throw asFileCorrupt(error, url);
  } finally {
    foreign.free();
  }
}
