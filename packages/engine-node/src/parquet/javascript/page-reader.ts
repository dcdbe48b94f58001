import { crc32 } from "node:zlib";
import type { ColumnMetaData, PageHeader } from "hyparquet";
import { parquetHeader } from "hyparquet/src/column.js";
import type { LeafNode } from "../schema/schema-node.js";
import type { Convert } from "./convert-values.js";
import { type DataPage, decodeDataPage, decodeDataPageV2 } from "./data-page.js";
import { decompress } from "./decompress.js";
import { readPlain } from "./plain.js";
import type { Turn } from "./turn.js";
import type { Values } from "./values.js";

/** A column chunk to be decoded. */
export interface Chunk {
  readonly bytes: Uint8Array;
  readonly meta: ColumnMetaData;
  readonly leaf: LeafNode;
  readonly convert: Convert | undefined;
}

/** Decodes the pages of a column chunk one after the other. */
export class PageReader {
  readonly #chunk: Chunk;
  readonly #turn: Turn;
  readonly #reader: { readonly view: DataView; offset: number };
  #entriesLeft: number;
  #dictionary: Values | undefined;

  constructor(chunk: Chunk, turn: Turn) {
    this.#chunk = chunk;
    this.#turn = turn;
    const { buffer, byteOffset, byteLength } = chunk.bytes;
    this.#reader = { view: new DataView(buffer, byteOffset, byteLength), offset: 0 };
    this.#entriesLeft = Number(chunk.meta.num_values);
  }

  /** The next data page; `undefined` once the chunk's number of values has been reached. */
  async next(): Promise<DataPage | undefined> {
    while (this.#entriesLeft > 0) {
      await this.#turn.give();
      const header = parquetHeader(this.#reader);
      const body = this.#body(header);
      const page = await this.#decode(header, body);
      if (page === undefined) continue;
      this.#entriesLeft -= page.entries;
      return page;
    }
    return undefined;
  }

  #body({ compressed_page_size: size, uncompressed_page_size: uncompressed, crc }: PageHeader): Uint8Array {
    const { bytes } = this.#chunk;
    const { offset } = this.#reader;
    if (!isCount(size) || !isCount(uncompressed) || offset + size > bytes.length) {
      throw new Error("a page reaches beyond its column chunk");
    }
    this.#reader.offset += size;
    const body = bytes.subarray(offset, offset + size);
    if (crc !== undefined && crc32(body) !== crc >>> 0) throw new Error("the checksum of a page does not match");
    return body;
  }

  async #decode(header: PageHeader, body: Uint8Array): Promise<DataPage | undefined> {
    const { meta, leaf, convert } = this.#chunk;
    const size = header.uncompressed_page_size;
    switch (header.type) {
      case "DICTIONARY_PAGE": {
        const count = header.dictionary_page_header?.num_values;
        if (!isCount(count) || this.#dictionary !== undefined) throw new Error("a dictionary page makes no sense");
        const bytes = await decompress(body, meta.codec, size, this.#turn);
        await this.#turn.give();
        const values = readPlain(bytes, 0, leaf.element, count);
        this.#dictionary = convert === undefined ? values : convert(values);
        return undefined;
      }
      case "DATA_PAGE": {
        const facts = header.data_page_header;
        this.#checkEntries(facts?.num_values);
        const bytes = await decompress(body, meta.codec, size, this.#turn);
        await this.#turn.give();
        return decodeDataPage(bytes, facts!, leaf, this.#dictionary, convert);
      }
      case "DATA_PAGE_V2": {
        const facts = header.data_page_header_v2;
        this.#checkEntries(facts?.num_values);
        const levels = facts!.repetition_levels_byte_length + facts!.definition_levels_byte_length;
        if (!isCount(levels) || levels > body.length || levels > size) throw new Error("a page's levels do not fit");
        const codec = facts!.is_compressed === false ? "UNCOMPRESSED" : meta.codec;
        const values = await decompress(body.subarray(levels), codec, size - levels, this.#turn);
        await this.#turn.give();
        return decodeDataPageV2(body.subarray(0, levels), values, facts!, leaf, this.#dictionary, convert);
      }
      case "INDEX_PAGE":
        return undefined;
      default:
        throw new Error("a page is of no known type");
    }
  }

  /** Before anything is allocated for them. */
  #checkEntries(count: number | undefined): void {
    if (isCount(count) && count <= this.#entriesLeft) return;
    throw new Error("its pages have more values than its chunk says");
  }
}

/** Header fields are whatever the damaged bytes make them. */
function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0;
}
