import type { Data, RecordBatch } from "apache-arrow";
import { structChildren } from "../columnar/column-reader.js";
import { FileValues } from "../columnar/file-values.js";
import { KnownTexts } from "../columnar/known-texts.js";
import { validRows } from "../columnar/valid-rows.js";
import { type RowRanges, RowRangeWriter } from "../deletion-vector/row-ranges.js";
import type { FileSelection, SelectionStep } from "../selection/selection.js";
import { FileFilter, type FilteredFiles } from "./file-filter.js";

/** The steps by which the files of a checkpoint are selected: partition values first, and of the rest the statistics. */
export function fileSteps({ predicate, table }: FileSelection): readonly SelectionStep[] {
  const filter = new FileFilter(predicate, table);
  const texts = new KnownTexts();
  return [
    {
      columns: [
        ["add", "partitionValues"],
        ["add", "partitionValues_parsed"],
      ],
      select: (batch) => {
        const add = addOf(batch);
        const values = add && new FileValues(structChildren(add), texts);
        return values && (filter.selectPartitions(values, add) ?? keptRows(add, filter.mayHavePartition(values)));
      },
    },
    {
      columns: [
        ["add", "stats"],
        ["add", "stats_parsed"],
      ],
      select: (batch) => {
        const add = addOf(batch);
        const files = add && statsOf(structChildren(add), texts, filter);
        return files && keptRows(add, filter.mayHaveRows(files));
      },
    },
  ];
}

function addOf(batch: RecordBatch): Data | undefined {
  return structChildren(batch.data as unknown as Data).get("add");
}

function statsOf(children: ReadonlyMap<string, Data>, texts: KnownTexts, filter: FileFilter): FilteredFiles {
  const values = new FileValues(children, texts);
  const [text, parsed] = [children.get("stats"), children.get("stats_parsed")];
  const bounds = text === undefined && parsed !== undefined ? filter.parsedBounds(parsed) : undefined;
  return {
    partitionReader: (name) => values.partitionReader(name),
    numbered: (names) => values.numbered(names),
    stats: (row) => values.stats(row),
    utf8Stats: (row) => values.utf8Stats(row),
    ...(bounds && { bounds: (row: number) => (parsed!.getValid(row) ? bounds(row) : undefined) }),
  };
}

/** The rows that are files and are to be kept. */
function keptRows(add: Data, isKept: (row: number) => boolean): RowRanges {
  const rows = validRows(add);
  const kept = new RowRangeWriter(rows.length);
  for (const row of rows) if (isKept(row)) kept.add(row, row + 1);
  return kept.finish();
}
