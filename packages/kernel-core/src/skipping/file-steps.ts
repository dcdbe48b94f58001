import type { Data, RecordBatch } from "apache-arrow";
import { structChildren } from "../columnar/column-reader.js";
import { FileValues } from "../columnar/file-values.js";
import { validRows } from "../columnar/valid-rows.js";
import { type RowRanges, RowRangeWriter } from "../deletion-vector/row-ranges.js";
import type { FileSelection, SelectionStep } from "../selection/selection.js";
import { FileFilter, type FilteredFiles } from "./file-filter.js";

/** The steps by which the files of a checkpoint are selected: partition values first, and of the rest the statistics. */
export function fileSteps({ predicate, table }: FileSelection): readonly SelectionStep[] {
  const filter = new FileFilter(predicate, table);
  return [
    {
      columns: [
        ["add", "partitionValues"],
        ["add", "partitionValues_parsed"],
      ],
      select: (batch) => keptRows(batch, (files, row) => filter.mayHavePartition(files, row)),
    },
    {
      columns: [
        ["add", "stats"],
        ["add", "stats_parsed"],
      ],
      select: (batch) => keptRows(batch, (files, row) => filter.mayHaveRows(files, row)),
    },
  ];
}

/** The rows that are files and are to be kept. */
function keptRows(batch: RecordBatch, isKept: (files: FilteredFiles, row: number) => boolean): RowRanges | undefined {
  const add = structChildren(batch.data as unknown as Data).get("add");
  if (add === undefined) return undefined;
  const values = new FileValues(structChildren(add));
  const files: FilteredFiles = {
    partitionValue: (row, name) => values.partitionValue(row, name),
    stats: (row) => values.utf8Stats(row),
  };
  const rows = validRows(add);
  const kept = new RowRangeWriter(rows.length);
  for (const row of rows) if (isKept(files, row)) kept.add(row, row + 1);
  return kept.finish();
}
