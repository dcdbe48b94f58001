import { type ColumnMetaData, type FileMetaData, parquetMetadata, type SchemaElement } from "hyparquet";
import {
  CompressionCodecs,
  ConvertedTypes,
  Encodings,
  FieldRepetitionTypes,
  ParquetTypes,
} from "hyparquet/src/constants.js";
import { chunkRange } from "../dist/parquet/chunk-range.js";
import { binary, i32, i64, list, struct, type ThriftValue, writeThrift } from "../dist/parquet/thrift-writer.js";

export interface RewriteOptions {
  /** Bytes of nothing in front of each column chunk; 0 by default. */
  readonly gap?: number;
  /** Bytes of nothing at the end of each column chunk, which belong to it; 0 by default. */
  readonly slack?: number;
  /** Bytes to make the footer larger by. */
  readonly padding?: number;
  /** Changes what the footer will say, after the chunks have been placed. */
  readonly edit?: (metadata: FileMetaData) => void;
}

/** The same Parquet file laid out anew, its footer reduced to what matters here: no statistics, no logical types. */
export function rewriteParquet(bytes: Uint8Array, options: RewriteOptions = {}): Uint8Array {
  const { gap = 0, slack = 0, padding = 0, edit } = options;
  const metadata = parquetMetadata(bytes, { geoparquet: false });
  const parts: Uint8Array[] = [new TextEncoder().encode("PAR1")];
  let end = 4;
  for (const { columns } of metadata.row_groups) {
    for (const { meta_data: meta } of columns) {
      const { offset, length } = chunkRange(meta!);
      const moved = BigInt(end + gap - offset);
      meta!.data_page_offset += moved;
      if (meta!.dictionary_page_offset) meta!.dictionary_page_offset += moved;
      meta!.total_compressed_size += BigInt(slack);
      parts.push(new Uint8Array(gap), bytes.subarray(offset, offset + length), new Uint8Array(slack));
      end += gap + length + slack;
    }
  }
  edit?.(metadata);
  const footer = writeThrift(footerStruct(metadata, padding));
  const trailer = new Uint8Array(8);
  new DataView(trailer.buffer).setUint32(0, footer.length, true);
  trailer.set(new TextEncoder().encode("PAR1"), 4);
  return Uint8Array.from(Buffer.concat([...parts, footer, trailer]));
}

/** A file with this footer and no column chunks. */
export function parquetOf(metadata: FileMetaData): Uint8Array {
  const empty = { ...metadata, row_groups: [] };
  const footer = writeThrift(footerStruct(empty, 0));
  const trailer = new Uint8Array(8);
  new DataView(trailer.buffer).setUint32(0, footer.length, true);
  trailer.set(new TextEncoder().encode("PAR1"), 4);
  return Uint8Array.from(Buffer.concat([new TextEncoder().encode("PAR1"), footer, trailer]));
}

export function footerLength(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(bytes.length - 8, true);
}

function footerStruct(metadata: FileMetaData, padding: number): ThriftValue {
  const groups = metadata.row_groups.map((group) =>
    struct(
      [
        1,
        list(
          "struct",
          group.columns.map(({ meta_data: meta }) => struct([2, i64(0n)], [3, chunkStruct(meta!)])),
        ),
      ],
      [2, i64(group.total_byte_size)],
      [3, i64(group.num_rows)],
    ),
  );
  const filler = struct([1, binary("filler")], [2, binary("x".repeat(padding))]);
  return struct(
    [1, i32(metadata.version)],
    [2, list("struct", metadata.schema.map(elementStruct))],
    [3, i64(metadata.num_rows)],
    [4, list("struct", groups)],
    [5, padding > 0 ? list("struct", [filler]) : undefined],
  );
}

function indexOf(names: readonly (string | undefined)[], name: string | undefined): ThriftValue | undefined {
  return name === undefined ? undefined : i32(names.indexOf(name));
}

function optional(value: number | undefined): ThriftValue | undefined {
  return value === undefined ? undefined : i32(value);
}

function elementStruct(element: SchemaElement): ThriftValue {
  return struct(
    [1, indexOf(ParquetTypes, element.type)],
    [2, optional(element.type_length)],
    [3, indexOf(FieldRepetitionTypes, element.repetition_type)],
    [4, binary(element.name)],
    [5, optional(element.num_children)],
    [6, indexOf(ConvertedTypes, element.converted_type)],
    [7, optional(element.scale)],
    [8, optional(element.precision)],
    [9, optional(element.field_id)],
  );
}

function chunkStruct(meta: ColumnMetaData): ThriftValue {
  return struct(
    [1, indexOf(ParquetTypes, meta.type)],
    [
      2,
      list(
        "i32",
        meta.encodings.map((encoding) => indexOf(Encodings, encoding)!),
      ),
    ],
    [3, list("binary", meta.path_in_schema.map(binary))],
    [4, indexOf(CompressionCodecs, meta.codec)],
    [5, i64(meta.num_values)],
    [6, i64(meta.total_uncompressed_size)],
    [7, i64(meta.total_compressed_size)],
    [9, i64(meta.data_page_offset)],
    [11, meta.dictionary_page_offset === undefined ? undefined : i64(meta.dictionary_page_offset)],
  );
}
