import { DeltaError, readTasks, type ScanTask } from "@asyncdelta/kernel-core";
import type { RecordBatch } from "apache-arrow";
import type { DeltaTable } from "../delta-table.js";
import type { BatchEncoder } from "../format/batch-encoder.js";
import { cellColumns, cellEncoder } from "../format/cell-encoder.js";
import type { TableScan } from "../table-scan.js";
import { cellFormat } from "./cell-format-for.js";
import type { Command } from "./commands.js";
import type { Format } from "./options.js";
import type { Output } from "./output.js";
import { type Progress, startProgress } from "./progress.js";
import { orTorn } from "./torn-output.js";
import { withTable } from "./with-table.js";

/** `asyncdelta read`: the rows. */
export const read: Command = (location, options, output) =>
  withTable(location, options, async (table) => {
    if (options.metadataColumns !== undefined) throw noRowTracking();
    const scan = table.scan({ columns: options.columns });
    const encoder = await encoderFor(options.format, scan, output);
    const progress = await startProgress(output);
    try {
      await orTorn(
        output,
        () => encoder.torn(),
        async () => {
          for (const chunk of encoder.start()) await output.write(chunk);
          for await (const batch of firstRows(batches(table, scan, progress), options.limit)) {
            for (const chunk of encoder.batch(batch)) await output.write(chunk);
            progress.rows += batch.numRows;
          }
          for (const chunk of encoder.end()) await output.write(chunk);
        },
      );
    } finally {
      progress.stop();
    }
  });

function noRowTracking(): DeltaError {
  const message = "Row ids and row commit versions cannot be read in this version: leave out --metadata-columns.";
  return new DeltaError("FEATURE_UNSUPPORTED", message, { feature: "rowTracking" });
}

async function encoderFor(format: Format, scan: TableScan, output: Output): Promise<BatchEncoder> {
  switch (format) {
    case "arrow":
      return (await import("../format/arrow-encoder.js")).arrowEncoder(await scan.arrowSchema());
    case "jsonl":
      return (await import("../format/jsonl-encoder.js")).jsonlEncoder(scan.schema);
    default:
      return cellEncoder(scan.schema, await cellFormat(format, cellColumns(scan.schema), output));
  }
}

/** The scan's batches. To show how far it has come, the whole plan is made first and its tasks are counted. */
async function* batches(table: DeltaTable, scan: TableScan, progress: Progress): AsyncGenerator<RecordBatch> {
  if (!progress.visible) return yield* scan;
  const tasks: ScanTask[] = [];
  for await (const task of scan.plan()) tasks.push(task);
  progress.total = tasks.length;
  function* counted(): Generator<ScanTask[]> {
    for (const task of tasks) {
      progress.begun += 1;
      yield [task];
    }
  }
  yield* readTasks(table.engine, counted());
}

async function* firstRows(source: AsyncIterable<RecordBatch>, limit: number | undefined): AsyncGenerator<RecordBatch> {
  let left = limit ?? Number.POSITIVE_INFINITY;
  if (left === 0) return;
  for await (const batch of source) {
    yield batch.numRows <= left ? batch : batch.slice(0, left);
    left -= batch.numRows;
    if (left <= 0) return;
  }
}
