import {
  arrowSchema,
  type Engine,
  type MetadataColumn,
  planScan,
  readTasks,
  type ScanTask,
  type Snapshot,
  type StructType,
  scanSchema,
} from "@asyncdelta/kernel-core";
import type { RecordBatch, Schema } from "apache-arrow";
import { BatchStream } from "./batch-stream.js";
import { checkOptions, checkWhole } from "./check-options.js";
import { flatten } from "./flatten.js";

export interface ScanOptions {
  /**
   * The columns to read, in this order; absent means all. Names are matched without case and given out in the table's
   * own; `a.b` is the field `b` of the struct `a`.
   */
  readonly columns?: readonly string[] | undefined;
  /** Columns about the rows, put behind the others and named `_metadata.row_id` and so on. */
  readonly metadataColumns?: readonly MetadataColumn[] | undefined;
  /** Most rows of a batch. */
  readonly batchRows?: number | undefined;
  /** Stops every iteration of the scan, which then ends in an `ABORTED` error. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * A scan of a table at one version: an `AsyncIterable` of Arrow batches. Each iteration reads anew, several files at
 * once, and gives out rows in the order of the plan. Leaving a `for await` early stops what is under way.
 */
export class TableScan extends BatchStream {
  /** The columns that the scan gives out. */
  readonly schema: StructType;
  readonly #engine: Engine;
  readonly #snapshot: Snapshot;
  readonly #options: ScanOptions;

  /** Use {@link DeltaTable.scan}. */
  constructor(engine: Engine, snapshot: Snapshot, options: ScanOptions) {
    super();
    checkOptions("scan", options, ["columns", "metadataColumns", "batchRows", "signal"]);
    checkWhole("batchRows", options.batchRows, 1);
    this.schema = scanSchema(snapshot, options);
    this.#engine = engine;
    this.#snapshot = snapshot;
    this.#options = options;
  }

  /** Batches in the table's schema, cut to the wanted columns. */
  [Symbol.asyncIterator](): AsyncIterator<RecordBatch> {
    const { batchRows, signal } = this.#options;
    return readTasks(this.#engine, this.#plan(), { batchRows, signal })[Symbol.asyncIterator]();
  }

  override arrowSchema(): Promise<Schema> {
    return arrowSchema(this.schema);
  }

  /** The tasks of the scan, one for each live file: plain data, which `readTask` reads here or on another machine. */
  plan(): AsyncIterableIterator<ScanTask> {
    return flatten(this.#plan());
  }

  /**
   * The number of rows. It comes from the files' statistics, less the rows that deletion vectors mark; a file without
   * statistics is asked for its footer.
   */
  async count(): Promise<number> {
    const { signal } = this.#options;
    let count = 0;
    const unknown: ScanTask[] = [];
    for await (const tasks of planScan(this.#engine, this.#snapshot, { columns: [], stats: true, signal })) {
      for (const task of tasks) {
        if (task.numRecords === undefined) unknown.push(task);
        else count += task.numRecords - (task.deletionVector?.cardinality ?? 0);
      }
    }
    for await (const batch of readTasks(this.#engine, [unknown], { signal })) count += batch.numRows;
    return count;
  }

  protected override async deltaSchema(): Promise<StructType> {
    return this.schema;
  }

  #plan(): AsyncIterable<readonly ScanTask[]> {
    const { columns, metadataColumns, signal } = this.#options;
    return planScan(this.#engine, this.#snapshot, { columns, metadataColumns, signal });
  }
}
