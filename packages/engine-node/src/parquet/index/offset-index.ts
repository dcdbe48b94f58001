import type { ParquetColumnChunk } from "@asyncdelta/kernel-core";
import { CompactReader } from "../compact-reader.js";

/** The data pages of a column chunk, one after the other. */
export interface PageLocations {
  /** Where each begins in the file, header first. */
  readonly offsets: readonly number[];
  /** Bytes of each, its header included. */
  readonly sizes: readonly number[];
  /** The row of the row group that each begins with. */
  readonly firstRows: readonly number[];
}

/**
 * Reads an OffsetIndex (parquet.thrift). What cannot be right says nothing: pages must follow each other, in the file and in
 * their rows, and lie within their chunk.
 */
export function readOffsetIndex(
  bytes: Uint8Array,
  chunk: ParquetColumnChunk,
  numRows: number,
): PageLocations | undefined {
  try {
    const pages = readLocations(new CompactReader(bytes));
    return areConsistent(pages, chunk, numRows) ? pages : undefined;
  } catch {
    return undefined;
  }
}

function readLocations(reader: CompactReader): PageLocations {
  const pages = { offsets: [] as number[], sizes: [] as number[], firstRows: [] as number[] };
  for (let id = reader.field(0); id !== 0; id = reader.field(id)) {
    if (id !== 1) {
      reader.skip();
      continue;
    }
    reader.items(() => {
      reader.struct();
      let [offset, size, firstRow] = [-1, -1, -1];
      for (let of = reader.field(0); of !== 0; of = reader.field(of)) {
        if (of === 1) offset = Number(reader.i64());
        else if (of === 2) size = reader.i32();
        else if (of === 3) firstRow = Number(reader.i64());
        else reader.skip();
      }
      pages.offsets.push(offset);
      pages.sizes.push(size);
      pages.firstRows.push(firstRow);
    });
  }
  return pages;
}

function areConsistent(
  { offsets, sizes, firstRows }: PageLocations,
  { offset: start, compressedSize }: ParquetColumnChunk,
  numRows: number,
): boolean {
  let end = offsets[0] ?? 0;
  if (end < start || firstRows[0] !== 0) return false;
  for (let page = 0; page < offsets.length; page++) {
    if (offsets[page] !== end || sizes[page]! <= 0) return false;
    if (page > 0 && firstRows[page]! <= firstRows[page - 1]!) return false;
    end += sizes[page]!;
  }
  return end <= start + compressedSize && firstRows.at(-1)! < numRows;
}

/** The row behind the last one of a page. */
export function endRow({ firstRows }: PageLocations, page: number, numRows: number): number {
  return firstRows[page + 1] ?? numRows;
}
