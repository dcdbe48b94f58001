import type { RecordBatch } from "apache-arrow";
import type { RowRanges } from "../deletion-vector/row-ranges.js";
import type { ParquetField } from "../engine/parquet.js";
import { RowFilter } from "../predicate/row-filter.js";
import type { ScanFilter, ScanTask } from "../scan/scan-task.js";
import { BatchTransform } from "./batch-transform.js";

/** Finds the rows of a task's file that its filter is true for. */
export class TaskFilter {
  readonly #transform: BatchTransform;
  readonly #rows: RowFilter;

  constructor(task: ScanTask, filter: ScanFilter, fields: readonly ParquetField[]) {
    const { metadataColumns: _, materialized: __, ...rest } = task;
    this.#transform = new BatchTransform({ ...rest, schema: filter.schema, partitionColumns: [] }, fields);
    this.#rows = new RowFilter(filter.predicate, filter.schema);
  }

  /** What to ask the file for. */
  get physicalColumns(): readonly (readonly string[])[] {
    return this.#transform.physicalColumns;
  }

  /** The wanted rows of a batch of the file, of those in `among` (absent means all); `undefined` for all of the batch. */
  select(batch: RecordBatch, among: RowRanges | undefined): RowRanges | undefined {
    return this.#rows.select(this.#transform.apply(batch), among);
  }
}

/** Columns of two readings, so that none is asked for twice: what lies below another is left out. */
export function joinColumns(
  a: readonly (readonly string[])[],
  b: readonly (readonly string[])[],
): readonly (readonly string[])[] {
  const covers = (outer: readonly string[], inner: readonly string[]) =>
    outer.length <= inner.length && outer.every((name, at) => name === inner[at]);
  const all = [...a, ...b];
  return all.filter(
    (path, at) =>
      !all.some((other, index) => index !== at && covers(other, path) && (other.length < path.length || index < at)),
  );
}
