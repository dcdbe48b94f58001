import { readTasks, type ScanTask } from "@asyncdelta/kernel-core";
import type { RecordBatch } from "apache-arrow";
import type { DeltaTable } from "../delta-table.js";
import type { TableScan } from "../table-scan.js";
import type { Command } from "./commands.js";
import { printBatches } from "./print-batches.js";
import { type Progress, startProgress } from "./progress.js";
import { withTable } from "./with-table.js";

/** `asyncdelta read`: the rows. */
export const read: Command = (location, options, output) =>
  withTable(location, options, async (table) => {
    const { columns, metadataColumns } = options;
    const scan = table.scan({ columns, metadataColumns });
    const progress = await startProgress(output);
    try {
      await printBatches(output, options, {
        schema: scan.schema,
        arrowSchema: () => scan.arrowSchema(),
        batches: progress.visible ? watched(table, scan, progress) : scan,
      });
    } finally {
      progress.stop();
    }
  });

/** The scan's batches; to show how far it has come, the whole plan is made first, and its tasks are counted. */
async function* watched(table: DeltaTable, scan: TableScan, progress: Progress): AsyncGenerator<RecordBatch> {
  const tasks: ScanTask[] = [];
  for await (const task of scan.plan()) tasks.push(task);
  progress.total = tasks.length;
  function* counted(): Generator<ScanTask[]> {
    for (const task of tasks) {
      progress.begun += 1;
      yield [task];
    }
  }
  for await (const batch of readTasks(table.engine, counted())) {
    progress.rows += batch.numRows;
    yield batch;
  }
}
