import type { DeletionVectorDescriptor } from "../actions/add-file.js";
import type { BoundPredicate } from "../predicate/bound-predicate.js";
import type { StructType } from "../schema/types.js";
import type { MaterializedColumns, MetadataColumn } from "./metadata-columns.js";

/** Which rows of a file to give out. */
export interface ScanFilter {
  readonly predicate: BoundPredicate;
  /** The columns that it takes (logical), none of them a partition column; they need not be among those given out. */
  readonly schema: StructType;
}

/**
 * The reading of one data file: plain data, which `structuredClone`, `postMessage` and (its `bigint`s apart) JSON carry
 * to any worker on any machine. Give it to `readTask`.
 */
export interface ScanTask {
  /** URL of the data file. */
  readonly url: string;
  /** The path as in the log. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Records as the statistics have them, when they were read. */
  readonly numRecords?: number;
  /** Logical columns to give out, in this order: the schema of every batch. */
  readonly schema: StructType;
  /** Present where `schema` has all columns of the table, so that a data file is read whole. */
  readonly allColumns?: true;
  /** Names of the partition columns among them (logical). */
  readonly partitionColumns: readonly string[];
  /** Text of each partition column's value by physical name, as in the log. */
  readonly partitionValues: Readonly<Record<string, string | null>>;
  /** How logical columns are found in the file. PROTOCOL.md, "Column Mapping". */
  readonly columnMapping: "none" | "name" | "id";
  /** Absent where all rows are wanted. */
  readonly filter?: ScanFilter;
  readonly deletionVector?: DeletionVectorDescriptor;
  /** Root of the table, against which a deletion vector's path is resolved. */
  readonly tableRoot: string;
  /** Columns about the rows, the last ones of `schema`, in this order. */
  readonly metadataColumns?: readonly MetadataColumn[];
  /** Where ids and versions of rewritten rows are kept, if these are wanted. PROTOCOL.md, "Row Tracking". */
  readonly materialized?: MaterializedColumns;
  readonly baseRowId?: bigint;
  readonly defaultRowCommitVersion?: bigint;
}
