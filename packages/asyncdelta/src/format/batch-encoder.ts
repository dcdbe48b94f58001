import type { RecordBatch } from "apache-arrow";

/** A piece of output: text goes out as UTF-8. */
export type Chunk = string | Uint8Array;

/** Turns the batches of a table into the bytes of an output format, piece by piece. */
export interface BatchEncoder {
  /** What comes before the first row. */
  start(): Iterable<Chunk>;
  /** The rows of a batch, or earlier ones that were waiting for it. */
  batch(batch: RecordBatch): Iterable<Chunk>;
  /** What comes after the last row. */
  end(): Iterable<Chunk>;
  /** In place of `end` where an error cut the rows short: something that no reader of the format takes for an end. */
  torn(): Chunk;
}
