import type { ColumnMetaData } from "hyparquet";
import { chunkRange, partsOf } from "./chunk-range.js";
import type { DecodeJob, PartOfChunk } from "./decoder.js";
import type { Turn } from "./javascript/turn.js";
import { type DictionarySize, fillerPage, findPages, type Page } from "./wasm-pages.js";
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

export interface Windows {
  readonly windows: readonly Window[];
  /** Rows of a batch. */
  readonly batchRows: number;
}

/**
 * Bytes of Arrow in a batch, roughly. Where rows are long, as with statistics, batches of 8192 rows cost a fifth more
 * memory in all.
 */
const BATCH_BYTES = 2 * 1024 * 1024;

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
): Promise<Windows> {
  const group = job.metadata.row_groups[job.rowGroup]!;
  const chunks: WindowChunk[] = [];
  for (const [at, { index, isRepeated }] of leaves.entries()) {
    const meta = group.columns[index]!.meta_data!;
    chunks.push({ meta, pages: pagesOf(job, at, meta, isRepeated) });
    await turn.give();
  }
  const numRows = Number(group.num_rows);
  if (job.part === undefined) for (const chunk of chunks) checkRows(chunk, numRows);
  const { start: first, end: last } = job.part ?? { start: 0, end: numRows };
  const bytes = chunks.reduce((sum, chunk) => sum + sizeOf(chunk), 0);
  const batchRows = rowsOfBatch(job, bytes);
  const count = countWindows(job, bytes, windowBytes);
  const edges = windowEdges(chunks, first, last, count);
  if (edges.length === 1 && job.part === undefined) {
    return { batchRows, windows: [{ start: 0, end: numRows, isWhole: true, chunks }] };
  }
  const windows = edges.map((end, index) => {
    const start = index === 0 ? first : edges[index - 1]!;
    const cut = chunks.map(({ meta, pages }) => ({ meta, pages: cutPages(pages, start, end) }));
    return { start, end, isWhole: false, chunks: cut };
  });
  return { batchRows, windows };
}

/** Rows of a batch, where all rows of the row group are so many bytes of Arrow. */
export function rowsOfBatch({ metadata, rowGroup, batchRows }: DecodeJob, bytes: number): number {
  const numRows = Number(metadata.row_groups[rowGroup]!.num_rows);
  return Math.max(1, Math.min(batchRows, Math.floor((numRows * BATCH_BYTES) / Math.max(bytes, 1))));
}

/** Into how many windows the rows of a job are to be cut, where all rows of its row group are so many bytes of Arrow. */
export function countWindows({ metadata, rowGroup, part }: DecodeJob, bytes: number, windowBytes: number): number {
  const numRows = Number(metadata.row_groups[rowGroup]!.num_rows);
  const { start, end } = part ?? { start: 0, end: numRows };
  return Math.ceil((bytes * (end - start)) / Math.max(1, numRows) / windowBytes);
}

/** The pages of a leaf that have been fetched. What lies before the first is passed over like any page that is not needed. */
function pagesOf(job: DecodeJob, leaf: number, meta: ColumnMetaData, isRepeated: boolean): readonly Page[] {
  const { parts, numValues, firstRow } = fetchedChunk(job, leaf, meta);
  const pages = findPages(parts, { ...meta, num_values: BigInt(numValues) }, isRepeated);
  if (firstRow === 0) return pages;
  const at = pages.findIndex(({ kind }) => kind === "data");
  return [...pages.slice(0, at), fillerPage(firstRow), ...pages.slice(at)];
}

/** What has been fetched of a leaf's column chunk. */
export function fetchedChunk(
  { pieces, part }: DecodeJob,
  leaf: number,
  meta: ColumnMetaData,
): Omit<PartOfChunk, "endRow"> {
  if (part !== undefined) return part.chunks[leaf]!;
  return { parts: partsOf(pieces, chunkRange(meta)), numValues: Number(meta.num_values), firstRow: 0 };
}

/** Each window is given its rows, so that nobody else would see those behind the last. */
function checkRows({ meta, pages }: WindowChunk, numRows: number): void {
  let rows = 0;
  for (const page of pages) {
    if (page.rows === undefined) return;
    rows += page.rows;
  }
  if (rows === numRows) return;
  throw new Error(
    `the pages of "${meta.path_in_schema.join(".")}" have ${rows} rows where its row group has ${numRows}`,
  );
}

/**
 * The ends of `count` windows of about equal size. Where a page of the largest chunk starts near by, an end is moved
 * there, so that the page is not decoded for two windows.
 */
function windowEdges(chunks: readonly WindowChunk[], first: number, last: number, count: number): number[] {
  const starts = pageStarts(chunks.reduce((a, b) => (sizeOf(b) > sizeOf(a) ? b : a)));
  const size = Math.max(1, (last - first) / count);
  const edges: number[] = [];
  let at = 0;
  for (let aim = first + size; aim < last - 0.5; aim += size) {
    while (at + 1 < starts.length && Math.abs(starts[at + 1]! - aim) <= Math.abs(starts[at]! - aim)) at++;
    const isNear = at < starts.length && Math.abs(starts[at]! - aim) <= size / 4;
    edges.push(isNear ? starts[at]! : Math.round(aim));
  }
  return [...edges, last];
}

/** The rows at which pages start, as far as that is known. */
function pageStarts({ pages }: WindowChunk): number[] {
  const starts: number[] = [];
  let row = 0;
  for (const { kind, rows } of pages) {
    if (rows === undefined) return [];
    if (kind === "data") starts.push(row);
    row += rows;
  }
  return starts;
}

function sizeOf({ meta, pages }: WindowChunk): number {
  return decodedSize(
    meta,
    pages.find(({ kind }) => kind === "dictionary"),
  );
}

/** Bytes of a chunk's values in Arrow, roughly. Values of a dictionary may be written once and come out a million times. */
export function decodedSize(meta: ColumnMetaData, dictionary: DictionarySize | undefined): number {
  const values = Number(meta.num_values);
  const entry = dictionary === undefined ? 0 : dictionary.uncompressedSize / Math.max(1, dictionary.values);
  return Math.max(Number(meta.total_uncompressed_size), values * entry, values * (FIXED_SIZES[meta.type] ?? 0));
}

/** Whether the size of a chunk's values is known without its dictionary. */
export function isFixedSize({ type }: ColumnMetaData): boolean {
  return FIXED_SIZES[type] !== undefined;
}

/** Bytes of an Arrow value, the longest that there is for the physical type where it is not a decimal. */
const FIXED_SIZES: { readonly [type: string]: number } = { INT32: 4, INT64: 8, INT96: 12, FLOAT: 4, DOUBLE: 8 };

function cutPages(pages: readonly Page[], start: number, end: number): readonly Page[] {
  if (pages.some(({ rows }) => rows === undefined)) return pages;
  const cut: Page[] = [];
  let skipped = 0;
  let row = 0;
  for (const page of pages.filter(({ kind }) => kind === "data")) {
    const pageStart = row;
    row += page.rows!;
    if (row <= start) skipped = row;
    else if (pageStart < end) {
      if (skipped > 0) cut.push(fillerPage(skipped));
      skipped = 0;
      cut.push(page);
    }
  }
  // Writers give up dictionaries that grow large, and then most pages do not need them.
  const dictionary = pages.filter(({ kind }) => kind === "dictionary" && cut.some((page) => page.usesDictionary));
  return [...dictionary, ...cut];
}
