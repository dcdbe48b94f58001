import { crc32 } from "node:zlib";
import type { ColumnMetaData, CompressionCodec } from "hyparquet";
import { CompactReader } from "../compact-reader.js";
import { ArrayDictionary, type Dictionary } from "../kernels/dictionary.js";
import { isForKernels, type KernelColumn, kernelDictionary, kernelPage } from "../kernels/kernel-page.js";
import { type Marks, matchPage, type PageMatches } from "../kernels/match-page.js";
import type { StoredPage } from "../kernels/open-page.js";
import { PageBuffers } from "../kernels/page-buffers.js";
import { type PageMemory, pageMemory } from "../kernels/page-memory.js";
import { isPutHere } from "../kernels/put-page.js";
import type { LeafNode } from "../schema/schema-node.js";
import type { Convert } from "./convert-values.js";
import { type DataPage, decodeDataPage, decodeDataPageV2, isIndexed } from "./data-page.js";
import { decompress } from "./decompress.js";
import {
  type DataPageHeader,
  type DataPageHeaderV2,
  type DictionaryPageHeader,
  type PageHeader,
  readPageHeader,
} from "./page-header.js";
import { readPlain } from "./plain.js";
import { rowsOf } from "./rows-of-page.js";
import type { Turn } from "./turn.js";
import type { Values } from "./values.js";

/** A column chunk to be decoded. */
export interface Chunk {
  readonly bytes: Uint8Array;
  readonly meta: ColumnMetaData;
  readonly leaf: LeafNode;
  readonly convert: Convert | undefined;
  /** Whether its bytes must be texts. */
  readonly isText: boolean;
  /** Bytes of a value, roughly, while it is in no dictionary. */
  readonly valueBytes: number;
}

/** Says which of a dictionary's values are wanted; nothing where so many entries are better looked at one by one. */
export type Mark = (dictionary: Dictionary, entries: number) => Marks | undefined;

/** No more is expected of any rows: a footer may say what it likes. */
const MOST_EXPECTED = 16 * 1024 * 1024;

/** Decodes the pages of a column chunk one after the other. */
export class PageReader {
  readonly #chunk: Chunk;
  readonly #turn: Turn;
  readonly #column: KernelColumn;
  readonly #reader: CompactReader;
  /** Values that are not null in the pages to come, where the footer counts the nulls. */
  valuesLeft: number | undefined;
  #entriesLeft: number;
  #dictionary: Dictionary | undefined;
  #marks: Marks | undefined;
  #memory: Uint8Array = new Uint8Array(0);

  constructor(chunk: Chunk, turn: Turn) {
    this.#chunk = chunk;
    this.#turn = turn;
    this.#reader = new CompactReader(chunk.bytes);
    const { leaf, convert, isText } = chunk;
    this.#column = { leaf, convert, isText, buffers: new PageBuffers() };
    this.#entriesLeft = Number(chunk.meta.num_values);
    const nulls = chunk.meta.statistics?.null_count;
    if (nulls !== undefined) this.valuesLeft = this.#entriesLeft - Number(nulls);
  }

