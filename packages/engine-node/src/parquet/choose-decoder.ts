import { DeltaError } from "@asyncdelta/kernel-core";
import { LARGE_ROW_GROUP, WORTH_STARTING, WORTH_STARTING_FROM_AFAR, WORTH_STARTING_TO_SELECT } from "../large-work.js";
import type { WorkerPool } from "../pool/worker-pool.js";
import { tracedDecoder } from "../trace/traced-decoder.js";
import type { DecodeJob, RowGroupDecoder } from "./decoder.js";
import { hasWasm } from "./has-wasm.js";
import { windowMemory } from "./memory-pool.js";
import { wantedChunks } from "./wanted-chunks.js";

/** How Parquet is decoded: by size, or always one way: by parquet-wasm in workers, or by our own decoder on the calling thread. */
export type ParquetDecoding = "auto" | "wasm" | "javascript";

export function loadJavascriptDecoder(): Promise<
  [typeof import("./javascript-decoder.js"), typeof import("./in-sequence.js")]
> {
  return Promise.all([import("./javascript-decoder.js"), import("./in-sequence.js")]);
}

export function loadWasmDecoder(): Promise<typeof import("./wasm-decoder.js")> {
  return import("./wasm-decoder.js");
}

export function loadThreadDecoder(): Promise<typeof import("./threads/thread-decoder.js")> {
  return import("./threads/thread-decoder.js");
}

export function loadCanDecode(): Promise<typeof import("./threads/can-decode.js")> {
  return import("./threads/can-decode.js");
}

/**
 * Decides who decodes a row group: our own decoder on this thread where it is small, or where threads would first have
 * to be started for little work in all; where it is large a worker, with our own decoder or, for encodings and codecs that
 * another does faster, with parquet-wasm. Where there is no WebAssembly, or no thread can be started, our own does it all on
 * this thread. Each decoder is loaded when it is first chosen.
 */
export function chooseDecoder(
  decoding: ParquetDecoding,
  workers: () => Promise<WorkerPool>,
  isCostly: (url: string) => boolean,
): RowGroupDecoder {
  let [javascript, wasm, threads]: (Promise<RowGroupDecoder> | undefined)[] = [];
  let pool: WorkerPool | undefined;
  let decodedHere = 0;
  let announced = 0;
  const isWorthStarting = (url: string, bytes: number, isSelective: boolean): boolean => {
    const isFar = isCostly(url);
    const most = isSelective ? WORTH_STARTING_TO_SELECT : isFar ? WORTH_STARTING_FROM_AFAR : WORTH_STARTING;
    return (pool?.threads ?? 0) > 0 || Math.max(decodedHere + bytes, isFar ? announced : 0) > most;
  };
  const isForJavaScript = async (job: DecodeJob): Promise<boolean> => {
    if (decoding === "wasm" && !hasWasm()) throw noWasm();
    if (decoding !== "auto") return decoding === "javascript";
    const bytes = uncompressedBytes(job);
    if (bytes < LARGE_ROW_GROUP || !(job.selection !== undefined || hasWasm())) return true;
    pool ??= await workers();
    if (isWorthStarting(job.url, bytes, isSelective(job)) && pool.hasWorker()) return false;
    decodedHere += bytes;
    return true;
  };
  const javascriptDecoder = (): Promise<RowGroupDecoder> => {
    javascript ??= loadJavascriptDecoder().then(([{ javascriptDecoder }, { sequenced }]) =>
      sequenced(tracedDecoder(javascriptDecoder())),
    );
    return javascript;
  };
  const wasmDecoder = (): Promise<RowGroupDecoder> => {
    wasm ??= loadWasmDecoder().then(async (loaded) => loaded.wasmDecoder(await workers()));
    return wasm;
  };
  const threadDecoder = (): Promise<RowGroupDecoder> => {
    threads ??= loadThreadDecoder().then(async (loaded) => loaded.threadDecoder(await workers()));
    return threads;
  };
  const isForThreads = async (job: DecodeJob): Promise<boolean> => {
    if (decoding === "wasm") return false;
    return isSelective(job) || (await loadCanDecode()).isForOwnDecoder(job);
  };
  /** While bytes come over the network, threads can start. */
  const startAhead = async (isToSelect: boolean): Promise<void> => {
    pool ??= await workers();
    pool.warm(isToSelect ? "select" : decoding === "wasm" ? "parquet" : "rows");
  };
  return {
    prepare(url, coming) {
      if (decoding === "javascript" || coming.largest < LARGE_ROW_GROUP || !isCostly(url)) return;
      announced += coming.total;
      const isToSelect = isSelective(coming);
      if (!(isToSelect || hasWasm()) || !isWorthStarting(url, 0, isToSelect)) return;
      // Whatever is wrong is said when the bytes are there.
      startAhead(isToSelect).catch(() => {});
    },
    async lend(url, bytes) {
      if (decoding === "javascript" || !hasWasm()) return undefined;
      // Threads may be there that others have started.
      if (bytes >= LARGE_ROW_GROUP) pool ??= await workers();
      const isLarge = bytes >= LARGE_ROW_GROUP && isWorthStarting(url, bytes, false);
      return decoding === "wasm" || (isLarge && pool!.hasWorker()) ? windowMemory.lend() : undefined;
    },
    async *decode(job, options) {
      if (await isForJavaScript(job)) yield* (await javascriptDecoder()).decode(job, options);
      else if (await isForThreads(job)) yield* (await threadDecoder()).decode(job, options);
      else yield* (await wasmDecoder()).decode(job, options);
    },
  };
}

/** Whether a selection leaves so much out that it is better not decoded at all, as that of files of a checkpoint does. */
function isSelective({ selection }: Pick<DecodeJob, "selection">): boolean {
  return selection?.kind === "files" || (selection !== undefined && !hasWasm());
}

function uncompressedBytes(job: DecodeJob): number {
  return wantedChunks(job).reduce((sum, chunk) => sum + Number(chunk.total_uncompressed_size), 0);
}

function noWasm(): DeltaError {
  const advice = 'Install parquet-wasm and run node without --jitless, or leave the option "parquet" at "auto".';
  return new DeltaError("INVALID_ARGUMENT", `WebAssembly was asked for, and is not there. ${advice}`);
}
