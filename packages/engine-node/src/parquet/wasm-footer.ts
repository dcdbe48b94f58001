import type { ColumnMetaData } from "hyparquet";
import { binary, i32, i64, list, struct, type ThriftValue, writeThrift } from "./thrift-writer.js";
import { physicalType, type ShownSchema } from "./wasm-schema.js";

/** A column chunk of the file that is being written. */
export interface ShownChunk {
  /** As in the real file; what differs is below. */
  readonly meta: ColumnMetaData;
  readonly offset: number;
  readonly length: number;
}

/** "parquet.thrift", `CompressionCodec`. */
const CODECS = ["UNCOMPRESSED", "SNAPPY", "GZIP", "LZO", "BROTLI", "LZ4", "ZSTD", "LZ4_RAW"];

/**
 * Thrift-encoded FileMetaData of a file with one row group. It has no statistics, page indexes or key-value metadata: an
 * `ARROW:schema` would change types.
 */
export function writeFooter({ elements }: ShownSchema, chunks: readonly ShownChunk[], numRows: number): Uint8Array {
  const size = chunks.reduce((sum, { meta }) => sum + meta.total_uncompressed_size, 0n);
  const rowGroup = struct([1, list("struct", chunks.map(chunkStruct))], [2, i64(size)], [3, i64(numRows)]);
  const version = i32(1);
  return writeThrift(
    struct([1, version], [2, list("struct", elements)], [3, i64(numRows)], [4, list("struct", [rowGroup])]),
  );
}

function chunkStruct({ meta, offset, length }: ShownChunk): ThriftValue {
  const facts = struct(
    [1, i32(physicalType(meta.type))],
    [2, list("i32", [])],
    [3, list("binary", meta.path_in_schema.map(binary))],
    [4, i32(CODECS.indexOf(meta.codec))],
    [5, i64(meta.num_values)],
    [6, i64(meta.total_uncompressed_size)],
    [7, i64(length)],
    // Where the pages start. A dictionary page is told by its own header.
    [9, i64(offset)],
  );
  return struct([2, i64(offset)], [3, facts]);
}
