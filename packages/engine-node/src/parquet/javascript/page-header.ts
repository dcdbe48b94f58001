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

/** Numbers of a header, and from {@link PAGE} on of the page within it, by field ids; NaN stands for what is not there. */
const numbers = new Float64Array(20);
const PAGE = 10;
const LAST_NUMBER = 6;
/** In DataPageHeaderV2, where truth is 0 or 1 here. */
const IS_COMPRESSED = 7;

/** Reads a page header ("PageHeader" in parquet.thrift) and leaves the reader at the page. */
export function readPageHeader(reader: CompactReader): PageHeader {
  readHeader(reader);
  const [type, uncompressedSize, size] = [numbers[1]!, numbers[2]!, numbers[3]!];
  const crc = Number.isNaN(numbers[4]!) ? undefined : numbers[4]!;
  if (!(size >= 0 && uncompressedSize >= 0)) throw new Error("a page header has no size");
  const facts = { size, uncompressedSize, crc };
  switch (type) {
    case 0:
      return dataPageHeader(facts);
    case 1:
      return { kind: "index", size, uncompressedSize, crc };
    case 2:
      return { kind: "dictionary", size, uncompressedSize, crc, numValues: countAt(1) };
    case 3:
      return dataPageHeaderV2(facts);
    default:
      throw new Error("a page is of no known type");
  }
}

/** Little code, as that of the page is, since threads run it many times before it is compiled, and each of them compiles it. */
function readHeader(reader: CompactReader): void {
  numbers.fill(Number.NaN);
  for (let id = reader.field(0); id !== 0; id = reader.field(id)) {
    if (id >= 1 && id <= 4) numbers[id] = reader.i32();
    else if (id === 5 || id === 7 || id === 8) readPage(reader);
    else reader.skip();
  }
}

/** The fields of DataPageHeader, DictionaryPageHeader or DataPageHeaderV2. */
function readPage(reader: CompactReader): void {
  reader.struct();
  numbers.fill(Number.NaN, PAGE);
  for (let id = reader.field(0); id !== 0; id = reader.field(id)) {
    if (id === IS_COMPRESSED) numbers[PAGE + id] = reader.bool() ? 1 : 0;
    else if (id >= 1 && id <= LAST_NUMBER && reader.isNumber) numbers[PAGE + id] = reader.i32();
    else reader.skip();
  }
}

function dataPageHeader({ size, uncompressedSize, crc }: PageFacts): DataPageHeader {
  return {
    kind: "data",
    size,
    uncompressedSize,
    crc,
    numValues: countAt(1),
    encoding: encodingAt(2),
    definitionEncoding: encodingAt(3),
    repetitionEncoding: encodingAt(4),
  };
}

function dataPageHeaderV2({ size, uncompressedSize, crc }: PageFacts): DataPageHeaderV2 {
  return {
    kind: "data-v2",
    size,
    uncompressedSize,
    crc,
    numValues: countAt(1),
    numRows: countAt(3),
    encoding: encodingAt(4),
    definitionBytes: countAt(5),
    repetitionBytes: countAt(6),
    isCompressed: numbers[PAGE + IS_COMPRESSED] !== 0,
  };
}

function countAt(id: number): number {
  const value = numbers[PAGE + id]!;
  if (value >= 0) return value;
  throw new Error("a page header has no count where one must be");
}

function encodingAt(id: number): Encoding {
  const value = numbers[PAGE + id]!;
  const encoding = Encodings[value];
  if (encoding !== undefined) return encoding;
  throw new Error(`a page has the unknown encoding ${value}`);
}
