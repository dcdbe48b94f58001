import type {
  ColumnChunk,
  ColumnMetaData,
  Encoding,
  FileMetaData,
  KeyValue,
  LogicalType,
  RowGroup,
  SchemaElement,
} from "hyparquet";
import {
  CompressionCodecs,
  ConvertedTypes,
  Encodings,
  FieldRepetitionTypes,
  ParquetTypes,
} from "hyparquet/src/constants.js";
import { CompactReader } from "./compact-reader.js";
import { KnownLists } from "./known-lists.js";

/**
 * Reads the Thrift-encoded FileMetaData of a footer (parquet.thrift), in the shape that hyparquet gives it, but without
 * what reading rows does not need: of the statistics it has the number of nulls alone, and where the rest is; of a column
 * chunk where it can be found again, for what there is of page indexes and bloom filters. Passing over those makes it several
 * times faster than reading them all.
 *
 * @throws Error for damaged bytes.
 */
export function readMetadata(bytes: Uint8Array): FileMetaData {
  const reader = new CompactReader(bytes);
  const metadata: Partial<FileMetaData> = { metadata_length: bytes.length };
  for (let id = reader.field(0); id !== 0; id = reader.field(id)) {
    if (id === 1) metadata.version = reader.i32();
    else if (id === 2) metadata.schema = readElements(reader);
    else if (id === 3) metadata.num_rows = reader.i64();
    else if (id === 4) metadata.row_groups = reader.items(() => readRowGroup(reader));
    else if (id === 5) metadata.key_value_metadata = reader.items(() => readKeyValue(reader));
    else if (id === 6) metadata.created_by = reader.text();
    else reader.skip();
  }
  return complete(metadata, ["version", "schema", "num_rows", "row_groups"], "file") as FileMetaData;
}

/** The files of a table have one schema as a rule, and their row groups the same columns in the same places. */
const knownSchema = new KnownLists<SchemaElement[]>();
const knownPaths = new KnownLists<string[]>();
const knownEncodings = new KnownLists<Encoding[]>();

function readElements(reader: CompactReader): SchemaElement[] {
  knownSchema.restart();
  return knownSchema.read(reader, () => reader.items(() => readElement(reader)));
}

function readElement(reader: CompactReader): SchemaElement {
  reader.struct();
  const element: Partial<SchemaElement> = {};
  for (let id = reader.field(0); id !== 0; id = reader.field(id)) {
    if (id === 1) element.type = nameOf(ParquetTypes, reader.i32(), "physical type");
    else if (id === 2) element.type_length = reader.i32();
    else if (id === 3) element.repetition_type = nameOf(FieldRepetitionTypes, reader.i32(), "repetition");
    else if (id === 4) element.name = reader.text();
    else if (id === 5) element.num_children = reader.i32();
    else if (id === 6) setIfKnown(element, "converted_type", ConvertedTypes[reader.i32()]);
    else if (id === 7) element.scale = reader.i32();
    else if (id === 8) element.precision = reader.i32();
    else if (id === 9) element.field_id = reader.i32();
    else if (id === 10) setIfKnown(element, "logical_type", readLogicalType(reader));
    else reader.skip();
  }
  return complete(element, ["name"], "schema element") as SchemaElement;
}

/** The union's members that have no fields, by their ids. */
const PLAIN_TYPES: Readonly<
  Record<number, "STRING" | "MAP" | "LIST" | "ENUM" | "DATE" | "NULL" | "JSON" | "BSON" | "UUID" | "FLOAT16">
> = {
  1: "STRING",
  2: "MAP",
  3: "LIST",
  4: "ENUM",
  6: "DATE",
  11: "NULL",
  12: "JSON",
  13: "BSON",
  14: "UUID",
  15: "FLOAT16",
};

const UNITS = ["MILLIS", "MICROS", "NANOS"] as const;

