import type { Encoding } from "hyparquet";
import { Encodings } from "hyparquet/src/constants.js";
import type { CompactReader } from "../compact-reader.js";

/** The header of a page, with counts and sizes that have been checked to be such. */
export type PageHeader = DictionaryPageHeader | DataPageHeader | DataPageHeaderV2 | OtherPageHeader;

interface PageFacts {
  /** Bytes of the page behind its header. */
  readonly size: number;
  readonly uncompressedSize: number;
  /** CRC-32 of the page as it is stored, as a signed number, where the writer gave one. */
  readonly crc: number | undefined;
}

export interface DictionaryPageHeader extends PageFacts {
  readonly kind: "dictionary";
  readonly numValues: number;
}

export interface DataPageHeader extends PageFacts {
  readonly kind: "data";
  readonly numValues: number;
  readonly encoding: Encoding;
  readonly definitionEncoding: Encoding;
  readonly repetitionEncoding: Encoding;
}

export interface DataPageHeaderV2 extends PageFacts {
  readonly kind: "data-v2";
  readonly numValues: number;
  readonly numRows: number;
  readonly encoding: Encoding;
  readonly definitionBytes: number;
  readonly repetitionBytes: number;
  readonly isCompressed: boolean;
}

/** A page of an index, which decoding does not need. */
export interface OtherPageHeader extends PageFacts {
  readonly kind: "index";
}

/** Reads a page header ("PageHeader" in parquet.thrift) and leaves the reader at the page. */
export function readPageHeader(reader: CompactReader): PageHeader {
  let type = -1;
  let facts = { size: -1, uncompressedSize: -1, crc: undefined as number | undefined };
  let page: PageFields = {};
  for (let id = reader.field(0); id !== 0; id = reader.field(id)) {
    if (id === 1) type = reader.i32();
    else if (id === 2) facts = { ...facts, uncompressedSize: reader.i32() };
    else if (id === 3) facts = { ...facts, size: reader.i32() };
    else if (id === 4) facts = { ...facts, crc: reader.i32() };
    else if (id === 5 || id === 7 || id === 8) page = readFields(reader);
    else reader.skip();
  }
  if (facts.size < 0 || facts.uncompressedSize < 0) throw new Error("a page header has no size");
  switch (type) {
    case 0: {
      const [numValues, encoding] = [toCount(page[1]), toEncoding(page[2])];
      const [definitionEncoding, repetitionEncoding] = [toEncoding(page[3]), toEncoding(page[4])];
      return { kind: "data", ...facts, numValues, encoding, definitionEncoding, repetitionEncoding };
    }
    case 1:
      return { kind: "index", ...facts };
    case 2:
      return { kind: "dictionary", ...facts, numValues: toCount(page[1]) };
    case 3: {
      const [numValues, encoding] = [toCount(page[1]), toEncoding(page[4])];
      const [definitionBytes, repetitionBytes] = [toCount(page[5]), toCount(page[6])];
      const [numRows, isCompressed] = [toCount(page[3]), page[7] !== 0];
      return {
        kind: "data-v2",
        ...facts,
        numValues,
        numRows,
        encoding,
        definitionBytes,
        repetitionBytes,
        isCompressed,
      };
    }
    default:
      throw new Error("a page is of no known type");
  }
}

/** The numbers of DataPageHeader, DictionaryPageHeader and DataPageHeaderV2 by field ids; truth as 0 or 1. */
type PageFields = Partial<Record<number, number>>;
/** In DataPageHeaderV2; in DictionaryPageHeader it is 3. */
const IS_COMPRESSED = 7;
const LAST_NUMBER = 6;

function readFields(reader: CompactReader): PageFields {
  reader.struct();
  const fields: PageFields = {};
  for (let id = reader.field(0); id !== 0; id = reader.field(id)) {
    if (id === IS_COMPRESSED) fields[id] = reader.bool() ? 1 : 0;
    else if (id <= LAST_NUMBER && reader.isNumber) fields[id] = reader.i32();
    else reader.skip();
  }
  return fields;
}

function toCount(value: number | undefined): number {
  if (value !== undefined && value >= 0) return value;
  throw new Error("a page header has no count where one must be");
}

function toEncoding(value: number | undefined): Encoding {
  const encoding = value === undefined ? undefined : Encodings[value];
  if (encoding !== undefined) return encoding;
  throw new Error(`a page has the unknown encoding ${value}`);
}