  /** How many bytes so many values may have, if they are not from a dictionary. */
  bytesOf(values: number): number {
    return Math.ceil(Math.min(MOST_EXPECTED, this.#chunk.valueBytes * values * 1.05));
  }

  /** The next data page; `undefined` once the chunk's number of values has been reached. */
  async next(): Promise<DataPage | undefined> {
    while (this.#entriesLeft > 0) {
      await this.#turn.give();
      const header = readPageHeader(this.#reader);
      const page = await this.#decode(header, this.#body(header));
      if (page === undefined) continue;
      this.#passed(page);
      return page;
    }
    return undefined;
  }

  /** Passes over pages that lie within the next `rows` rows, as far as their headers tell, and says how many rows that were. */
  async skip(rows: number): Promise<number> {
    let passed = 0;
    while (this.#entriesLeft > 0 && passed < rows) {
      await this.#turn.give();
      const { at } = this.#reader;
      const header = readPageHeader(this.#reader);
      const isData = header.kind === "data" || header.kind === "data-v2";
      const numRows = isData ? rowsOf(header, this.#chunk.leaf.rep > 0) : 0;
      if (numRows === undefined || numRows > rows - passed) {
        this.#reader.at = at;
        break;
      }
      const body = this.#body(header);
      if (isData) {
        this.#checkEntries(header.numValues);
        this.#entriesLeft -= header.numValues;
        passed += numRows;
      } else await this.#decode(header, body);
    }
    return passed;
  }

  /**
   * The entries of the next data page whose values are marked, if kernels find them among those of its dictionary. Else nothing, and the page is
   * still to be read. `mark` is asked once a dictionary is there; where it gives nothing, there is nothing.
   */
  async nextMatches(mark: Mark): Promise<PageMatches | undefined> {
    const memory = pageMemory();
    while (memory !== undefined && this.#entriesLeft > 0) {
      await this.#turn.give();
      const { at } = this.#reader;
      const header = readPageHeader(this.#reader);
      const body = this.#body(header);
      if (header.kind === "dictionary" || header.kind === "index") {
        await this.#decode(header, body);
        continue;
      }
      const page = await this.#match(memory, header, body, mark);
      if (page === undefined) {
        this.#reader.at = at;
        return undefined;
      }
      this.#passed(page);
      return page;
    }
    return undefined;
  }

  async #match(
    memory: PageMemory,
    header: DataPageHeader | DataPageHeaderV2,
    body: Uint8Array,
    mark: Mark,
  ): Promise<PageMatches | undefined> {
    const dictionary = this.#dictionary;
    if (dictionary === undefined || !isIndexed(header.encoding)) return undefined;
    if (!isForKernels(header, this.#chunk.leaf, dictionary)) return undefined;
    this.#marks ??= mark(dictionary, Number(this.#chunk.meta.num_values));
    if (this.#marks === undefined) return undefined;
    this.#checkEntries(header.numValues);
    return matchPage(memory, this.#column, header, await this.#storeData(header, body), dictionary, this.#marks);
  }

  #body({ size, crc }: PageHeader): Uint8Array {
    const { bytes } = this.#chunk;
    const start = this.#reader.at;
    const end = start + size;
    if (end > bytes.length) throw new Error("a page reaches beyond its column chunk");
    this.#reader.at = end;
    const body = bytes.subarray(start, end);
    if (crc !== undefined && crc32(body) !== crc >>> 0) throw new Error("the checksum of a page does not match");
    return body;
  }

  async #decode(header: PageHeader, body: Uint8Array): Promise<DataPage | undefined> {
    const { meta, leaf, convert } = this.#chunk;
    const memory = pageMemory();
    switch (header.kind) {
      case "dictionary": {
        if (this.#dictionary !== undefined) throw new Error("a column chunk has two dictionaries");
        this.#dictionary = await this.#decodeDictionary(header, body);
        return undefined;
      }
      case "data":
      case "data-v2": {
        this.#checkEntries(header.numValues);
        if (memory !== undefined && isForKernels(header, leaf, this.#dictionary)) {
          const stored = await this.#storeData(header, body);
          const page = kernelPage(memory, this.#column, header, stored, this.#dictionary);
          if (page !== undefined) return page;
        }
        if (header.kind === "data") {
          const bytes = await decompress(body, meta.codec, header.uncompressedSize, this.#turn, this.#memoryFor);
          await this.#turn.give();
          return decodeDataPage(bytes, header, leaf, this.#valuesFor(header), convert);
        }
        const { levels, rest, codec, restSize } = splitLevels(header, body, meta.codec);
        const values = await decompress(rest, codec, restSize, this.#turn, this.#memoryFor);
        await this.#turn.give();
        return decodeDataPageV2(levels, values, header, leaf, this.#valuesFor(header), convert);
      }
      case "index":
        return undefined;
      default:
        return header satisfies never;
    }
  }

  async #decodeDictionary(header: DictionaryPageHeader, body: Uint8Array): Promise<Dictionary> {
    const { meta, leaf, convert } = this.#chunk;
    const { uncompressedSize: size } = header;
    const memory = pageMemory();
    if (memory !== undefined && isForKernels(header, leaf, undefined)) {
      return kernelDictionary(memory, this.#column, header, await this.#store(body, meta.codec, size));
    }
    const bytes = await decompress(body, meta.codec, size, this.#turn);
    await this.#turn.give();
    const values = readPlain(bytes, 0, leaf.element, header.numValues);
    return new ArrayDictionary(convert === undefined ? values : convert(values));
  }

  /** The dictionary, for a page that may refer to it. */
  #valuesFor({ encoding }: DataPageHeader | DataPageHeaderV2): Values | undefined {
    return isIndexed(encoding) ? this.#dictionary?.values() : undefined;
  }

  async #storeData(header: DataPageHeader | DataPageHeaderV2, body: Uint8Array): Promise<StoredPage> {
    const { codec: own } = this.#chunk.meta;
    if (header.kind === "data") return this.#store(body, own, header.uncompressedSize, this.#memoryFor);
    const { levels, rest, codec, restSize } = splitLevels(header, body, own);
    return { ...(await this.#store(rest, codec, restSize, this.#memoryFor)), levels };
  }

  /** Decompresses as far as kernels do not do it themselves. */
  async #store(
    body: Uint8Array,
    codec: CompressionCodec | undefined,
    size: number,
    memoryFor?: (size: number) => Uint8Array,
  ): Promise<StoredPage> {
    if (isPutHere(codec)) return { body, codec, size };
    const bytes = await decompress(body, codec, size, this.#turn, memoryFor);
    await this.#turn.give();
    return { body: bytes, codec: "UNCOMPRESSED", size };
  }

  /** One data page after the other lies in the same memory: its values have been copied when the next one is decoded. */
  readonly #memoryFor = (size: number): Uint8Array => {
    if (this.#memory.length < size) this.#memory = new Uint8Array(size);
    return this.#memory.subarray(0, size);
  };

  #passed({ entries, filled }: Pick<DataPage, "entries" | "filled">): void {
    this.#entriesLeft -= entries;
    if (this.valuesLeft !== undefined) this.valuesLeft -= filled;
  }

  /** Before anything is allocated for them. */
  #checkEntries(count: number): void {
    if (count > this.#entriesLeft) throw new Error("its pages have more values than its chunk says");
  }
}

/** A body of a page of version 2: its levels, which are never compressed, and all else. */
function splitLevels(header: DataPageHeaderV2, body: Uint8Array, codec: CompressionCodec | undefined) {
  const { uncompressedSize: size, repetitionBytes, definitionBytes, isCompressed } = header;
  const lengths = repetitionBytes + definitionBytes;
  if (lengths > body.length || lengths > size) throw new Error("the levels of a page do not fit into it");
  return {
    levels: body.subarray(0, lengths),
    rest: body.subarray(lengths),
    restSize: size - lengths,
    codec: isCompressed ? codec : ("UNCOMPRESSED" as const),
  };
}
