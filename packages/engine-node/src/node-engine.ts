import { availableParallelism } from "node:os";
import { DeltaError, type Engine, type Storage } from "@asyncdelta/kernel-core";
import { systemClock } from "./clock.js";
import { closableClock, closableJson, closableParquet, closableStorage } from "./closing/closable.js";
import { closedError } from "./closing/closed-error.js";
import { ClosingScope } from "./closing/closing-scope.js";
import { jsonHandler } from "./json/json-handler.js";
import { LARGE_JSON } from "./large-work.js";
import { chooseDecoder, type ParquetDecoding } from "./parquet/choose-decoder.js";
import { parquetHandler } from "./parquet/parquet-handler.js";
import type { WorkerPool } from "./pool/worker-pool.js";
import { fileStorage } from "./storage/file-storage.js";
import { channelObserver } from "./trace/channel-observer.js";
import { isTraced, tracedStorage } from "./trace/traced-storage.js";

export interface NodeEngineOptions {
  /** Who decodes Parquet: by size (the default), WebAssembly in workers, or plain JavaScript on this thread. */
  readonly parquet?: ParquetDecoding | undefined;
  /** Most worker threads, shared with other engines that want as many. By default one a processor, at most 8. */
  readonly workers?: number | undefined;
  /** Files or row groups decoded at once. Default: as many as there are workers. */
  readonly decodes?: number | undefined;
  /** Requests under way at once. Default: 64. */
  readonly requests?: number | undefined;
  /** Where tables are. Default: local files. */
  readonly storage?: Storage | undefined;
}

/**
 * An engine for Node: local files, exact JSON, Parquet decoded by plain JavaScript where it is small and by WebAssembly
 * in worker threads where it is large. Costs next to nothing until it is used, and never
 * keeps a process alive. Engines of one process share their threads. Closing
 * it stops all that it has under way, which fails with `CLOSED`, as does all that is asked of it later.
 *
 * @throws DeltaError `INVALID_ARGUMENT`
 */
export function nodeEngine(options: NodeEngineOptions = {}): Engine {
  const { parquet = "auto", requests = 64 } = options;
  const workers = options.workers ?? Math.min(availableParallelism(), 8);
  const decodes = options.decodes ?? workers;
  checkCount("workers", workers);
  checkCount("decodes", decodes);
  checkCount("requests", requests);
  if (!["auto", "wasm", "javascript"].includes(parquet)) {
    throw new DeltaError("INVALID_ARGUMENT", `parquet must be "auto", "wasm" or "javascript", not ${String(parquet)}.`);
  }
  const scope = new ClosingScope();
  const startPool = async (): Promise<WorkerPool> => {
    if (scope.isClosed) throw closedError();
    const { sharedPool } = await import("./pool/shared-pool.js");
    return sharedPool(workers);
  };
  const given = options.storage ?? fileStorage();
  const storage = closableStorage(isTraced(given) ? given : tracedStorage(given), scope);
  const json = jsonHandler({ storage, workers: startPool, largeBytes: LARGE_JSON });
  const decoder = chooseDecoder(parquet, startPool);
  return {
    storage,
    json: closableJson(json, scope),
    parquet: closableParquet(parquetHandler({ storage, decoder, decodes }), scope),
    clock: closableClock(systemClock(), scope),
    random: Math.random,
    limits: { requests, decodes },
    observer: channelObserver,
    close: () => scope.close(),
  };
}

function checkCount(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 1) return;
  throw new DeltaError("INVALID_ARGUMENT", `${name} must be a whole number from 1 on, not ${value}.`);
}
