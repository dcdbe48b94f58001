import type { ByteRange } from "@asyncdelta/kernel-core";
import { CompactReader } from "../compact-reader.js";
import type { Footer } from "../footer.js";
import type { LazyChunk } from "../read-metadata.js";
import type { LeafNode } from "../schema/schema-node.js";

/** What there is, beside its pages, that tells of the values of a column chunk. */
export interface ChunkIndexes {
  readonly columnIndex?: ByteRange;
  readonly offsetIndex?: ByteRange;
  /** Older writers do not give its length. */
  readonly bloomFilter?: { readonly offset: number; readonly length?: number };
  /** Whether every value is one of the dictionary's. */
  readonly isDictionaryOnly: boolean;
}

/** Where in the file indexes may be: behind the magic and before the footer. */
const FIRST = 4;
const TRAILER = 8;

/**
 * Reads of a footer what `readMetadata` passed over in a column chunk. Places outside of the file are none, as is all that
 * cannot be read.
 */
export function readChunkIndexes(footer: Footer, size: number, rowGroup: number, leaf: LeafNode): ChunkIndexes {
  const { at } = footer.metadata.row_groups[rowGroup]!.columns[leaf.index]! as LazyChunk;
  try {
    return readChunk(new CompactReader(footer.bytes, at), size - TRAILER - footer.bytes.length);
  } catch {
    return { isDictionaryOnly: false };
  }
}

function readChunk(reader: CompactReader, end: number): ChunkIndexes {
  const offsetIndex = { offset: 0, length: 0 };
  const columnIndex = { offset: 0, length: 0 };
  let facts: ChunkFacts = { isDictionaryOnly: false };
  for (let id = reader.field(0); id !== 0; id = reader.field(id)) {
    if (id === 3) facts = readFacts(reader);
    else if (id === 4) offsetIndex.offset = Number(reader.i64());
    else if (id === 5) offsetIndex.length = reader.i32();
    else if (id === 6) columnIndex.offset = Number(reader.i64());
    else if (id === 7) columnIndex.length = reader.i32();
    else reader.skip();
  }
  const { bloomOffset: offset = 0, bloomLength: length, isDictionaryOnly } = facts;
  return {
    ...(isWithin(columnIndex, end) ? { columnIndex } : {}),
    ...(isWithin(offsetIndex, end) ? { offsetIndex } : {}),
    ...(isWithin({ offset, length: length ?? 1 }, end)
      ? { bloomFilter: length === undefined ? { offset } : { offset, length } }
      : {}),
    isDictionaryOnly,
  };
}

function isWithin({ offset, length }: ByteRange, end: number): boolean {
  return offset >= FIRST && length > 0 && offset + length <= end;
}

interface ChunkFacts {
  readonly bloomOffset?: number;
  readonly bloomLength?: number;
  readonly isDictionaryOnly: boolean;
}

function readFacts(reader: CompactReader): ChunkFacts {
  reader.struct();
  let [bloomOffset, bloomLength]: (number | undefined)[] = [];
  let isDictionaryOnly = false;
  for (let id = reader.field(0); id !== 0; id = reader.field(id)) {
    if (id === 13) isDictionaryOnly = readEncodingStats(reader);
    else if (id === 14) bloomOffset = Number(reader.i64());
    else if (id === 15) bloomLength = reader.i32();
    else reader.skip();
  }
  return {
    ...(bloomOffset === undefined ? {} : { bloomOffset }),
    ...(bloomLength === undefined ? {} : { bloomLength }),
    isDictionaryOnly,
  };
}

/** "parquet.thrift", `PageType` and `Encoding`. */
const DATA_PAGES: readonly number[] = [0, 3];
const DICTIONARY_ENCODINGS: readonly number[] = [2, 8];

/** Whether there are data pages, and all of them refer to the dictionary. */
function readEncodingStats(reader: CompactReader): boolean {
  const stats = reader.items(() => {
    reader.struct();
    const [page, encoding, count] = [1, 2, 3];
    const numbers: Partial<Record<number, number>> = {};
    for (let id = reader.field(0); id !== 0; id = reader.field(id)) {
      if (id <= count) numbers[id] = reader.i32();
      else reader.skip();
    }
    return { page: numbers[page], encoding: numbers[encoding], count: numbers[count] };
  });
  const data = stats.filter(({ page, count }) => DATA_PAGES.includes(page ?? -1) && count !== 0);
  return data.length > 0 && data.every(({ encoding }) => DICTIONARY_ENCODINGS.includes(encoding ?? -1));
}
