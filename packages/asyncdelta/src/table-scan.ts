import { Readable } from "node:stream";
import {
  arrowSchema,
  type Engine,
  planScan,
  readTasks,
  type ScanTask,
  type Snapshot,
  type StructType,
  selectColumns,
} from "@asyncdelta/kernel-core";
import type { RecordBatch, Schema, Table } from "apache-arrow";
import { checkOptions, checkWhole } from "./check-options.js";
import { flatten } from "./flatten.js";
import type { Row } from "./rows/value.js";

export interface ScanOptions {
  /**
   * The columns to read, in this order; absent means all. Names are matched without case and given out in the table's
   * own; `a.b` is the field `b` of the struct `a`.
   */
  readonly columns?: readonly string[] | undefined;
  /** Most rows of a batch. */
  readonly batchRows?: number | undefined;
  /** Stops every iteration of the scan, which then ends in an `ABORTED` error. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * A scan of a table at one version: an `AsyncIterable` of Arrow batches. Each iteration reads anew, several files at
 * once, and gives out rows in the order of the plan. Leaving a `for await` early stops what is under way.
 */
export class TableScan implements AsyncIterable<RecordBatch> {
  /** The columns that the scan gives out. */
  readonly schema: StructType;
  readonly #engine: Engine;
  readonly #snapshot: Snapshot;
  readonly #options: ScanOptions;

  /** Use {@link DeltaTable.scan}. */
  constructor(engine: Engine, snapshot: Snapshot, options: ScanOptions) {
    checkOptions("scan", options, ["columns", "batchRows", "signal"]);
    checkWhole("batchRows", options.batchRows, 1);
    this.schema = options.columns === undefined ? snapshot.schema : selectColumns(snapshot.schema, options.columns);
    this.#engine = engine;
    this.#snapshot = snapshot;
    this.#options = options;
  }

  /** The Arrow schema of every batch. */
  arrowSchema(): Promise<Schema> {
    return arrowSchema(this.schema);
  }

  /** The tasks of the scan, one for each live file: plain data, which `readTask` reads here or on another machine. */
  plan(): AsyncIterableIterator<ScanTask> {
    return flatten(this.#plan());
  }

  /** Batches in the table's schema, cut to the wanted columns. */
  [Symbol.asyncIterator](): AsyncIterator<RecordBatch> {
    const { batchRows, signal } = this.#options;
    return readTasks(this.#engine, this.#plan(), { batchRows, signal })[Symbol.asyncIterator]();
  }

  /** Rows as objects with exact values: see {@link Value} for what each type becomes. */
  rows(): AsyncIterableIterator<Row> {
    return flatten(this.#rowBlocks());
  }

  /** All batches as one Arrow table, in memory. */
  async toTable(): Promise<Table> {
    const batches: RecordBatch[] = [];
    for await (const batch of this) batches.push(batch);
    const { Table } = await import("apache-arrow");
    return new Table(await this.arrowSchema(), batches);
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

  /** The batches as a Node stream of objects, which reads no more than one ahead. */
  toReadable(): Readable {
    return Readable.from(this, { highWaterMark: 1 });
  }

  #plan(): AsyncIterable<readonly ScanTask[]> {
    const { columns, signal } = this.#options;
    return planScan(this.#engine, this.#snapshot, { columns, signal });
  }

  async *#rowBlocks(): AsyncGenerator<Iterable<Row>> {
    const { rowReader } = await import("./rows/row-reader.js");
    const { schema } = this;
    for await (const batch of this) {
      const read = rowReader(schema, batch);
      yield (function* () {
        for (let i = 0; i < batch.numRows; i++) yield read(i);
      })();
    }
  }
}
