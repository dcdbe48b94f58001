import { tuneForReading } from "@asyncdelta/engine-node";
import type { StructType } from "@asyncdelta/kernel-core";
import type { RecordBatch, Schema } from "apache-arrow";
import type { BatchEncoder } from "../format/batch-encoder.js";
import { cellColumns, cellEncoder } from "../format/cell-encoder.js";
import { encoderOf } from "../format/encoder-of.js";
import { cellFormat } from "./cell-format-for.js";
import type { CommandOptions, Format } from "./options.js";
import type { Output } from "./output.js";
import { orTorn } from "./torn-output.js";

/** Batches and the schema that they have. */
export interface BatchSource {
  readonly schema: StructType;
  arrowSchema(): Promise<Schema>;
  readonly batches: AsyncIterable<RecordBatch>;
}

/** Prints the rows of batches in the format that was asked for. What an error cuts short does not look complete. */
export async function printBatches(
  output: Output,
  { format, limit = Number.POSITIVE_INFINITY }: CommandOptions,
  source: BatchSource,
): Promise<void> {
  tuneForReading({ once: true });
  const encoder = await encoderFor(format, source, output);
  const print = async (): Promise<void> => {
    for (const chunk of encoder.start()) await output.write(chunk);
    for await (const batch of firstRows(source.batches, limit)) {
      for (const chunk of encoder.batch(batch)) await output.write(chunk);
    }
    for (const chunk of encoder.end()) await output.write(chunk);
  };
  await orTorn(output, () => encoder.torn(), print);
}

async function encoderFor(format: Format, { schema, arrowSchema }: BatchSource, output: Output): Promise<BatchEncoder> {
  if (format !== "table") return encoderOf(format, schema, arrowSchema);
  return cellEncoder(schema, await cellFormat(format, cellColumns(schema), output));
}

async function* firstRows(batches: AsyncIterable<RecordBatch>, limit: number): AsyncGenerator<RecordBatch> {
  let left = limit;
  if (left === 0) return;
  for await (const batch of batches) {
    yield batch.numRows <= left ? batch : batch.slice(0, left);
    left -= batch.numRows;
    if (left <= 0) return;
  }
}
