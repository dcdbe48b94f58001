import { type ThriftRead, ThriftReader, type ThriftStruct } from "./thrift-reader.js";
import { i32, struct, writeThrift } from "./thrift-writer.js";

/** A page of a column chunk. */
export interface Page {
  readonly kind: "dictionary" | "data" | "other";
  /** Where its header starts and its body ends, in the chunk. */
  readonly start: number;
  readonly end: number;
  /** Where its body starts. */
  readonly body: number;
  /** Bytes of the body once decompressed, as the header has it. */
  readonly uncompressedSize: number;
  /** Rows that start in it; unknown for lists in the old format of data pages. */
  readonly rows: number | undefined;
  /** CRC-32 of the body, when the writer has given it. */
  readonly crc: number | undefined;
}

/** "parquet.thrift", `PageType`. */
const DATA_PAGE = 0;
const DICTIONARY_PAGE = 2;
const DATA_PAGE_V2 = 3;

/** "parquet.thrift", ids of the fields of `PageHeader`. */
const TYPE = 1;
const UNCOMPRESSED_SIZE = 2;
const COMPRESSED_SIZE = 3;
const CRC = 4;
const DATA_HEADER = 5;
const DATA_HEADER_V2 = 8;
const NUM_VALUES = 1;
const NUM_ROWS = 3;

/**
 * Finds the pages of a column chunk by their headers.
 *
 * @throws Error when a header makes no sense or a page reaches beyond the chunk.
 */
export function findPages(chunk: Uint8Array, isRepeated: boolean): Page[] {
  const pages: Page[] = [];
  for (let start = 0; start < chunk.length; ) {
    const reader = new ThriftReader(chunk, start);
    const header = reader.struct();
    const body = reader.position;
    const end = body + count(header.get(COMPRESSED_SIZE));
    if (end > chunk.length) throw new Error("a page reaches beyond its column chunk");
    const type = header.get(TYPE);
    const kind =
      type === DICTIONARY_PAGE ? "dictionary" : type === DATA_PAGE || type === DATA_PAGE_V2 ? "data" : "other";
    const crc = header.get(CRC);
    pages.push({
      kind,
      start,
      body,
      end,
      uncompressedSize: count(header.get(UNCOMPRESSED_SIZE)),
      rows: rowsOf(header, isRepeated),
      crc: typeof crc === "number" ? crc : undefined,
    });
    start = end;
  }
  return pages;
}

function rowsOf(header: ThriftStruct, isRepeated: boolean): number | undefined {
  const type = header.get(TYPE);
  if (type === DATA_PAGE_V2) return count(structOf(header.get(DATA_HEADER_V2)).get(NUM_ROWS));
  if (type !== DATA_PAGE) return 0;
  const values = count(structOf(header.get(DATA_HEADER)).get(NUM_VALUES));
  return isRepeated ? undefined : values;
}

function structOf(value: ThriftRead | undefined): ThriftStruct {
  if (value instanceof Map) return value;
  throw new Error(NO_SENSE);
}

function count(value: ThriftRead | undefined): number {
  if (typeof value === "number" && value >= 0) return value;
  throw new Error(NO_SENSE);
}

const NO_SENSE = "the header of a page makes no sense";

/** A page that stands for rows which are skipped: a header without a body, since nobody decodes it. */
export function fillerPage(rows: number): Uint8Array {
  const facts = struct([1, i32(rows)], [2, i32(0)], [3, i32(rows)], [4, i32(0)], [5, i32(0)], [6, i32(0)]);
  return writeThrift(struct([TYPE, i32(DATA_PAGE_V2)], [2, i32(0)], [3, i32(0)], [DATA_HEADER_V2, facts]));
}
