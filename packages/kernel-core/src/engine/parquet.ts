import type { RecordBatch } from "apache-arrow";
import type { RowRanges } from "../deletion-vector/row-ranges.js";
import type { RowSelection } from "../selection/selection.js";
import type { StorageOptions } from "./storage.js";

/**
 * # The Parquet contract
 *
 * `open` reads a file's footer and nothing else; what it read beyond the footer (the tail of a small file) is kept and
 * not asked for again. `read` asks the storage only for the column chunks of the wanted leaves in the wanted row
 * groups, or of these the pages with wanted rows, near ones together, and yields Arrow batches in file order. No batch
 * spans two row groups.
 *
 * The Arrow type of a column follows from its Parquet type alone (an `ARROW:schema` in the file is not looked at), and
 * is the same whichever decoder does the work:
 *
 * | Parquet | Arrow |
 * |---|---|
 * | BOOLEAN | Bool |
 * | INT32; INT(8/16/32, signed) | Int32; Int8/Int16/Int32; unsigned ones Uint8/Uint16/Uint32 |
 * | INT64; INT(64, signed or not) | Int64; Uint64 |
 * | FLOAT, DOUBLE | Float32, Float64 |
 * | DECIMAL(p,s) on INT32, INT64, FIXED or BINARY | Decimal(128 bits, p, s), p ≤ 38 |
 * | DATE | Date32 (DateDay) |
 * | TIMESTAMP(millis, micros or nanos), TIMESTAMP_MILLIS/_MICROS | Timestamp(microsecond, "UTC" if adjusted to UTC, else none) |
 * | INT96 | Timestamp(microsecond, "UTC"), exact for every year |
 * | STRING, ENUM, JSON | Utf8 |
 * | other BYTE_ARRAY, BSON | Binary |
 * | other FIXED_LEN_BYTE_ARRAY | FixedSizeBinary |
 * | group | Struct |
 * | LIST, two- or three-level | List; the element field is named `element` |
 * | MAP, MAP_KEY_VALUE | Map; entries `key`, `value` |
 *
 * Nanoseconds are floored to microseconds. Nothing is dictionary-encoded. Damaged bytes fail with `FILE_CORRUPT`,
 * never with fewer rows than the footer says.
 */
export interface ParquetHandler {
  /** Reads the footer. `size` is the file's size in bytes, as the log or a listing has it. */
  open(url: string, options: OpenParquetOptions): Promise<ParquetFile>;
}

export interface OpenParquetOptions extends StorageOptions {
  readonly size: number;
  /**
   * Whether all of the file, or nearly all, will be read: where a round trip is costly and the file not large, its rows may then
   * come with its footer, for the first read.
   */
  readonly isReadWhole?: boolean | undefined;
}

/** A file whose footer is known. Holds memory only: no handle, no socket. */
export interface ParquetFile {
  readonly url: string;
  readonly size: number;
  readonly numRows: number;
  /** The top-level columns. */
  readonly fields: readonly ParquetField[];
  readonly rowGroups: readonly ParquetRowGroup[];
  /** Key-value metadata of the footer. */
  readonly keyValueMetadata: ReadonlyMap<string, string>;
  /**
   * The least and greatest value of a leaf in a row group, by its statistics in the footer; `undefined` where it has none
   * that can be relied on. `column` is a path of {@link ParquetField} names that goes through structs alone.
   */
  bounds?(rowGroup: number, column: readonly string[]): ParquetBounds | undefined;
  /**
   * Reads what the file has of page indexes for some row groups, in one request, or in none where the tail of the file has
   * them; nothing where that costs more than it could spare. What makes no sense in them is as good as absent. It may be
   * asked once for a file.
   */
  pages?(options: ParquetPagesOptions): Promise<ReadonlyMap<number, ParquetPages>>;
  /**
   * Finds values that no row of a row group has, by bloom filters and dictionaries, as far as reading these costs less than
   * it could spare: for each row group the positions in `probes` of those that are surely absent.
   */
  absentValues?(options: ParquetProbesOptions): Promise<ReadonlyMap<number, ReadonlySet<number>>>;
  /**
   * That `read` may leave rows out by a selection, of which its batches then tell in `rows`. One that does not say so is given no
   * selection, and its rows are counted.
   */
  readonly selects?: boolean | undefined;
  /** Batches of the wanted columns, in file order. */
  read(options?: ReadParquetOptions): AsyncIterable<ParquetBatch>;
}

/** A node of the file's schema, with the helper groups of lists and maps left out, as in the Arrow type. */
export interface ParquetField {
  readonly name: string;
  readonly fieldId?: number;
  readonly kind: "leaf" | "struct" | "list" | "map";
  /** What a leaf is annotated as, where its Arrow type does not show it. */
  readonly annotation?: "TIME_MILLIS" | "TIME_MICROS" | "TIME_NANOS" | "TIMESTAMP_NANOS" | "UUID";
  /** Members of a struct; the one `element` of a list; `key` and `value` of a map; empty for a leaf. */
  readonly children: readonly ParquetField[];
}

export interface ParquetRowGroup {
  /** Position of its first row in the file. */
  readonly rowStart: number;
  readonly numRows: number;
  readonly columns: readonly ParquetColumnChunk[];
}

