import { planScan, readTasks, type ScanTask } from "@asyncdelta/kernel-core";
import type { RecordBatch } from "apache-arrow";
import type { DeltaTable } from "../delta-table.js";
import type { ScanOptions } from "../table-scan.js";
import type { Command } from "./commands.js";
import { printBatches } from "./print-batches.js";
import { type Progress, startProgress } from "./progress.js";
import { withTable } from "./with-table.js";

/** `asyncdelta read`: the rows. */
export const read: Command = (location, options, output) =>
  withTable(location, options, async (table) => {
    const { columns, metadataColumns } = options;
    const wanted = { columns, metadataColumns };
    const scan = table.scan(wanted);
    const progress = await startProgress(output);
    try {
      await printBatches(output, options, {
        schema: scan.schema,
        arrowSchema: () => scan.arrowSchema(),
        batches: progress.visible ? watched(table, wanted, progress) : scan,
      });
    } finally {
      progress.stop();
    }
  });

/** The scan's batches; to show how far it has come, the whole plan is made first, with the files' numbers of rows. */
async function* watched(table: DeltaTable, options: ScanOptions, progress: Progress): AsyncGenerator<RecordBatch> {
  const plan: (readonly ScanTask[])[] = [];
  let total: number | undefined = 0;
  for await (const tasks of planScan(table.engine, table.snapshot, { ...options, stats: true })) {
    plan.push(tasks);
    for (const { numRecords, deletionVector } of tasks) {
      // Without statistics, nobody knows before it is read.
      if (numRecords === undefined) total = undefined;
      else if (total !== undefined) total += numRecords - (deletionVector?.cardinality ?? 0);
    }
  }
  progress.total = total;
  for await (const batch of readTasks(table.engine, plan)) {
    progress.rows += batch.numRows;
    yield batch;
  }
}
