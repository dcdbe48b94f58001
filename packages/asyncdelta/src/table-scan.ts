import {
  arrowSchema,
  checkPredicate,
  type Engine,
  type MetadataColumn,
  type Predicate,
  parsePredicate,
  planScan,
  readFirstRows,
  readTasks,
  type ScanTask,
  type Snapshot,
  type StructType,
  scanSchema,
} from "@asyncdelta/kernel-core";
import type { RecordBatch, Schema } from "apache-arrow";
import { BatchStream } from "./batch-stream.js";
import { checkNames, checkOptions, checkWhole } from "./check-options.js";
import { flatten } from "./flatten.js";
import { type ExplainOptions, explainScan, type ScanExplanation } from "./scan-explanation.js";
import { stoppable } from "./stoppable.js";

export interface ScanOptions {
  /**
   * The columns to read, in this order; absent means all. Names are matched without case and given out in the table's
   * own; `a.b` is the field `b` of the struct `a`.
   */
  readonly columns?: readonly string[] | undefined;
  /** Columns about the rows, put behind the others and named `_metadata.row_id` and so on. */
  readonly metadataColumns?: readonly MetadataColumn[] | undefined;
  /**
   * Which rows are wanted: made with `col`, or text such as `"fare > 100 and region in ('eu', 'us')"` (see `parsePredicate`).
   * Just these rows are given out, and files without one of them, by partition values or statistics, are not read. The
   * columns that it takes need not be among those given out.
   */
  readonly where?: Predicate | string | undefined;
  /**
   * Whether the greatest value in the statistics of a float or double column is taken to be greater than NaN where there is
   * one. Delta Spark writes it so; delta-rs and others leave NaN out, and then `x > 5`, which is true of NaN, loses rows.
   * Default: false, so that such a condition skips nothing, and `x < 5` or `x between 5 and 9` do.
   */
  readonly trustFloatBounds?: boolean | undefined;
  /** At most this many rows, the first. Files that they do not take are not asked for. */
  readonly limit?: number | undefined;
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
  readonly #where: Predicate | undefined;

  /** Use {@link DeltaTable.scan}. */
  constructor(engine: Engine, snapshot: Snapshot, options: ScanOptions) {
    super();
    checkOptions("scan", options, [
      "columns",
      "metadataColumns",
      "where",
      "trustFloatBounds",
      "limit",
      "batchRows",
      "signal",
    ]);
    checkWhole("batchRows", options.batchRows, 1);
    checkWhole("limit", options.limit, 0);
    checkNames("columns", options.columns);
    checkNames("metadataColumns", options.metadataColumns);
    this.schema = scanSchema(snapshot, options);
    this.#where = checkedPredicate(options.where, snapshot.schema);
    this.#engine = engine;
    this.#snapshot = snapshot;
    this.#options = options;
  }

  /** Batches in the table's schema, cut to the wanted columns. */
  [Symbol.asyncIterator](): AsyncIterator<RecordBatch> {
    const { batchRows, limit } = this.#options;
    return stoppable(this.#options.signal, (signal) => {
      const tasks = this.#plan(signal);
      const options = { batchRows, signal };
      return limit === undefined
        ? readTasks(this.#engine, tasks, options)
        : readFirstRows(this.#engine, tasks, limit, options);
    });
  }

  override arrowSchema(): Promise<Schema> {
    return arrowSchema(this.schema);
  }

  /** The tasks of the scan, one for each file that is to be read: plain data, which `readTask` reads here or on another machine. */
  plan(): AsyncIterableIterator<ScanTask> {
    return flatten(stoppable(this.#options.signal, (signal) => this.#plan(signal)));
  }

  /**
   * The number of rows. It comes from the files' statistics, less the rows that deletion vectors mark, where every row of
   * the file is wanted; a file without statistics is asked for its footer, and one of which only some rows may be wanted for
   * the columns of the predicate.
   */
  async count(): Promise<number> {
    const { limit = Number.POSITIVE_INFINITY, trustFloatBounds, signal } = this.#options;
    const lazy = this.#options.limit !== undefined;
    const wanted = { columns: [], where: this.#where, trustFloatBounds, lazy };
    let count = 0;
    const unknown: ScanTask[] = [];
    for await (const tasks of planScan(this.#engine, this.#snapshot, { ...wanted, stats: true, signal })) {
      for (const task of tasks) {
        if (task.numRecords === undefined || task.filter !== undefined) unknown.push(task);
        else count += task.numRecords - (task.deletionVector?.cardinality ?? 0);
      }
      if (count >= limit) return limit;
    }
    for await (const batch of readTasks(this.#engine, [unknown], { signal })) {
      count += batch.numRows;
      if (count >= limit) return limit;
    }
    return count;
  }

  /**
   * What the scan has to read, and what it leaves out and why. No data file is read for it, unless `analyze` asks what of
   * their row groups and pages is left out.
   */
  explain(options: ExplainOptions = {}): Promise<ScanExplanation> {
    checkOptions("explain", options, ["analyze"]);
    const { columns, metadataColumns, trustFloatBounds, signal } = this.#options;
    const scan = { columns, metadataColumns, where: this.#where, trustFloatBounds, signal };
    return explainScan(this.#engine, this.#snapshot, scan, options);
  }

  protected override async deltaSchema(): Promise<StructType> {
    return this.schema;
  }

  #plan(signal: AbortSignal | undefined): AsyncIterable<readonly ScanTask[]> {
    const { columns, metadataColumns, trustFloatBounds, limit } = this.#options;
    const wanted = { columns, metadataColumns, where: this.#where, trustFloatBounds };
    return planScan(this.#engine, this.#snapshot, { ...wanted, lazy: limit !== undefined, signal });
  }
}

/**
 * The predicate that a `where` stands for.
 *
 * @throws DeltaError `INVALID_ARGUMENT` for what is none, `COLUMN_NOT_FOUND` and others as `checkPredicate` does
 */
export function checkedPredicate(where: Predicate | string | undefined, schema: StructType): Predicate | undefined {
  if (where === undefined) return undefined;
  const predicate = typeof where === "string" ? parsePredicate(where) : where;
  checkPredicate(predicate, schema);
  return predicate;
}
