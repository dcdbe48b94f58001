import type { ByteRange, ParquetColumnChunk, RowRanges } from "@asyncdelta/kernel-core";
import type { LeafNode } from "../schema/schema-node.js";
import { endRow, type PageLocations } from "./offset-index.js";

/** Consecutive rows of a row group, and the pages that they take. */
export interface PlannedPart {
  readonly start: number;
  readonly end: number;
  /** Of each wanted leaf. */
  readonly chunks: readonly PlannedChunk[];
}

export interface PlannedChunk {
  readonly leaf: LeafNode;
  /** What lies before the data pages: a dictionary, or nothing. */
  readonly dictionary: ByteRange;
  /** Consecutive data pages. */
  readonly pages: readonly PlannedPage[];
}

export interface PlannedPage extends ByteRange {
  readonly firstRow: number;
  readonly endRow: number;
}

/** Finds the pages of every wanted leaf that have wanted rows of a row group. */
export function planParts(
  rows: RowRanges,
  leaves: readonly LeafNode[],
  locations: readonly PageLocations[],
  columns: readonly ParquetColumnChunk[],
  numRows: number,
): PlannedPart[] {
  const parts: PlannedPart[] = [];
  for (let pair = 0; pair < rows.length; pair += 2) {
    const [start, end] = [rows[pair]!, rows[pair + 1]!];
    const chunks = leaves.map((leaf, at): PlannedChunk => {
      const of = locations[at]!;
      const { offset } = columns[leaf.index]!;
      const dictionary = { offset, length: of.offsets[0]! - offset };
      return { leaf, dictionary, pages: pagesOf(of, start, end, numRows) };
    });
    parts.push({ start, end, chunks });
  }
  return parts;
}

function pagesOf(locations: PageLocations, start: number, end: number, numRows: number): PlannedPage[] {
  const { offsets, sizes, firstRows } = locations;
  const pages: PlannedPage[] = [];
  for (let page = pageOf(firstRows, start); page < offsets.length && firstRows[page]! < end; page++) {
    const place = { offset: offsets[page]!, length: sizes[page]! };
    pages.push({ ...place, firstRow: firstRows[page]!, endRow: endRow(locations, page, numRows) });
  }
  return pages;
}

/** The page that a row lies in. */
function pageOf(firstRows: readonly number[], row: number): number {
  let [low, high] = [0, firstRows.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (firstRows[middle]! <= row) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** What has to be fetched for a part. */
export function rangesOfPart({ chunks }: PlannedPart): ByteRange[] {
  return chunks.flatMap(({ dictionary, pages }) => {
    const { offset } = pages[0]!;
    const last = pages.at(-1)!;
    return [dictionary, { offset, length: last.offset + last.length - offset }];
  });
}
