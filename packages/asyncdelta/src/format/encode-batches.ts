import type { RecordBatch } from "apache-arrow";
import { flatten } from "../flatten.js";
import type { BatchEncoder, Chunk } from "./batch-encoder.js";

/** The bytes of batches as an encoder makes them, in pieces. A piece is made when it is asked for. */
export function encodeBatches(
  batches: AsyncIterable<RecordBatch>,
  encoder: () => Promise<BatchEncoder>,
): AsyncIterableIterator<Uint8Array> {
  return flatten({ [Symbol.asyncIterator]: () => new EncodedBatches(batches, encoder) });
}

/** No generator: that would end what it waits for before it returned. */
class EncodedBatches implements AsyncIterator<Iterable<Uint8Array>> {
  readonly #batches: AsyncIterator<RecordBatch>;
  readonly #encoder: () => Promise<BatchEncoder>;
  #started: BatchEncoder | undefined;
  #isOver = false;

  constructor(batches: AsyncIterable<RecordBatch>, encoder: () => Promise<BatchEncoder>) {
    this.#batches = batches[Symbol.asyncIterator]();
    this.#encoder = encoder;
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

function* bytesOf(chunks: Iterable<Chunk>): Generator<Uint8Array, void, undefined> {
  const encoder = new TextEncoder();
  for (const chunk of chunks) {
    if (chunk.length > 0) yield typeof chunk === "string" ? encoder.encode(chunk) : chunk;
  }
}
