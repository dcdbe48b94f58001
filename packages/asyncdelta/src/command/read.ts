import { planScan, readFirstRows, readTasks, type ScanTask } from "@asyncdelta/kernel-core";
import type { RecordBatch } from "apache-arrow";
import type { DeltaTable } from "../delta-table.js";
import { checkedPredicate, type ScanOptions } from "../table-scan.js";
import type { Command } from "./commands.js";
import { printBatches } from "./print-batches.js";
import { printExplanation } from "./print-explanation.js";
import { type Progress, startProgress } from "./progress.js";
import { withTable } from "./with-table.js";

/** `asyncdelta read`: the rows. */
export const read: Command = (location, options, output) =>
  withTable(location, options, async (table) => {
    const { columns, metadataColumns, where, limit, analyze } = options;
    const wanted = { columns, metadataColumns, where, limit };
    const scan = table.scan(wanted);
    if (options.explain) return printExplanation(output, options, await scan.explain({ analyze }));
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
  const { columns, metadataColumns, limit } = options;
  const where = checkedPredicate(options.where, table.schema);
  const plan: (readonly ScanTask[])[] = [];
  let total: number | undefined = 0;
  for await (const tasks of planScan(table.engine, table.snapshot, { columns, metadataColumns, where, stats: true })) {
    plan.push(tasks);
    for (const { numRecords, deletionVector, filter } of tasks) {
      // Without statistics, or with rows to choose from, nobody knows before it is read.
      if (numRecords === undefined || filter !== undefined) total = undefined;
      else if (total !== undefined) total += numRecords - (deletionVector?.cardinality ?? 0);
    }
  }
  progress.total = total === undefined ? undefined : Math.min(total, limit ?? total);
  const batches = limit === undefined ? readTasks(table.engine, plan) : readFirstRows(table.engine, plan, limit);
  for await (const batch of batches) {
    progress.rows += batch.numRows;
    yield batch;
  }
}
