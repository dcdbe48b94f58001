import { open } from "node:fs/promises";
import { setImmediate as turn } from "node:timers/promises";
import { type Field, type RecordBatch, Table, tableToIPC } from "apache-arrow";
import { Compression, transformParquetStream, Table as WasmTable, WriterPropertiesBuilder } from "parquet-wasm";
import { actionBatch, addBatch } from "./checkpoint-batches.js";
import type { FileRow } from "./file-row.js";

export interface CheckpointContent {
  readonly fields: readonly Field[];
  /** Actions that come first: the name of a column, and its values. */
  readonly head: readonly (readonly [column: string, actions: readonly object[]])[];
  readonly files: Iterable<FileRow>;
  /** Rows of a row group; by default about what a Parquet block of 128 MB holds of these. */
  readonly groupRows?: number | undefined;
}

const GROUP_ROWS = 131_072;
/** Rows that are held as objects at once, and made without a turn of the event loop. */
export const BATCH_ROWS = 8192;

/** Writes a Parquet checkpoint, row group after row group; never holds more than one. Gives the rows and bytes written. */
export async function writeCheckpoint(
  path: string,
  content: CheckpointContent,
): Promise<{ rows: number; bytes: number }> {
  const properties = new WriterPropertiesBuilder()
    .setCompression(Compression.SNAPPY)
    .setMaxRowGroupSize(content.groupRows ?? GROUP_ROWS)
    .build();
  let [rows, bytes] = [0, 0];
  const batches = batchesOf(content);
  const source = new ReadableStream(
    {
      async pull(controller) {
        // Nothing else here waits for the event loop: without a turn no interrupt would be heard before the end.
        await turn();
        const { done, value } = batches.next();
        if (done) return controller.close();
        rows += value.numRows;
        for (const batch of WasmTable.fromIPCStream(tableToIPC(new Table([value]), "stream")).recordBatches()) {
          controller.enqueue(batch);
        }
      },
    },
    { highWaterMark: 0 },
  );
  const file = await open(path, "w");
  try {
    const encoded = (await transformParquetStream(source, properties)) as AsyncIterable<Uint8Array>;
    for await (const piece of encoded) {
      await file.write(piece);
      bytes += piece.length;
    }
  } finally {
    await file.close();
  }
  return { rows, bytes };
}

function* batchesOf({ fields, head, files }: CheckpointContent): Generator<RecordBatch, undefined> {
  for (const [column, actions] of head) yield actionBatch(fields, column, actions);
  let rows: FileRow[] = [];
  for (const row of files) {
    rows.push(row);
    if (rows.length < BATCH_ROWS) continue;
    yield addBatch(fields, rows);
    rows = [];
  }
  if (rows.length > 0) yield addBatch(fields, rows);
  return undefined;
}
