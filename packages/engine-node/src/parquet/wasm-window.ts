import type { ColumnMetaData } from "hyparquet";
import { bytesOf, chunkRange } from "./chunk-range.js";
import type { DecodeJob } from "./decoder.js";
import type { Turn } from "./javascript/turn.js";
import { fillerPage, findPages, type Page } from "./wasm-pages.js";
import type { ShownLeaf } from "./wasm-schema.js";

/** Consecutive rows of a row group that are decoded in one go, with the bytes that this takes. */
export interface Window {
  /** Its first row in the row group. */
  readonly start: number;
  readonly end: number;
  readonly chunks: readonly WindowChunk[];
}

export interface WindowChunk {
  readonly meta: ColumnMetaData;
  /** Stretches of the real chunk, and what stands for those left out. */
  readonly parts: readonly Uint8Array[];
}

/**
 * Cuts a row group into windows, so that several workers can share a large one and memory does not depend on its size.
 * parquet-wasm decodes all rows that it is asked for before it gives any, and to skip rows it would still need all
 * bytes; so a window gets only the pages that it needs. In place of those before them stands an empty page that says how
 * many rows to skip. Lists in the old format of data pages do not say how many rows a page has, and are given whole.
 */
export async function cutWindows(
  job: DecodeJob,
  leaves: readonly ShownLeaf[],
  windowBytes: number,
  turn: Turn,
): Promise<Window[]> {
  const group = job.metadata.row_groups[job.rowGroup]!;
  const numRows = Number(group.num_rows);
  const columns = leaves.map(({ index, isRepeated }) => {
    const meta = group.columns[index]!.meta_data!;
    return { meta, isRepeated, bytes: bytesOf(job.pieces, chunkRange(meta)) };
  });
  const bytes = columns.reduce((sum, { meta }) => sum + Number(meta.total_uncompressed_size), 0);
  const rows = Math.ceil(numRows / Math.max(1, Math.ceil(bytes / windowBytes)) / job.batchRows) * job.batchRows;
  if (rows >= numRows) {
    return [{ start: 0, end: numRows, chunks: columns.map(({ meta, bytes }) => ({ meta, parts: [bytes] })) }];
  }
  const pages: Page[][] = [];
  for (const { bytes, isRepeated } of columns) {
    pages.push(findPages(bytes, isRepeated));
    await turn.give();
  }
  const windows: Window[] = [];
  for (let start = 0; start < numRows; start += rows) {
    const end = Math.min(start + rows, numRows);
    const chunks = columns.map(({ meta, bytes }, index) => ({
      meta,
      parts: cutChunk(bytes, pages[index]!, start, end),
    }));
    windows.push({ start, end, chunks });
  }
  return windows;
}

function cutChunk(bytes: Uint8Array, pages: readonly Page[], start: number, end: number): Uint8Array[] {
  if (pages.some(({ rows }) => rows === undefined)) return [bytes];
  const parts: Uint8Array[] = [];
  let skipped = 0;
  let row = 0;
  for (const page of pages) {
    const pageRow = row;
    row += page.rows!;
    if (page.kind === "dictionary") parts.push(bytes.subarray(page.start, page.end));
    if (page.kind !== "data") continue;
    if (row <= start) skipped = row;
    else if (pageRow < end) {
      if (skipped > 0) parts.push(fillerPage(skipped));
      skipped = 0;
      parts.push(bytes.subarray(page.start, page.end));
    }
  }
  return parts;
}
