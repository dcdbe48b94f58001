import { bytesOf } from "../chunk-range.js";
import { CompactReader } from "../compact-reader.js";
import type { FilePiece, RowGroupPart } from "../decoder.js";
import { readPageHeader } from "../javascript/page-header.js";
import { rowsOf } from "../javascript/rows-of-page.js";
import type { LeafNode } from "../schema/schema-node.js";
import type { PlannedPage, PlannedPart } from "./plan-parts.js";

/**
 * Cuts the pages of a part out of what has been fetched.
 *
 * @throws Error where a page is not what the page index says, which may have led to the wrong rows.
 */
export function cutPart({ start, end, chunks }: PlannedPart, pieces: readonly FilePiece[]): RowGroupPart {
  return {
    start,
    end,
    chunks: chunks.map(({ leaf, dictionary, pages }) => {
      const parts = dictionary.length > 0 ? [bytesOf(pieces, dictionary)] : [];
      let numValues = 0;
      for (const page of pages) {
        const bytes = bytesOf(pieces, page);
        numValues += checkPage(leaf, page, bytes);
        parts.push(bytes);
      }
      return { parts, numValues, firstRow: pages[0]!.firstRow, endRow: pages.at(-1)!.endRow };
    }),
  };
}

/** Checks that a page has the rows and the size that the index says; its number of values. */
function checkPage(leaf: LeafNode, { firstRow, endRow, length }: PlannedPage, bytes: Uint8Array): number {
  const reader = new CompactReader(bytes);
  const header = readPageHeader(reader);
  const isData = header.kind === "data" || header.kind === "data-v2";
  const rows = isData ? (rowsOf(header, leaf.rep > 0) ?? endRow - firstRow) : -1;
  if (!isData || reader.at + header.size !== length || rows !== endRow - firstRow) {
    throw new Error(`a page of "${leaf.path.join(".")}" is not what its offset index says`);
  }
  return header.numValues;
}
