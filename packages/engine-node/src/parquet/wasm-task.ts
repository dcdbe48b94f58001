import { initSync, ParquetFile, type RecordBatch, wasmMemory } from "parquet-wasm/esm";
import type { TaskResult } from "../pool/messages.js";
import { type Task, UnfitWorker } from "../pool/tasks.js";
import { fileCorrupt } from "./file-corrupt.js";
import { readForeignArray } from "./wasm-array.js";
import { copyBatch } from "./wasm-copy.js";
import { fileOfPieces } from "./wasm-file.js";
import type { DecodedBatch, DecodeRequest } from "./wasm-request.js";

/** Decodes one row group in a worker. */
export const decodeRowGroup: Task<DecodeRequest, DecodedBatch> = async function* (request) {
  initSync({ module: request.module });
  const { url, numRows, windowRows } = request;
  const panic = new Panic();
  try {
    const file = await panic.race(
      ParquetFile.fromFile(fileOfPieces(request.fileSize, request.pieces, request.footer) as Blob),
    );
    let rows = 0;
    for (let start = 0; start < numRows; start += windowRows) {
      const window = start === 0 && windowRows >= numRows ? {} : { offset: start, limit: windowRows };
      const stream = await panic.race(file.stream({ batchSize: request.batchRows, ...window }));
      const reader = stream.getReader() as ReadableStreamDefaultReader<RecordBatch>;
      try {
        for (;;) {
          const { done, value } = await panic.race(reader.read());
          if (done) break;
          rows += value.numRows;
          yield takeBatch(value, request);
        }
      } finally {
        await reader.cancel();
      }
    }
    file.free();
    if (rows !== numRows) throw fileCorrupt(url, `its footer says ${numRows} rows, but there are ${rows}`);
  } catch (error) {
    if (panic.happened) throw new UnfitWorker("", { cause: fileCorrupt(url, `${error}`, { cause: error }) });
    throw fileCorrupt(url, `${error}`, { cause: error });
  } finally {
    panic.dispose();
  }
};

function takeBatch(batch: RecordBatch, { layouts }: DecodeRequest): TaskResult<DecodedBatch> {
  const foreign = batch.intoFFI();
  try {
    const { buffer } = wasmMemory();
    const array = readForeignArray(new DataView(buffer), foreign.schemaAddr(), foreign.arrayAddr());
    const value = copyBatch(buffer, array, layouts);
    return { value, transfer: [value.buffer], bytes: value.buffer.byteLength };
  } finally {
    foreign.free();
  }
}

class Panic {
  happened = false;
  readonly #promise: Promise<never>;
  #listener: (error: unknown) => void = () => {};

  constructor() {
    this.#promise = new Promise((_, reject) => {
      this.#listener = (error) => {
        this.happened = true;
        reject(error);
      };
    });
    this.#promise.catch(() => {});
    process.on("uncaughtException", this.#listener);
  }

  race<T>(promise: Promise<T>): Promise<T> {
    return Promise.race([promise, this.#promise]);
  }

  dispose(): void {
    process.off("uncaughtException", this.#listener);
  }
}
