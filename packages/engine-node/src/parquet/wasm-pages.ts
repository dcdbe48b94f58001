import type { ColumnMetaData } from "hyparquet";
import { joinParts } from "./chunk-range.js";
import { CompactReader } from "./compact-reader.js";
import { type PageHeader, readPageHeader } from "./javascript/page-header.js";
import { rowsOf } from "./javascript/rows-of-page.js";
import { i32, struct, writeThrift } from "./thrift-writer.js";

/** A page of a column chunk that is needed to decode it. */
export interface Page {
  readonly kind: "dictionary" | "data";
  /** Header and body. */
  readonly bytes: Uint8Array;
  /** Where in {@link bytes} the body starts. */
  readonly body: number;
  /** Values in it, nulls included where there are any. */
  readonly values: number;
  /** Rows that start in it; unknown for lists in the old format of data pages. */
  readonly rows: number | undefined;
  /** Whether its values are positions in the dictionary. */
  readonly usesDictionary: boolean;
  /** Bytes of the body once decompressed, as its header has them. */
  readonly uncompressedSize: number;
  /** CRC-32 of the body, when the writer has given it. */
  readonly crc: number | undefined;
}

/** No page is as large as this unless its chunk is: a damaged size must not make parquet-wasm ask for gigabytes. */
const LARGE_PAGE = 64 * 1024 * 1024;

/**
 * Finds the pages of a column chunk by their headers, up to the chunk's last value: some writers count bytes behind it
 * as the chunk's.
 *
 * @throws Error when they cannot be right.
 */
export function findPages(parts: readonly Uint8Array[], meta: ColumnMetaData, isRepeated: boolean): Page[] {
  const largest = Math.max(Number(meta.total_uncompressed_size), LARGE_PAGE);
  const pages: Page[] = [];
  let valuesLeft = Number(meta.num_values);
  const cursor = new PageCursor(parts);
  while (valuesLeft > 0) {
    const { header, bytes, body } = cursor.next();
    if (header.uncompressedSize > largest) throw new Error("a page is larger than its column chunk");
    if (header.kind === "index") continue;
    const { crc, uncompressedSize, numValues } = header;
    const facts = { bytes, body, values: numValues, uncompressedSize, crc };
    if (header.kind === "dictionary") pages.push({ kind: "dictionary", ...facts, rows: 0, usesDictionary: false });
    else {
      const usesDictionary = header.encoding === "RLE_DICTIONARY" || header.encoding === "PLAIN_DICTIONARY";
      pages.push({ kind: "data", ...facts, rows: rowsOf(header, isRepeated), usesDictionary });
      valuesLeft -= numValues;
    }
  }
  if (valuesLeft < 0) throw new Error("its pages have more values than its chunk says");
  return pages;
}

/** Values in a dictionary page, and bytes once decompressed. */
export type DictionarySize = Pick<Page, "values" | "uncompressedSize">;

/**
 * That of the dictionary of a column chunk, if its first page is one.
 *
 * @throws Error when that page cannot be right.
 */
export function dictionarySize(parts: readonly Uint8Array[]): DictionarySize | undefined {
  const { header } = new PageCursor(parts).next();
  if (header.kind !== "dictionary") return undefined;
  return { values: header.numValues, uncompressedSize: header.uncompressedSize };
}

/** Goes from page to page of a column chunk. Of what lies in two parts only the page in which they meet is copied. */
class PageCursor {
  readonly #rest: Uint8Array[];
  #part: Uint8Array;
  #at = 0;

  constructor([first, ...rest]: readonly Uint8Array[]) {
    this.#part = first ?? new Uint8Array(0);
    this.#rest = rest;
  }

  next(): { readonly header: PageHeader; readonly bytes: Uint8Array; readonly body: number } {
    const reader = new CompactReader(this.#part, this.#at);
    try {
      const header = readPageHeader(reader);
      const end = reader.at + header.size;
      if (end > this.#part.length) throw new Error("a page reaches beyond its column chunk");
      const bytes = this.#part.subarray(this.#at, end);
      const body = reader.at - this.#at;
      this.#at = end;
      return { header, bytes, body };
    } catch (error) {
      const more = this.#rest.shift();
      if (more === undefined) throw error;
      this.#part = joinParts([this.#part.subarray(this.#at), more]);
      this.#at = 0;
      return this.next();
    }
  }
}

/** "parquet.thrift", `PageType`. */
const DATA_PAGE_V2 = 3;

/** A page that stands for rows which are skipped: a header without a body, since nobody decodes it. */
export function fillerPage(rows: number): Page {
  const zero = i32(0);
  const facts = struct([1, i32(rows)], [2, zero], [3, i32(rows)], [4, zero], [5, zero], [6, zero]);
  const bytes = writeThrift(struct([1, i32(DATA_PAGE_V2)], [2, zero], [3, zero], [8, facts]));
  const none = { usesDictionary: false, uncompressedSize: 0, crc: undefined };
  return { kind: "data", bytes, body: bytes.length, values: rows, rows, ...none };
}
