import type { FilesAndBytes, ReadAnalysis, ScanExplanation } from "../scan-explanation.js";
import type { CommandOptions } from "./options.js";
import type { Output } from "./output.js";
import { printItems } from "./print-items.js";

interface Level extends Partial<FilesAndBytes> {
  readonly level: string;
  readonly rowGroups?: number;
  readonly pages?: number;
  readonly bytes: number;
  readonly rows?: number;
}

/** Prints what a scan has to read: a line for what is there, for each level that leaves files out, and for the rest. */
export async function printExplanation(
  output: Output,
  options: CommandOptions,
  { live, skippedByPartition, skippedByStatistics, read, analysis }: ScanExplanation,
): Promise<void> {
  const levels: readonly Level[] = [
    { level: "in the table", ...live },
    { level: "skipped by partition", ...skippedByPartition },
    { level: "skipped by statistics", ...skippedByStatistics },
    { level: "to read", files: read.files, bytes: read.bytes, ...(read.rows === undefined ? {} : { rows: read.rows }) },
    ...(analysis === undefined ? [] : analyzedLevels(analysis)),
  ];
  const isAnalyzed = analysis !== undefined;
  // What is not counted at a level is no null.
  const none = options.format === "csv" ? null : "-";
  const cell = (count: number | undefined): string | null => (count === undefined ? none : String(count));
  const { limit: _, ...all } = options;
  await printItems(output, all, each(levels), {
    columns: [
      { name: "level" },
      { name: "files", numeric: true },
      ...(isAnalyzed
        ? [
            { name: "row groups", numeric: true },
            { name: "pages", numeric: true },
          ]
        : []),
      { name: "bytes", numeric: true },
      { name: "rows", numeric: true },
    ],
    cells: ({ level, files, rowGroups, pages, bytes, rows }) => [
      level,
      cell(files),
      ...(isAnalyzed ? [cell(rowGroups), cell(pages)] : []),
      cell(bytes),
      cell(rows),
    ],
    json: (level) => JSON.stringify(level),
  });
}

/** What became of the files that were read, of the wanted columns alone. */
function analyzedLevels(analysis: ReadAnalysis): readonly Level[] {
  const { there, skippedByStatistics, skippedByValues, skippedByPages, skippedPages, skippedByFilter } = analysis;
  return [
    { level: "in the files read", ...there },
    { level: "skipped by footers", ...skippedByStatistics },
    { level: "skipped by bloom filters and dictionaries", ...skippedByValues },
    { level: "skipped by page indexes", ...skippedByPages },
    { level: "skipped pages of the others", ...skippedPages },
    { level: "skipped by looking at the predicate's columns", ...skippedByFilter },
    { level: "read", ...analysis.read, rows: analysis.rows },
  ];
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
