import type { ColumnMetaData } from "hyparquet";
import type { DecodeJob, PartOfChunk } from "../decoder.js";
import type { Turn } from "../javascript/turn.js";
import { dictionarySize } from "../wasm-pages.js";
import type { ShownLeaf } from "../wasm-schema.js";
import {
  countWindows,
  cutWindows,
  decodedSize,
  fetchedChunk,
  isFixedSize,
  rowsOfBatch,
  type Window,
} from "../wasm-window.js";

/** Consecutive rows of a row group that a thread decodes in one go. */
export interface ThreadWindow {
  /** Its first row in the row group. */
  readonly start: number;
  readonly end: number;
  /** What of each leaf's column chunk that takes. */
  readonly chunks: readonly ThreadChunk[];
}

type ThreadChunk = Omit<PartOfChunk, "endRow"> & { readonly meta: ColumnMetaData };

export interface ThreadWindows {
  readonly windows: readonly ThreadWindow[];
  /** Rows of a batch. */
  readonly batchRows: number;
}

/**
 * The windows of a row group. Of one that is small enough for a single window nobody looks at the pages here, which costs this thread as
 * much as all else that it does for a file; only at dictionaries, since their values may come out as many times as there are rows.
 *
 * @throws Error for pages that cannot be right.
 */
export async function threadWindows(
  job: DecodeJob,
  leaves: readonly ShownLeaf[],
  windowBytes: number,
  turn: Turn,
): Promise<ThreadWindows> {
  const { columns, num_rows: numRows } = job.metadata.row_groups[job.rowGroup]!;
  const chunks = leaves.map(({ index }, at) => {
    const meta = columns[index]!.meta_data!;
    return { meta, ...fetchedChunk(job, at, meta) };
  });
  const bytes = chunks.reduce((sum, chunk) => sum + sizeOf(chunk), 0);
  if (countWindows(job, bytes, windowBytes) <= 1) {
    const { start, end } = job.part ?? { start: 0, end: Number(numRows) };
    return { windows: [{ start, end, chunks }], batchRows: rowsOfBatch(job, bytes) };
  }
  const { windows, batchRows } = await cutWindows(job, leaves, windowBytes, turn);
  return { windows: windows.map(toThreadWindow), batchRows };
}

function sizeOf({ meta, parts, numValues }: ThreadChunk): number {
  return decodedSize(meta, isFixedSize(meta) || numValues === 0 ? undefined : dictionarySize(parts));
}

function toThreadWindow({ start, end, chunks }: Window): ThreadWindow {
  return {
    start,
    end,
    chunks: chunks.map(({ meta, pages }) => ({
      meta,
      parts: pages.map(({ bytes }) => bytes),
      numValues: pages.reduce((sum, { kind, values }) => sum + (kind === "data" ? values : 0), 0),
      // An empty page stands for the rows before.
      firstRow: 0,
    })),
  };
}
