import { bindPredicate } from "../predicate/bind-predicate.js";
import type { Predicate } from "../predicate/predicate.js";
import { columnMappingMode } from "../schema/column-mapping.js";
import { checkPartitionColumns } from "../schema/partition-columns.js";
import { FileFilter } from "../skipping/file-filter.js";
import type { Snapshot } from "../snapshot/snapshot.js";

/** How much statistics are trusted. */
export interface SkippingOptions {
  /**
   * Whether the greatest value in the statistics of a float or double column is greater than NaN where there is one. Delta Spark
   * writes it so; delta-rs and others that take it from Parquet leave NaN out, and then `x > 5`, which is true of NaN, loses
   * rows. Default: false, so that only conditions that are not true of NaN, such as `x < 5` or `x between 5 and 9`, skip files
   * by such columns.
   */
  readonly trustFloatBounds?: boolean | undefined;
}

/**
 * The filter of a snapshot's files for a predicate.
 *
 * @throws DeltaError `COLUMN_NOT_FOUND`, `INVALID_ARGUMENT`, `FEATURE_UNSUPPORTED` for a predicate that does not fit the table
 */
export function fileFilter(
  { protocol, metadata, schema }: Snapshot,
  where: Predicate,
  { trustFloatBounds }: SkippingOptions,
): FileFilter {
  return new FileFilter(bindPredicate(where, schema), {
    schema,
    partitionColumns: checkPartitionColumns(schema, metadata.partitionColumns),
    columnMapping: columnMappingMode(protocol, metadata),
    trustFloatBounds,
  });
}
