import { Readable } from "node:stream";
import type { StructType } from "@asyncdelta/kernel-core";
import type { RecordBatch, Schema, Table } from "apache-arrow";
import { flatten } from "./flatten.js";
import { type ByteFormat, checkByteFormat } from "./format/byte-format.js";
import { encodeBatches } from "./format/encode-batches.js";
import { encoderOf } from "./format/encoder-of.js";
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
    return flatten({ [Symbol.asyncIterator]: () => this.#rowBlocks() });
  }

  /** All batches as one Arrow table, in memory. */
  async toTable(): Promise<Table> {
    const batches: RecordBatch[] = [];
    for await (const batch of this) batches.push(batch);
    const { Table } = await import("apache-arrow");
    return new Table(await this.arrowSchema(), batches);
  }

  /**
   * The rows as bytes, in pieces, for a file or a response: `pipeline(scan.encode("jsonl"), response)`. Where the rows end in an error, so
   * do the bytes.
   *
   * @throws DeltaError `INVALID_ARGUMENT` for another format
   */
  encode(format: ByteFormat): AsyncIterableIterator<Uint8Array> {
    checkByteFormat(format);
    return encodeBatches(this, async () => encoderOf(format, await this.deltaSchema(), () => this.arrowSchema()));
  }

  /** The batches as a Node stream of objects, which reads no more than one ahead. */
  toReadable(): Readable {
    return Readable.from(this, { highWaterMark: 1 });
  }

  /** No generator: that would end what it waits for before it returned. */
  #rowBlocks(): AsyncIterator<Iterable<Row>> {
    const batches = this[Symbol.asyncIterator]();
    const loading = import("./rows/row-reader.js");
    return {
      next: async () => {
        try {
          const [{ rowReader }, { done, value: batch }] = await Promise.all([loading, batches.next()]);
          if (done) return { done, value: undefined };
          return { value: rowsOf(batch, rowReader(await this.deltaSchema(), batch)) };
        } catch (error) {
          // Also where it was not the batches that failed: they would be read on behind the error.
          await batches.return?.().catch(() => {});
          throw error;
        }
      },
      return: async () => {
        await batches.return?.();
        return { done: true, value: undefined };
      },
    };
  }
}

function* rowsOf({ numRows }: RecordBatch, read: (index: number) => Row): Generator<Row, void, undefined> {
  for (let i = 0; i < numRows; i++) yield read(i);
}
