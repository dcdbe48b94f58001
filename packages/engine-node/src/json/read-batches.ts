import { abortedError, checkRange, DeltaError, type ReadBatchesOptions, throwIfAborted } from "@asyncdelta/kernel-core";
import { parallelFlatMap } from "@asyncdelta/parallel";
import type { RecordBatch } from "apache-arrow";
import type { WorkerPool } from "../pool/worker-pool.js";
import { breathe } from "./breathe.js";
import type { JsonHandlerOptions } from "./json-handler.js";
import { jsonShapes } from "./json-shapes.js";
import type { JsonResult } from "./json-task.js";
import { type LineBlock, lineBlocks } from "./line-blocks.js";
import { LineDecoder } from "./line-decoder.js";
import { lineError } from "./line-error.js";
import { lineSlices } from "./line-slices.js";
import { openGate } from "./row-gate.js";
import { toRecordBatch } from "./to-record-batch.js";

/** What this thread decodes in one turn of the event loop: 1 to 2 ms, and 3 where the code is cold. */
const TURN_BYTES = 1024 * 1024;
/** The same at the beginning of a long file, where memory is fresh, too. */
const FIRST_TURN_BYTES = 128 * 1024;
const LONG_BYTES = 16 * 1024 * 1024;
/** A block has fewer lines, as a rule. */
const BATCH_ROWS = 65_536;

/** `JsonHandler.readBatches`. */
export async function* readBatches(
  url: string,
  options: ReadBatchesOptions,
  { storage, workers, largeBytes }: JsonHandlerOptions,
): AsyncGenerator<RecordBatch, void, undefined> {
  const { schema, range, prefix, signal, batchRows = BATCH_ROWS, selection } = options;
  if (range !== undefined) checkRange(range, url);
  if (!Number.isSafeInteger(batchRows) || batchRows < 1) {
    throw new DeltaError("INVALID_ARGUMENT", `batchRows must be a positive integer, not ${batchRows}.`);
  }
  throwIfAborted(signal);
  const all = jsonShapes(schema);
  const gated = selection && (await openGate(selection, all));
  const shapes = gated?.shapes ?? all;
  const total = range === undefined ? 0 : range.length + (prefix?.length ?? 0);
  const blocks = lineBlocks(storage, url, { range, prefix, signal });
  const decoder = new LineDecoder(shapes, batchRows, gated?.gate);
  const from = (range?.offset ?? 0) - (prefix?.length ?? 0);

  let lines = (options.line ?? 1) - 1;
  try {
    for await (const result of decoded()) {
      if ("rows" in result) {
        yield toRecordBatch(schema, result.rows);
      } else if ("lines" in result.end) {
        lines += result.end.lines;
      } else {
        throw lineError(
          { path: url, line: lines + result.end.line, from: options.line === undefined ? from : 0 },
          result.end.reason,
        );
      }
    }
  } catch (error) {
    if (signal?.aborted) throw abortedError(signal);
    throw error;
  } finally {
    await blocks.return();
  }

  /** Small input is decoded here; large input (or what follows the first part of it) in workers. */
  async function* decoded(): AsyncGenerator<JsonResult, void, undefined> {
    let offset = 0;
    let pool = await poolFrom(offset);
    while (pool === undefined) {
      const block = await blocks.next();
      if (block.done) return;
      offset = block.value.offset + block.value.length;
      yield* decodeHere(block.value);
      pool = await poolFrom(offset);
    }
    const window = { concurrency: pool.size, readahead: pool.size + 1, signal };
    yield* parallelFlatMap(blocks, (block, { signal }) => decodeThere(pool, block, signal), window);
  }

  /** The pool, if what is read from an offset on is for it, and if it can have a worker. */
  async function poolFrom(offset: number): Promise<WorkerPool | undefined> {
    if (workers === undefined || Math.max(total, offset) < largeBytes) return undefined;
    const pool = await workers();
    return pool.hasWorker() ? pool : undefined;
  }

  async function* decodeHere(block: LineBlock): AsyncGenerator<JsonResult, void, undefined> {
    const first = block.offset === 0 && total > LONG_BYTES ? FIRST_TURN_BYTES : TURN_BYTES;
    for (const part of partsOf(block)) {
      for (const turn of lineSlices(part, TURN_BYTES, first)) {
        const batches = decoder.decode([turn]);
        let next = batches.next();
        for (; !next.done; next = batches.next()) yield { rows: next.value };
        yield { end: next.value };
        if (part.length > TURN_BYTES) await breathe(signal);
      }
    }
  }

  function decodeThere(pool: WorkerPool, block: LineBlock, signal: AbortSignal): AsyncIterable<JsonResult> {
    const parts = block.isOwned ? partsOf(block) : copyOf(partsOf(block));
    const transfer = parts.map(({ buffer }) => buffer);
    return pool.stream("json", { parts, shapes: all, batchRows, selection }, transfer, { signal, path: url });
  }

  function partsOf({ parts, isOwned, offset }: LineBlock): readonly Uint8Array<ArrayBuffer>[] {
    if (from + offset > 0 || !hasMark(parts[0]!)) return parts;
    const own = isOwned ? parts : copyOf(parts);
    own[0]!.fill(0x20, 0, 3);
    return own;
  }
}

/** Whether there is a byte order mark, which at the start of a file is none of its text. */
function hasMark(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

function copyOf(parts: readonly Uint8Array<ArrayBuffer>[]): readonly Uint8Array<ArrayBuffer>[] {
  return parts.map((part) => part.slice());
}