/** A type that is newer than this reader is none: the column is read as what it is stored as. */
function readLogicalType(reader: CompactReader): LogicalType | undefined {
  reader.struct();
  let logical: LogicalType | undefined;
  for (let id = reader.field(0); id !== 0; id = reader.field(id)) {
    const plain = PLAIN_TYPES[id];
    if (id === 5) logical = readDecimal(reader);
    else if (id === 7 || id === 8) logical = readTime(reader, id === 7 ? "TIME" : "TIMESTAMP");
    else if (id === 10) logical = readInteger(reader);
    else {
      if (plain !== undefined) logical = { type: plain };
      reader.skip();
    }
  }
  return logical;
}

function readDecimal(reader: CompactReader): LogicalType {
  reader.struct();
  let [scale, precision] = [0, 0];
  for (let id = reader.field(0); id !== 0; id = reader.field(id)) {
    if (id === 1) scale = reader.i32();
    else if (id === 2) precision = reader.i32();
    else reader.skip();
  }
  return { type: "DECIMAL", scale, precision };
}

function readTime(reader: CompactReader, type: "TIME" | "TIMESTAMP"): LogicalType {
  reader.struct();
  let isAdjustedToUTC = false;
  let unit: (typeof UNITS)[number] | undefined;
  for (let id = reader.field(0); id !== 0; id = reader.field(id)) {
    if (id === 1) isAdjustedToUTC = reader.bool();
    else if (id === 2) {
      reader.struct();
      for (let of = reader.field(0); of !== 0; of = reader.field(of)) {
        unit = UNITS[of - 1];
        reader.skip();
      }
    } else reader.skip();
  }
  if (unit === undefined) throw new Error("a timestamp has no unit");
  return { type, isAdjustedToUTC, unit };
}

function readInteger(reader: CompactReader): LogicalType {
  reader.struct();
  let [bitWidth, isSigned] = [0, false];
  for (let id = reader.field(0); id !== 0; id = reader.field(id)) {
    if (id === 1) bitWidth = reader.i32();
    else if (id === 2) isSigned = reader.bool();
    else reader.skip();
  }
  return { type: "INTEGER", bitWidth, isSigned };
}

function readRowGroup(reader: CompactReader): RowGroup {
  reader.struct();
  const group: Partial<RowGroup> = {};
  knownPaths.restart();
  knownEncodings.restart();
  for (let id = reader.field(0); id !== 0; id = reader.field(id)) {
    if (id === 1) group.columns = reader.items(() => readChunk(reader));
    else if (id === 2) group.total_byte_size = reader.i64();
    else if (id === 3) group.num_rows = reader.i64();
    else reader.skip();
  }
  return complete(group, ["columns", "num_rows"], "row group") as RowGroup;
}

/** A column chunk of which what few readers need has not been read: see `readChunkIndexes`. */
export interface LazyChunk extends ColumnChunk {
  /** Where its Thrift struct begins, in the bytes of the footer. */
  readonly at: number;
}

function readChunk(reader: CompactReader): LazyChunk {
  reader.struct();
  const chunk: LazyChunk = { file_offset: 0n, at: reader.at };
  for (let id = reader.field(0); id !== 0; id = reader.field(id)) {
    if (id === 1) chunk.file_path = reader.text();
    else if (id === 2) chunk.file_offset = reader.i64();
    else if (id === 3) chunk.meta_data = readChunkMetadata(reader);
    else reader.skip();
  }
  return chunk;
}

const CHUNK_FIELDS: readonly (keyof ColumnMetaData)[] = [
  "type",
  "encodings",
  "path_in_schema",
  "num_values",
  "total_compressed_size",
  "data_page_offset",
];

