import type { RecordBatch } from "apache-arrow";
import type { RowRanges } from "../deletion-vector/row-ranges.js";
import type { ParquetField } from "../engine/parquet.js";
import type { BoundPredicate } from "../predicate/bound-predicate.js";
import type { ScanFilter, ScanTask } from "../scan/scan-task.js";
import type { FilteredTable } from "../skipping/file-filter.js";

/**
 * Which rows of a Parquet file are wanted, told by plain data, so that whoever decodes the file can leave out the others, on
 * whatever thread. {@link openSelection} makes functions of it.
 */
export type RowSelection = FileSelection | TaskSelection;

/** In a checkpoint: the `add` actions of files that may have rows for which a predicate is true. */
export interface FileSelection {
  readonly kind: "files";
  readonly predicate: BoundPredicate;
  readonly table: FilteredTable;
}

/** In a data file: the rows for which the filter of a scan task is true, exactly. */
export interface TaskSelection {
  readonly kind: "rows";
  readonly task: ScanTask & { readonly filter: ScanFilter };
  /** The columns of the file. */
  readonly fields: readonly ParquetField[];
}

/** A part of a selection: it looks at some columns, and at the rows that the steps before it have left. */
export interface SelectionStep {
  /** Where the columns begin that it looks at, as paths from the root: all that lies below is meant. */
  readonly columns: readonly (readonly string[])[];
  /** The rows to keep of a batch of the columns of this step and those before it; `undefined` for all of them. */
  select(batch: RecordBatch): RowRanges | undefined;
}

/** The steps of a selection, to be taken in this order. A step none of whose columns are read is to be left out. */
export function openSelection(selection: RowSelection): Promise<readonly SelectionStep[]> {
  let steps = opened.get(selection);
  if (steps === undefined) {
    steps = makeSteps(selection);
    opened.set(selection, steps);
  }
  return steps;
}

export function loadFileSteps(): Promise<typeof import("../skipping/file-steps.js")> {
  return import("../skipping/file-steps.js");
}

export function loadTaskFilter(): Promise<typeof import("../read/task-filter.js")> {
  return import("../read/task-filter.js");
}

/** One row group after the other is decoded by the same selection. */
const opened = new WeakMap<RowSelection, Promise<readonly SelectionStep[]>>();

async function makeSteps(selection: RowSelection): Promise<readonly SelectionStep[]> {
  switch (selection.kind) {
    case "files": {
      const { fileSteps } = await loadFileSteps();
      return fileSteps(selection);
    }
    case "rows": {
      const { TaskFilter } = await loadTaskFilter();
      const filter = new TaskFilter(selection.task, selection.task.filter, selection.fields);
      return [{ columns: filter.physicalColumns, select: (batch) => filter.select(batch, undefined) }];
    }
    default:
      return selection satisfies never;
  }
}
