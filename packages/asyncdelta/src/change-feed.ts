import {
  arrowSchema,
  type Changes,
  type ChangesOptions,
  checkChangesOptions,
  type Engine,
  planChanges,
  readChangeTasks,
  SharedRequest,
  type Snapshot,
  type StructType,
  selectColumns,
  throwIfAborted,
} from "@asyncdelta/kernel-core";
import type { RecordBatch, Schema } from "apache-arrow";
import { BatchStream } from "./batch-stream.js";
import { checkNames, checkOptions, checkWhole } from "./check-options.js";
import { parseTimestamp } from "./parse-timestamp.js";
import { stoppable } from "./stoppable.js";

export interface ChangeFeedOptions {
  /** The first version whose changes are wanted. It or `fromTimestamp` must be given. */
  readonly from?: number | undefined;
  /** The same by time: the first version committed at or after it. Text without a zone is UTC. */
  readonly fromTimestamp?: Date | number | string | undefined;
  /** The last version whose changes are wanted, itself included. Default: the table's version. */
  readonly to?: number | undefined;
  /** The same by time: the last version committed at or before it. */
  readonly toTimestamp?: Date | number | string | undefined;
  /** The columns of the table to give out, as in {@link ScanOptions}. The feed's own always follow. */
  readonly columns?: readonly string[] | undefined;
  /** Most rows of a batch. */
  readonly batchRows?: number | undefined;
  /** Stops every iteration of the feed, which then ends in an `ABORTED` error. */
  readonly signal?: AbortSignal | undefined;
}

/** A plan that all iterations of a feed wait for. */
interface SharedPlan {
  readonly request: SharedRequest;
  readonly changes: Promise<Changes>;
}

/**
 * The change feed of a range of versions: an `AsyncIterable` of Arrow batches, ordered by version, with the table's
 * columns as of the last version and `_change_type`, `_commit_version` and `_commit_timestamp` behind them. Each iteration
 * reads the rows anew. PROTOCOL.md, "Change Data Files".
 *
 * An iteration ends in a DeltaError `CHANGE_FEED_DISABLED` where changes were not recorded, `SCHEMA_INCOMPATIBLE` where
 * they do not fit the last schema, `LOG_GAP` where the log no longer reaches back so far, and in those of a scan.
 */
export class ChangeFeed extends BatchStream {
  readonly #engine: Engine;
  readonly #root: string;
  readonly #options: ChangesOptions & { readonly batchRows?: number | undefined };
  #plan: SharedPlan | undefined;

  /** Use {@link DeltaTable.changes}. */
  constructor(engine: Engine, snapshot: Snapshot, options: ChangeFeedOptions = {}) {
    super();
    const known = ["from", "fromTimestamp", "to", "toTimestamp", "columns", "batchRows", "signal"];
    checkOptions("changes", options, known);
    checkWhole("from", options.from, 0);
    checkWhole("to", options.to, 0);
    checkWhole("batchRows", options.batchRows, 1);
    checkNames("columns", options.columns);
    const { fromTimestamp, to, toTimestamp } = options;
    this.#engine = engine;
    this.#root = snapshot.root;
    this.#options = {
      ...options,
      snapshot,
      fromTimestamp: fromTimestamp === undefined ? undefined : parseTimestamp(fromTimestamp),
      to: to === undefined && toTimestamp === undefined ? snapshot.version : to,
      toTimestamp: toTimestamp === undefined ? undefined : parseTimestamp(toTimestamp),
    };
    checkChangesOptions(snapshot.root, this.#options);
    // Of another end, the columns are not known yet.
    if (options.columns !== undefined && this.#options.to === snapshot.version) {
      selectColumns(snapshot.schema, options.columns);
    }
  }

  /** The versions, the schema and the tasks of the feed, to read them one by one. Made once. */
  plan(): Promise<Changes> {
    return this.#planUnder(this.#options.signal);
  }

  /** Those who wait for it share it; when all of them have left, it is stopped. */
  async #planUnder(signal: AbortSignal | undefined): Promise<Changes> {
    throwIfAborted(signal);
    this.#plan ??= this.#startPlan();
    const { request, changes } = this.#plan;
    try {
      return await request.wait(changes, signal);
    } catch (error) {
      if (request.signal.aborted) await changes.catch(() => {});
      throw error;
    }
  }

  #startPlan(): SharedPlan {
    const forget = () => {
      // The next call tries again.
      if (this.#plan === plan) this.#plan = undefined;
    };
    const request = new SharedRequest(forget);
    const changes = planChanges(this.#engine, this.#root, { ...this.#options, signal: request.signal });
    changes.catch(forget);
    const plan = { request, changes };
    return plan;
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<RecordBatch> {
    return stoppable(this.#options.signal, (signal) => this.#read(signal));
  }

  async *#read(signal: AbortSignal): AsyncGenerator<RecordBatch, void, undefined> {
    const changes = await this.#planUnder(signal);
    const { batchRows } = this.#options;
    yield* readChangeTasks(this.#engine, changes.tasks({ signal }), { batchRows, signal });
  }

  override async arrowSchema(): Promise<Schema> {
    return arrowSchema(await this.deltaSchema());
  }

  protected override async deltaSchema(): Promise<StructType> {
    return (await this.plan()).schema;
  }
}
