import { availableParallelism } from "node:os";
import { DeltaError, type Engine, roundTripOf, type Storage } from "@asyncdelta/kernel-core";
import { systemClock } from "./clock.js";
import { closableClock, closableJson, closableParquet, closableStorage } from "./closing/closable.js";
import { closedError } from "./closing/closed-error.js";
import { ClosingScope } from "./closing/closing-scope.js";
import { jsonHandler } from "./json/json-handler.js";
import { LARGE_JSON } from "./large-work.js";
import { chooseDecoder, type ParquetDecoding } from "./parquet/choose-decoder.js";
import { parquetHandler } from "./parquet/parquet-handler.js";
import type { WorkerPool } from "./pool/worker-pool.js";
import { firstWait } from "./rehearsal/first-wait.js";
import { readLog } from "./rehearsal/read-log.js";
import { nearestName } from "./storage/option-names.js";
import { routedStorage } from "./storage/routed-storage.js";
import { channelObserver } from "./trace/channel-observer.js";
import { isTraceListenedTo } from "./trace/channels.js";
import { findOpenTelemetry } from "./trace/find-open-telemetry.js";
import { isTraced, tracedStorage } from "./trace/traced-storage.js";

export interface NodeEngineOptions {
  /** Who decodes Parquet: by size (the default, {@link ParquetDecoding}), parquet-wasm in workers, or our own decoder on this thread. */
  readonly parquet?: ParquetDecoding | undefined;
  /** Most worker threads, shared with other engines that want as many. By default one a processor, at most 8. */
  readonly workers?: number | undefined;
  /** Files or row groups decoded at once. Default: as many as there are workers. */
  readonly decodes?: number | undefined;
  /** Requests under way at once. Default: 192. */
  readonly requests?: number | undefined;
  /** Where tables are, instead of the stores that their URLs lead to. */
  readonly storage?: Storage | undefined;
  /**
   * Options of the store that URLs lead to (`region`, `accountName`, …, see docs/storage.md) and of its HTTP client
   * (`retries`, `connectMs`, `proxy`, …). For tables in several stores, those of each stand under its name: `{ s3: { region },
   * azure: { accountName } }`, also `gcs` and `http`. Default: what the environment says. Not beside `storage`.
   */
  readonly storageOptions?: StorageOptionValues | undefined;
}

/** Options of a store by name. Which there are, the store knows: it refuses all others when it is used. */
export type StorageOptionValues = Readonly<Record<string, unknown>>;

const OPTIONS: readonly (keyof NodeEngineOptions)[] = [
  "parquet",
  "workers",
  "decodes",
  "requests",
  "storage",
  "storageOptions",
];

export function loadSharedPool(): Promise<typeof import("./pool/shared-pool.js")> {
  return import("./pool/shared-pool.js");
}

export function loadRehearse(): Promise<typeof import("./rehearsal/rehearse.js")> {
  return import("./rehearsal/rehearse.js");
}

/** While the process waits for the first answer of a store, the code that will read it runs for the first time. */
const whileWaiting = firstWait(async (isOver) => {
  // It would be taken for something that the program reads.
  if (isTraceListenedTo()) return;
  const { rehearse } = await loadRehearse();
  await rehearse((storage) => nodeEngine({ storage }), readLog, isOver);
});

/**
 * An engine for Node: files and objects by `file:`, `s3:`, `gs:`, `az:`, `abfss:` and `https:` URLs, exact JSON, Parquet
 * decoded on this thread where it is small and in worker threads where it is large. Costs next to nothing until it is used (a
 * store is loaded when a URL leads to it), and never keeps a process alive. Engines of one process share their threads.
 * Closing it stops all that it has under way, which fails with `CLOSED`, as does all that is asked of it later.
 *
 * @throws DeltaError `INVALID_ARGUMENT`
 */
export function nodeEngine(options: NodeEngineOptions = {}): Engine {
  checkNames(options);
  const { parquet = "auto", requests = 192 } = options;
  const workers = options.workers ?? Math.min(availableParallelism(), 8);
  const decodes = options.decodes ?? workers;
  checkCount("workers", workers);
  checkCount("decodes", decodes);
  checkCount("requests", requests);
  if (!["auto", "wasm", "javascript"].includes(parquet)) {
    throw new DeltaError("INVALID_ARGUMENT", `parquet must be "auto", "wasm" or "javascript", not ${String(parquet)}.`);
  }
  findOpenTelemetry();
  const scope = new ClosingScope();
  const startPool = async (): Promise<WorkerPool> => {
    if (scope.isClosed) throw closedError();
    const { sharedPool } = await loadSharedPool();
    return sharedPool(workers);
  };
  if (options.storage !== undefined && options.storageOptions !== undefined) {
    throw new DeltaError("INVALID_ARGUMENT", "storageOptions are for the stores of this package: storage is given.");
  }
  const routed =
    options.storage === undefined ? routedStorage(options.storageOptions ?? {}, requests, whileWaiting) : undefined;
  const given = options.storage ?? routed!.storage;
  // Both handlers ask it under the signals of their own operations, which end with the scope.
  const storage = isTraced(given) ? given : tracedStorage(given);
  const json = jsonHandler({ storage, workers: startPool, largeBytes: LARGE_JSON });
  const observer = channelObserver();
  const decoder = chooseDecoder(parquet, startPool, (url) => roundTripOf(storage, url) === "costly");
  return {
    storage: closableStorage(storage, scope),
    json: closableJson(json, scope),
    parquet: closableParquet(parquetHandler({ storage, decoder, decodes }), scope),
    clock: closableClock(systemClock(), scope),
    random: Math.random,
    limits: { requests, decodes },
    observer,
    async close() {
      await scope.close();
      observer.close();
      await routed?.close();
    },
  };
}

function checkNames(options: object): void {
  const known: readonly string[] = OPTIONS;
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const near = nearestName(unknown, known);
  const hint = near === undefined ? "" : ` Did you mean '${near}'?`;
  const message = `nodeEngine has no option '${unknown}'.${hint} There are ${known.join(", ")}.`;
  throw new DeltaError("INVALID_ARGUMENT", message);
}

function checkCount(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 1) return;
  throw new DeltaError("INVALID_ARGUMENT", `${name} must be a whole number from 1 on, not ${value}.`);
}
