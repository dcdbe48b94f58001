import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { RecordBatch } from "apache-arrow";
import type { WorkerPool } from "../pool/worker-pool.js";
import type { DecodeJob, FilePiece, RowGroupDecoder } from "./decoder.js";
import { fileCorrupt } from "./file-corrupt.js";
import { recordBatch } from "./wasm-batch.js";
import { chunkStart, type DecodePlan, decodePlan } from "./wasm-footer.js";
import type { DecodeRequest } from "./wasm-request.js";

/** The decoder that runs parquet-wasm on the threads of a pool. */
export function wasmDecoder(pool: WorkerPool): RowGroupDecoder {
  return {
    async *decode(job, { signal }): AsyncGenerator<RecordBatch> {
      const request = decodeRequest(job, await loadModule());
      const transfer = request.pieces.map(({ bytes }) => bytes.buffer as ArrayBuffer);
      const batches = pool.stream("parquet", request, transfer, { signal, path: job.url });
      for await (const batch of batches) yield recordBatch(job.schema, batch);
    },
  };
}

const { WebAssembly } = globalThis as unknown as { WebAssembly: { compile(bytes: Uint8Array): Promise<object> } };

let module: Promise<object> | undefined;

/**
 * parquet-wasm, compiled once for all workers: they share its machine code, and what the engine has learnt to optimise
 * outlives a worker.
 */
function loadModule(): Promise<object> {
  module ??= readFile(createRequire(import.meta.url).resolve("parquet-wasm/esm/parquet_wasm_bg.wasm")).then((bytes) =>
    WebAssembly.compile(bytes),
  );
  return module;
}

function decodeRequest(job: DecodeJob, module: object): DecodeRequest {
  const plan = decodePlan(job);
  const numRows = Number(job.metadata.row_groups[job.rowGroup]!.num_rows);
  return {
    module,
    url: job.url,
    fileSize: job.fileSize,
    footer: plan.footer,
    layouts: plan.layouts,
    pieces: piecesOf(job, plan),
    numRows,
    batchRows: job.batchRows,
    windowRows: windowRows(plan, numRows, job.batchRows),
  };
}

/** Copies of the selected chunks; near ones are left together. */
function piecesOf({ pieces, url }: DecodeJob, { chunks }: DecodePlan): FilePiece[] {
  return chunks.map((chunk) => {
    const offset = Number(chunkStart(chunk));
    const end = offset + Number(chunk.total_compressed_size);
    const piece = pieces.find((piece) => piece.offset <= offset && end <= piece.offset + piece.bytes.length);
    if (piece === undefined) throw fileCorrupt(url, `its footer places a column chunk at ${offset} to ${end}`);
    return { offset, bytes: piece.bytes.slice(offset - piece.offset, end - piece.offset) };
  });
}

const WINDOW_BYTES = 64 * 1024 * 1024;

/** Rows to decode in one go, so that memory does not depend on the size of the row group. */
function windowRows({ chunks }: DecodePlan, numRows: number, batchRows: number): number {
  const bytes = chunks.reduce((sum, chunk) => sum + Number(chunk.total_uncompressed_size), 0);
  const windows = Math.ceil(bytes / WINDOW_BYTES);
  return Math.max(1, Math.ceil(numRows / windows / batchRows)) * batchRows;
}
