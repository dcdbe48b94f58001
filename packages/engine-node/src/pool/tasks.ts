import type { JsonRequest, JsonResult } from "../json/json-task.js";
import type { RowsBatch, RowsRequest } from "../parquet/threads/rows-request.js";
import type { DecodedBatch, DecodeRequest } from "../parquet/wasm-request.js";
import type { TaskResult } from "./messages.js";

/** What a task is told besides its payload. */
export interface TaskContext {
  /** Aborts when the consumer has left. Seen between results: a task that computes for long should give small ones. */
  readonly signal: AbortSignal;
}

/**
 * Work that a worker can do: a pure function from a payload to results. A throw is the consumer's error. A throw of
 * {@link UnfitWorker} is too, and ends the worker as well.
 */
export type Task<P, R> = (payload: P, context: TaskContext) => AsyncIterable<TaskResult<R>>;

/** Loads the implementation of a kind of task; called once in a worker, when the first such task arrives. */
export type TaskLoader<P = never, R = unknown> = () => Promise<Task<P, R>>;

/** Thrown by a task that leaves its worker in a state in which no other task may run. `cause` is the consumer's error. */
export class UnfitWorker extends Error {}

/** Every kind of task. To add one: a line here, with its payload and result, and a line in {@link tasks}. */
export type Tasks = {
  /** Decodes some rows of one row group by parquet-wasm. */
  readonly parquet: TaskLoader<DecodeRequest, DecodedBatch>;
  /** Decodes them by our own decoder. */
  readonly rows: TaskLoader<RowsRequest, RowsBatch>;
  /** The same for the wanted rows of a selection. */
  readonly select: TaskLoader<RowsRequest, RowsBatch>;
  /** Decodes lines of JSON into columns. */
  readonly json: TaskLoader<JsonRequest, JsonResult>;
};

export type TaskKind = keyof Tasks;

/** Implementations are imported when first needed: a worker that reads JSON loads no WebAssembly. */
export const tasks: Tasks = {
  parquet: async () => (await import("../parquet/wasm-task.js")).decodeWindow,
  rows: async () => (await import("../parquet/threads/rows-task.js")).decodeRows,
  select: async () => (await import("../parquet/threads/select-task.js")).selectRows,
  json: async () => (await import("../json/json-task.js")).decodeJson,
};
