import type { StructType } from "@asyncdelta/kernel-core";
import type { RecordBatch, Schema } from "apache-arrow";
import { flatten } from "../flatten.js";
import type { BatchEncoder, Chunk } from "./batch-encoder.js";
import type { ByteFormat } from "./byte-format.js";

/** Batches, and what is known of their columns. */
export interface Encodable extends AsyncIterable<RecordBatch> {
  deltaSchema(): Promise<StructType>;
  arrowSchema(): Promise<Schema>;
}

/** The bytes of batches in a format, in pieces. A piece is made when it is asked for. */
export function encodeBatches(batches: Encodable, format: ByteFormat): AsyncIterableIterator<Uint8Array> {
  return flatten({ [Symbol.asyncIterator]: () => new EncodedBatches(batches, format) });
}

/** No generator: that would end what it waits for before it returned. */
class EncodedBatches implements AsyncIterator<Iterable<Uint8Array>> {
  readonly #batches: AsyncIterator<RecordBatch>;
  readonly #encoder: () => Promise<BatchEncoder>;
  #started: BatchEncoder | undefined;
  #isOver = false;

  constructor(batches: Encodable, format: ByteFormat) {
    this.#batches = batches[Symbol.asyncIterator]();
    this.#encoder = () => encoderOf(format, batches);
  }

  async next(): Promise<IteratorResult<Iterable<Uint8Array>>> {
    if (this.#isOver) return { done: true, value: undefined };
    if (this.#started === undefined) {
      this.#started = await this.#encoder();
      return { value: bytesOf(this.#started.start()) };
    }
    const { done, value: batch } = await this.#batches.next();
    if (!done) return { value: bytesOf(this.#started.batch(batch)) };
    this.#isOver = true;
    return { value: bytesOf(this.#started.end()) };
  }

  async return(): Promise<IteratorResult<Iterable<Uint8Array>>> {
    this.#isOver = true;
    await this.#batches.return?.();
    return { done: true, value: undefined };
  }
}

async function encoderOf(format: ByteFormat, batches: Encodable): Promise<BatchEncoder> {
  if (format === "arrow") return (await import("./arrow-encoder.js")).arrowEncoder(await batches.arrowSchema());
  const schema = await batches.deltaSchema();
  if (format === "jsonl") return (await import("./jsonl-encoder.js")).jsonlEncoder(schema);
  const [{ cellColumns, cellEncoder }, { csvFormat }] = await Promise.all([
    import("./cell-encoder.js"),
    import("./csv-format.js"),
  ]);
  return cellEncoder(schema, csvFormat(cellColumns(schema)));
}

function* bytesOf(chunks: Iterable<Chunk>): Generator<Uint8Array, void, undefined> {
  const encoder = new TextEncoder();
  for (const chunk of chunks) {
    if (chunk.length > 0) yield typeof chunk === "string" ? encoder.encode(chunk) : chunk;
  }
}
