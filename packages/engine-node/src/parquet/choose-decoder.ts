import type { WorkerPool } from "../pool/worker-pool.js";
import type { DecodeJob, RowGroupDecoder } from "./decoder.js";

/** How Parquet is decoded: by size, or always one way. */
export type ParquetDecoding = "auto" | "wasm" | "javascript";

/**
 * From this many uncompressed bytes on, a row group is decoded in a worker: less than that costs more to hand over, and
 * to start a thread for, than to decode.
 */
const LARGE = 4 << 20;

/**
 * The one place that decides who decodes a row group: plain JavaScript on this thread where it is small, WebAssembly in
 * a worker where it is large. Each decoder is loaded when it is first chosen.
 */
export function chooseDecoder(decoding: ParquetDecoding, workers: () => Promise<WorkerPool>): RowGroupDecoder {
  let [javascript, wasm]: (Promise<RowGroupDecoder> | undefined)[] = [];
  const decoderFor = (job: DecodeJob): Promise<RowGroupDecoder> => {
    if (decoding === "javascript" || (decoding === "auto" && uncompressedBytes(job) < LARGE)) {
      javascript ??= import("./javascript-decoder.js").then(({ javascriptDecoder }) => javascriptDecoder());
      return javascript;
    }
    wasm ??= import("./wasm-decoder.js").then(async ({ wasmDecoder }) => wasmDecoder(await workers()));
    return wasm;
  };
  return {
    async *decode(job, options) {
      const decoder = await decoderFor(job);
      yield* decoder.decode(job, options);
    },
  };
}

function uncompressedBytes({ metadata, rowGroup, leaves }: DecodeJob): number {
  const wanted = new Set(leaves.map((path) => path.join("\u0000")));
  let sum = 0;
  for (const { meta_data: chunk } of metadata.row_groups[rowGroup]?.columns ?? []) {
    if (chunk !== undefined && wanted.has(chunk.path_in_schema.join("\u0000"))) {
      sum += Number(chunk.total_uncompressed_size);
    }
  }
  return sum;
}
