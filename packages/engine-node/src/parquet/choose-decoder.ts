import { DeltaError } from "@asyncdelta/kernel-core";
import { LARGE_ROW_GROUP, WORTH_STARTING } from "../large-work.js";
import type { WorkerPool } from "../pool/worker-pool.js";
import { tracedDecoder } from "../trace/traced-decoder.js";
import type { DecodeJob, RowGroupDecoder } from "./decoder.js";
import { hasWasm } from "./has-wasm.js";

/** How Parquet is decoded: by size, or always one way. */
export type ParquetDecoding = "auto" | "wasm" | "javascript";

/**
 * Decides who decodes a row group: plain JavaScript on this thread where it is small, or where threads would first have
 * to be started for little work in all; WebAssembly in a worker where it is large. Where there is no WebAssembly, plain
 * JavaScript does it all. Each decoder is loaded when it is first chosen.
 */
export function chooseDecoder(
  decoding: ParquetDecoding,
  workers: () => Promise<WorkerPool>,
  isCostly: (url: string) => boolean,
): RowGroupDecoder {
  let [javascript, wasm]: (Promise<RowGroupDecoder> | undefined)[] = [];
  let pool: WorkerPool | undefined;
  let decodedHere = 0;
  const isForJavaScript = async (job: DecodeJob): Promise<boolean> => {
    if (decoding === "wasm" && !hasWasm()) throw noWasm();
    if (decoding !== "auto") return decoding === "javascript";
    const bytes = uncompressedBytes(job);
    if (bytes < LARGE_ROW_GROUP || !hasWasm()) return true;
    pool ??= await workers();
    // While bytes come over the network, threads can start, and this thread has the sockets to attend to.
    if (pool.threads > 0 || decodedHere + bytes > WORTH_STARTING || isCostly(job.url)) return false;
    decodedHere += bytes;
    return true;
  };
  const decoderFor = async (job: DecodeJob): Promise<RowGroupDecoder> => {
    if (await isForJavaScript(job)) {
      javascript ??= import("./javascript-decoder.js").then(({ javascriptDecoder }) =>
        tracedDecoder(javascriptDecoder()),
      );
      return javascript;
    }
    wasm ??= import("./wasm-decoder.js").then(async ({ wasmDecoder }) => wasmDecoder(await workers()));
    return wasm;
  };
  const startAhead = async (): Promise<void> => {
    const [{ loadParquetWasm }, found] = await Promise.all([import("./load-parquet-wasm.js"), workers()]);
    found.warm("parquet");
    await loadParquetWasm();
  };
  return {
    prepare(url, bytes) {
      if (decoding === "javascript" || bytes < LARGE_ROW_GROUP || !isCostly(url) || !hasWasm()) return;
      // Whatever is wrong is said when the bytes are there.
      startAhead().catch(() => {});
    },
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

function noWasm(): DeltaError {
  const advice = 'Install parquet-wasm and run node without --jitless, or leave the option "parquet" at "auto".';
  return new DeltaError("INVALID_ARGUMENT", `WebAssembly was asked for, and is not there. ${advice}`);
}