export interface ParquetColumnChunk {
  /** Names from the root to the leaf, as in the file, helper groups included. */
  readonly path: readonly string[];
  readonly numValues: number;
  /** From the chunk's statistics, when it has them. */
  readonly nullCount?: number;
  readonly offset: number;
  readonly compressedSize: number;
  readonly uncompressedSize: number;
}

/**
 * Bounds of the values of a column, null and NaN aside. They need not be values of it: texts and bytes may be cut, the greatest to
 * something greater.
 */
export interface ParquetBounds {
  /** What the values are, by the column's Arrow type: integers signed or not, timestamps in microseconds, decimals unscaled. */
  readonly kind: "boolean" | "integer" | "float" | "decimal" | "date" | "timestamp" | "text" | "bytes";
  /** Of a decimal. */
  readonly scale?: number;
  readonly min?: boolean | number | bigint | string | Uint8Array | undefined;
  readonly max?: boolean | number | bigint | string | Uint8Array | undefined;
}

/** A value of a column, in the terms of {@link ParquetBounds}. */
export interface ParquetValue {
  readonly kind: ParquetBounds["kind"];
  /** Of a decimal. */
  readonly scale?: number;
  readonly value: boolean | number | bigint | string | Uint8Array;
}

export interface ParquetPagesOptions extends StorageOptions {
  readonly rowGroups: readonly number[];
  /** Leaves whose pages' bounds are wanted: paths as in {@link ParquetFile.bounds}. */
  readonly bounded: readonly (readonly string[])[];
  /** What will be read, as in {@link ReadParquetOptions}; must cover the leaves of `bounded`. */
  readonly columns: readonly (readonly string[])[];
}

/** The pages of a row group. */
export interface ParquetPages {
  /** Of every leaf below `columns`. */
  readonly leaves: readonly ParquetPageStarts[];
  /** Of each leaf in `bounded`; `undefined` where nothing is known of its pages. */
  readonly bounded: readonly (ParquetLeafPages | undefined)[];
}

export interface ParquetPageStarts {
  /** The row of the row group that each page begins with: ascending from 0. */
  readonly firstRows: readonly number[];
  /** Bytes of each page in the file. */
  readonly sizes: readonly number[];
}

export interface ParquetLeafPages extends ParquetPageStarts {
  bounds(page: number): ParquetPageBounds;
}

/** What is known of the values of a page. */
export interface ParquetPageBounds {
  readonly bounds?: ParquetBounds | undefined;
  /** Whether it has no value but null. */
  readonly isNull: boolean;
  readonly nullCount?: number;
}

/** A value that is looked for. */
export interface ParquetProbe extends ParquetValue {
  /** A path as in {@link ParquetFile.bounds}. */
  readonly column: readonly string[];
}

export interface ParquetProbesOptions extends StorageOptions {
  readonly rowGroups: readonly number[];
  readonly probes: readonly ParquetProbe[];
  /** What will be read where they are not absent. */
  readonly columns: readonly (readonly string[])[];
}

export interface ReadParquetOptions extends StorageOptions {
  /**
   * Paths of {@link ParquetField} names from the root, as `[["add", "path"], ["add", "size"]]`; a path to a group
   * selects all below it. A list or map is selected whole: a path may end at one, not go through it. Absent means all
   * columns, `[]` none (batches with a row count and no columns). A path that the file lacks is an `INVALID_ARGUMENT`.
   */
  readonly columns?: readonly (readonly string[])[] | undefined;
  /** Indexes into `rowGroups`, ascending. Absent means all. */
  readonly rowGroups?: readonly number[] | undefined;
  /**
   * The rows that are wanted of some row groups, by their distance from its first; absent means all. Only pages that have
   * such rows are asked for, as far as {@link ParquetFile.pages} has been. Others may be given out with them.
   */
  readonly rows?: ReadonlyMap<number, RowRanges> | undefined;
  /** Most rows of a batch; the handler may give fewer. */
  readonly batchRows?: number | undefined;
  /**
   * Rows in which every wanted column is null may be left out: of a million rows of a checkpoint one has a protocol. With
   * `"values"` so may those behind the last value that the footer's null counts tell of.
   */
  readonly sparse?: boolean | "values" | undefined;
  /**
   * Which rows are wanted, as plain data that can go to another thread, where `openSelection` makes functions of it. The handler
   * may leave out other rows, and decode no more of them than it takes to know them. It may as well not look at it: who reads
   * the batches looks again where `ParquetBatch.rows` is absent.
   */
  readonly selection?: RowSelection | undefined;
  /**
   * The same object for all reads whose batches are taken one read after the other, in the order in which the files were opened. Who
   * decodes on one thread may then finish one read before beginning the next.
   */
  readonly sequence?: object | undefined;
}

export interface ParquetBatch {
  /** Columns in file order, restricted to those asked for. */
  readonly batch: RecordBatch;
  /** Position in the file of the batch's first row; the others follow it, unless `rows` says otherwise. */
  readonly rowOffset: number;
  /**
   * Where the selection has been applied: the rows that the batch has, by their distance from `rowOffset`. Batches
   * without a row may be left out then.
   */
  readonly rows?: RowRanges | undefined;
}
