import type { Encoding } from "hyparquet";
import { Encodings } from "hyparquet/src/constants.js";
import { deserializeTCompactProtocol } from "hyparquet/src/thrift.js";

/** A place in a column chunk. */
export interface ChunkReader {
  readonly view: DataView;
  offset: number;
}

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
  readonly encoding: Encoding;
  readonly definitionBytes: number;
  readonly repetitionBytes: number;
  readonly isCompressed: boolean;
}

/** A page of an index, which decoding does not need. */
export interface OtherPageHeader extends PageFacts {
  readonly kind: "index";
}

/** A Thrift struct of whatever damaged bytes may hold. */
type Fields = Readonly<Record<`field_${number}`, unknown>>;

/** Reads a page header ("PageHeader" in parquet.thrift) and leaves the reader at the page. */
export function readPageHeader(reader: ChunkReader): PageHeader {
  const header: Fields = deserializeTCompactProtocol(reader);
  const facts: PageFacts = {
    uncompressedSize: toCount(header.field_2),
    size: toCount(header.field_3),
    crc: typeof header.field_4 === "number" ? header.field_4 : undefined,
  };
  switch (header.field_1) {
    case 0: {
      const page = toFields(header.field_5);
      const [numValues, encoding] = [toCount(page.field_1), toEncoding(page.field_2)];
      const definitionEncoding = toEncoding(page.field_3);
      return {
        kind: "data",
        ...facts,
        numValues,
        encoding,
        definitionEncoding,
        repetitionEncoding: toEncoding(page.field_4),
      };
    }
    case 1:
      return { kind: "index", ...facts };
    case 2:
      return { kind: "dictionary", ...facts, numValues: toCount(toFields(header.field_7).field_1) };
    case 3: {
      const page = toFields(header.field_8);
      const [numValues, encoding] = [toCount(page.field_1), toEncoding(page.field_4)];
      const [definitionBytes, repetitionBytes] = [toCount(page.field_5), toCount(page.field_6)];
      const isCompressed = page.field_7 !== false;
      return { kind: "data-v2", ...facts, numValues, encoding, definitionBytes, repetitionBytes, isCompressed };
    }
    default:
      throw new Error("a page is of no known type");
  }
}

function toFields(value: unknown): Fields {
  if (typeof value === "object" && value !== null) return value as Fields;
  throw new Error("a page has no header of its type");
}

function toCount(value: unknown): number {
  if (Number.isInteger(value) && (value as number) >= 0) return value as number;
  throw new Error("a page header has no count where one must be");
}

function toEncoding(value: unknown): Encoding {
  const encoding = Encodings[value as number];
  if (encoding !== undefined) return encoding;
  throw new Error(`a page has the unknown encoding ${String(value)}`);
}
