import type { FilesAndBytes, ScanExplanation } from "../scan-explanation.js";
import type { CommandOptions } from "./options.js";
import type { Output } from "./output.js";
import { printItems } from "./print-items.js";

interface Level extends FilesAndBytes {
  readonly level: string;
  readonly rows?: number;
}

/** Prints what a scan has to read: a line for what is there, for each level that leaves files out, and for the rest. */
export async function printExplanation(
  output: Output,
  options: CommandOptions,
  { live, skippedByPartition, skippedByStatistics, read }: ScanExplanation,
): Promise<void> {
  const levels: readonly Level[] = [
    { level: "in the table", ...live },
    { level: "skipped by partition", ...skippedByPartition },
    { level: "skipped by statistics", ...skippedByStatistics },
    { level: "to read", files: read.files, bytes: read.bytes, ...(read.rows === undefined ? {} : { rows: read.rows }) },
  ];
  const { limit: _, ...all } = options;
  await printItems(output, all, each(levels), {
    columns: [
      { name: "level" },
      { name: "files", numeric: true },
      { name: "bytes", numeric: true },
      { name: "rows", numeric: true },
    ],
    cells: ({ level, files, bytes, rows }) => [
      level,
      String(files),
      String(bytes),
      rows === undefined ? null : String(rows),
    ],
    json: (level) => JSON.stringify(level),
  });
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
