import type { DataPageHeader, DataPageHeaderV2 } from "./page-header.js";

/** How many rows begin in a page; pages of version 1 do not say it of repeated columns. */
export function rowsOf(header: DataPageHeader | DataPageHeaderV2, isRepeated: boolean): number | undefined {
  if (header.kind === "data-v2") return header.numRows;
  return isRepeated ? undefined : header.numValues;
}
