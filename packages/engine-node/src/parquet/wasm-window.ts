import type { ColumnMetaData } from "hyparquet";
import { bytesOf, chunkRange } from "./chunk-range.js";
import type { DecodeJob } from "./decoder.js";
import type { Turn } from "./javascript/turn.js";
import { fillerPage, findPages, type Page } from "./wasm-pages.js";
import type { ShownLeaf } from "./wasm-schema.js";

/** Consecutive rows of a row group that are decoded in one go, with the pages that this takes. */
export interface Window {
  /** Its first row in the row group. */
  readonly start: number;
  readonly end: number;
  /** Whether it is the only one. */
  readonly isWhole: boolean;
  readonly chunks: readonly WindowChunk[];
}

export interface WindowChunk {
  readonly meta: ColumnMetaData;
  readonly pages: readonly Page[];
}

/**
 * Cuts a row group into windows, so that several workers can share a large one and memory does not depend on its size.
 * parquet-wasm decodes all rows that it is asked for before it gives any, and to skip rows it would still need all
 * bytes; so a window gets only the pages that it needs. In place of those before them stands an empty page that says how
 * many rows to skip. Lists in the old format of data pages do not say how many rows a page has, and are given whole.
 *
 * @throws Error for pages that cannot be right.
 */
export async function cutWindows(
  job: DecodeJob,
  leaves: readonly ShownLeaf[],
  windowBytes: number,
  turn: Turn,
): Promise<Window[]> {
  const group = job.metadata.row_groups[job.rowGroup]!;
  const chunks: WindowChunk[] = [];
  for (const { index, isRepeated } of leaves) {
    const meta = group.columns[index]!.meta_data!;
    chunks.push({ meta, pages: findPages(bytesOf(job.pieces, chunkRange(meta)), meta, isRepeated) });
    await turn.give();
  }
  const numRows = Number(group.num_rows);
  const bytes = chunks.reduce((sum, chunk) => sum + decodedSize(chunk), 0);
  const count = Math.max(1, Math.ceil(bytes / windowBytes));
  const rows = Math.max(1, Math.ceil(numRows / count / job.batchRows)) * job.batchRows;
  if (rows >= numRows) return [{ start: 0, end: numRows, isWhole: true, chunks }];
  const windows: Window[] = [];
  for (let start = 0; start < numRows; start += rows) {
    const end = Math.min(start + rows, numRows);
    windows.push({
      start,
      end,
      isWhole: false,
      chunks: chunks.map(({ meta, pages }) => ({ meta, pages: cutPages(pages, start, end) })),
    });
  }
  return windows;
}

/** Bytes of a chunk's values in Arrow, roughly. Values of a dictionary may be written once and come out a million times. */
function decodedSize({ meta, pages }: WindowChunk): number {
  const values = Number(meta.num_values);
  const dictionary = pages.find(({ kind }) => kind === "dictionary");
  const entry = dictionary === undefined ? 0 : dictionary.uncompressedSize / Math.max(1, dictionary.values);
  return Math.max(Number(meta.total_uncompressed_size), values * entry, values * (FIXED_SIZES[meta.type] ?? 0));
}

/** Bytes of an Arrow value, the longest that there is for the physical type where it is not a decimal. */
const FIXED_SIZES: { readonly [type: string]: number } = { INT32: 4, INT64: 8, INT96: 12, FLOAT: 4, DOUBLE: 8 };

function cutPages(pages: readonly Page[], start: number, end: number): readonly Page[] {
  if (pages.some(({ rows }) => rows === undefined)) return pages;
  const cut: Page[] = [];
  let skipped = 0;
  let row = 0;
  for (const page of pages) {
    const pageStart = row;
    row += page.rows!;
    if (page.kind === "dictionary") cut.push(page);
    else if (row <= start) skipped = row;
    else if (pageStart < end) {
      if (skipped > 0) cut.push(fillerPage(skipped));
      skipped = 0;
      cut.push(page);
    }
  }
  return cut;
}
