import { bindPredicate } from "../predicate/bind-predicate.js";
import type { Predicate } from "../predicate/predicate.js";
import { columnMappingMode } from "../schema/column-mapping.js";
import { checkPartitionColumns } from "../schema/partition-columns.js";
import { FileFilter } from "../skipping/file-filter.js";
import type { Snapshot } from "../snapshot/snapshot.js";

/**
 * The filter of a snapshot's files for a predicate.
 *
 * @throws DeltaError `COLUMN_NOT_FOUND`, `INVALID_ARGUMENT`, `FEATURE_UNSUPPORTED` for a predicate that does not fit the table
 */
export function fileFilter({ protocol, metadata, schema }: Snapshot, where: Predicate): FileFilter {
  return new FileFilter(bindPredicate(where, schema), {
    schema,
    partitionColumns: checkPartitionColumns(schema, metadata.partitionColumns),
    columnMapping: columnMappingMode(protocol, metadata),
  });
}
