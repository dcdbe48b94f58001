import { columnMappingMode } from "../schema/column-mapping.js";
import { checkPartitionColumns } from "../schema/partition-columns.js";
import type { StructType } from "../schema/types.js";
import type { Snapshot } from "../snapshot/snapshot.js";
import { type MetadataColumn, materializedColumns, withMetadataColumns } from "./metadata-columns.js";
import type { ScanTask } from "./scan-task.js";
import { selectColumns } from "./select-columns.js";

/** What a scan gives out. */
export interface ScanColumns {
  /**
   * The columns to read, in this order; absent means all. Names are matched without case and given out in the table's
   * own; `a.b` is the field `b` of the struct `a`.
   */
  readonly columns?: readonly string[] | undefined;
  /** Columns about the rows, put behind the others and named `_metadata.row_id` and so on. */
  readonly metadataColumns?: readonly MetadataColumn[] | undefined;
}

/** What all tasks of a scan have in common. */
export type ScanShape = Pick<
  ScanTask,
  "tableRoot" | "schema" | "allColumns" | "partitionColumns" | "columnMapping" | "metadataColumns" | "materialized"
>;

/**
 * The schema of what a scan gives out.
 *
 * @throws DeltaError `COLUMN_NOT_FOUND`, and `INVALID_ARGUMENT` for a column that is wanted twice or a metadata column that
 * the table does not have
 */
export function scanSchema(snapshot: Pick<Snapshot, "metadata" | "schema">, options: ScanColumns = {}): StructType {
  const { columns, metadataColumns = [] } = options;
  const selected = columns === undefined ? snapshot.schema : selectColumns(snapshot.schema, columns);
  materializedColumns(snapshot, metadataColumns);
  return metadataColumns.length === 0 ? selected : withMetadataColumns(selected, metadataColumns);
}

/** The shape of a scan. Throws as {@link scanSchema} does. */
export function scanShape(
  snapshot: Pick<Snapshot, "root" | "protocol" | "metadata" | "schema">,
  options: ScanColumns = {},
): ScanShape {
  const { root, protocol, metadata } = snapshot;
  const { metadataColumns = [] } = options;
  const schema = scanSchema(snapshot, options);
  const partitions = new Set(checkPartitionColumns(snapshot.schema, metadata.partitionColumns).map(({ name }) => name));
  return {
    tableRoot: root,
    schema,
    ...(options.columns === undefined && { allColumns: true }),
    partitionColumns: schema.fields.map(({ name }) => name).filter((name) => partitions.has(name)),
    columnMapping: columnMappingMode(protocol, metadata),
    ...(metadataColumns.length === 0
      ? {}
      : { metadataColumns, materialized: materializedColumns(snapshot, metadataColumns) }),
  };
}
