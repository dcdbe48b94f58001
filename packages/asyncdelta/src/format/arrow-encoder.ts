import { DeltaError } from "@asyncdelta/kernel-core";
import { RecordBatchStreamWriter, type Schema, util } from "apache-arrow";
import type { BatchEncoder } from "./batch-encoder.js";

/** Collects what a writer would push into an unbounded queue, so that each batch can wait for the output. */
class CollectingWriter extends RecordBatchStreamWriter {
  #chunks: Uint8Array[] = [];

  protected override _write(chunk: ArrayBufferView): this {
    // As the base class: nothing goes out before the stream has started.
    if (this._started && chunk.byteLength > 0) {
      this.#chunks.push(new Uint8Array(chunk.buffer as ArrayBuffer, chunk.byteOffset, chunk.byteLength));
      this._position += chunk.byteLength;
    }
    return this;
  }

  take(): Uint8Array[] {
    const chunks = this.#chunks;
    this.#chunks = [];
    return chunks;
  }
}

/** The Arrow IPC streaming format. The schema goes out even when no batch follows. */
export function arrowEncoder(schema: Schema): BatchEncoder {
  const writer = new CollectingWriter({ autoDestroy: false });
  return {
    *start() {
      writer.reset(undefined, schema);
      yield* joined(writer.take());
    },
    *batch(batch) {
      // A writer that meets another schema starts a second stream, which readers of the first never see.
      if (!util.compareSchemas(schema, batch.schema)) {
        throw new DeltaError("TYPE_MISMATCH", "A batch does not have the schema of the table: please report this.");
      }
      writer.write(batch);
      yield* joined(writer.take());
    },
    *end() {
      writer.finish();
      yield* joined(writer.take());
    },
    // A stream may end without its end marker: a message of 64 bytes of which only 8 come cannot be misread.
    torn: () => new Uint8Array(Int32Array.of(-1, 64, 0, 0).buffer),
  };
}

const LARGE = 1 << 16;

/** Small pieces joined, so that a write is worth its system call; large ones as they are. */
function* joined(chunks: readonly Uint8Array[]): Generator<Uint8Array> {
  let small: Uint8Array[] = [];
  for (const chunk of chunks) {
    if (chunk.byteLength < LARGE) {
      small.push(chunk);
      continue;
    }
    if (small.length > 0) yield Buffer.concat(small);
    small = [];
    yield chunk;
  }
  if (small.length > 0) yield Buffer.concat(small);
}