function readChunkMetadata(reader: CompactReader): ColumnMetaData {
  reader.struct();
  const meta: Partial<ColumnMetaData> = {};
  for (let id = reader.field(0); id !== 0; id = reader.field(id)) {
    if (id === 1) meta.type = nameOf(ParquetTypes, reader.i32(), "physical type");
    else if (id === 2) meta.encodings = readEncodings(reader);
    else if (id === 3) meta.path_in_schema = knownPaths.read(reader, () => reader.items(() => reader.text()));
    else if (id === 4) setIfKnown(meta, "codec", CompressionCodecs[reader.i32()]);
    else if (id === 5) meta.num_values = reader.i64();
    else if (id === 6) meta.total_uncompressed_size = reader.i64();
    else if (id === 7) meta.total_compressed_size = reader.i64();
    else if (id === 9) meta.data_page_offset = reader.i64();
    else if (id === 11) meta.dictionary_page_offset = reader.i64();
    else if (id === 12) meta.statistics = readStatistics(reader) as NonNullable<ColumnMetaData["statistics"]>;
    else reader.skip();
  }
  // A compression that is not known, as a newer one, only matters to a column that is read.
  return complete(meta, CHUNK_FIELDS, "column chunk") as ColumnMetaData;
}

/** Those that are known: one that is newer than this reader only matters to a column that is read. */
function readEncodings(reader: CompactReader): Encoding[] {
  return knownEncodings.read(reader, () => {
    return reader.items(() => Encodings[reader.i32()]).filter((encoding) => encoding !== undefined);
  });
}

/** Statistics of which the bounds have not been read: few of them are ever looked at. */
export interface LazyStatistics {
  null_count?: bigint;
  /** Where their Thrift struct begins, in the bytes of the footer. */
  readonly at: number;
}

function readStatistics(reader: CompactReader): LazyStatistics {
  reader.struct();
  const statistics: LazyStatistics = { at: reader.at };
  for (let id = reader.field(0); id !== 0; id = reader.field(id)) {
    if (id === 3) statistics.null_count = reader.i64();
    else reader.skip();
  }
  return statistics;
}

/** The least and greatest value of statistics, as they are encoded. */
export interface EncodedBounds {
  readonly min?: Uint8Array;
  readonly max?: Uint8Array;
  /** The same by an older rule, which holds for signed numbers alone. */
  readonly signedMin?: Uint8Array;
  readonly signedMax?: Uint8Array;
}

/** Reads the bounds that {@link readMetadata} passed over. */
export function readBounds(bytes: Uint8Array, { at }: LazyStatistics): EncodedBounds {
  const reader = new CompactReader(bytes, at);
  const bounds: { -readonly [K in keyof EncodedBounds]: EncodedBounds[K] } = {};
  for (let id = reader.field(0); id !== 0; id = reader.field(id)) {
    if (id === 1) bounds.signedMax = reader.binary();
    else if (id === 2) bounds.signedMin = reader.binary();
    else if (id === 5) bounds.max = reader.binary();
    else if (id === 6) bounds.min = reader.binary();
    else reader.skip();
  }
  return bounds;
}

function readKeyValue(reader: CompactReader): KeyValue {
  reader.struct();
  const pair: KeyValue = { key: "" };
  for (let id = reader.field(0); id !== 0; id = reader.field(id)) {
    if (id === 1) pair.key = reader.text();
    else if (id === 2) pair.value = reader.text();
    else reader.skip();
  }
  return pair;
}

function nameOf<T>(names: readonly T[], index: number, what: string): T {
  const name = names[index];
  if (name === undefined) throw new Error(`${index} is no ${what} that is known`);
  return name;
}

function setIfKnown<T, K extends keyof T>(target: T, key: K, value: T[K] | undefined): void {
  if (value !== undefined) target[key] = value;
}

/** The struct, if it has all of its required fields. Without a function for each, as it runs for each chunk before there is machine code. */
function complete<T extends object>(read: T, required: readonly (keyof T)[], what: string): T {
  for (let i = 0; i < required.length; i++) {
    if (read[required[i]!] === undefined) throw new Error(`a ${what} in the footer has no ${String(required[i])}`);
  }
  return read;
}
