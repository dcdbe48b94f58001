import { Readable } from "node:stream";
import type { StructType } from "@asyncdelta/kernel-core";
import type { RecordBatch, Schema, Table } from "apache-arrow";
import { flatten } from "./flatten.js";
import type { Row } from "./rows/value.js";

/** What can be done with Arrow batches that come one after another: the common part of scans and change feeds. */
export abstract class BatchStream implements AsyncIterable<RecordBatch> {
  /** The columns of every batch. */
  protected abstract deltaSchema(): Promise<StructType>;

  abstract [Symbol.asyncIterator](): AsyncIterator<RecordBatch>;

  /** The Arrow schema of every batch, also where there are none. */
  abstract arrowSchema(): Promise<Schema>;

  /** Rows as objects with exact values: see {@link Value} for what each type becomes. */
  rows(): AsyncIterableIterator<Row> {
    return flatten(this.#rowBlocks());
  }

  /** All batches as one Arrow table, in memory. */
  async toTable(): Promise<Table> {
    const batches: RecordBatch[] = [];
    for await (const batch of this) batches.push(batch);
    const { Table } = await import("apache-arrow");
    return new Table(await this.arrowSchema(), batches);
  }

  /** The batches as a Node stream of objects, which reads no more than one ahead. */
  toReadable(): Readable {
    return Readable.from(this, { highWaterMark: 1 });
  }

  async *#rowBlocks(): AsyncGenerator<Iterable<Row>> {
    const [{ rowReader }, schema] = await Promise.all([import("./rows/row-reader.js"), this.deltaSchema()]);
    for await (const batch of this) {
      const read = rowReader(schema, batch);
      yield (function* () {
        for (let i = 0; i < batch.numRows; i++) yield read(i);
      })();
    }
  }
}
