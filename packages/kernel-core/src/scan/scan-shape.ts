import { columnMappingMode } from "../schema/column-mapping.js";
import { checkPartitionColumns } from "../schema/partition-columns.js";
import type { Snapshot } from "../snapshot/snapshot.js";
import type { ScanTask } from "./scan-task.js";
import { selectColumns } from "./select-columns.js";

/** What all tasks of a scan have in common. */
export type ScanShape = Pick<ScanTask, "tableRoot" | "schema" | "partitionColumns" | "columnMapping">;

/** The shape of a scan of `columns`, as {@link selectColumns} takes them; absent means all. Throws what that throws. */
export function scanShape(
  snapshot: Pick<Snapshot, "root" | "protocol" | "metadata" | "schema">,
  columns?: readonly string[],
): ScanShape {
  const { root, protocol, metadata, schema } = snapshot;
  const selected = columns === undefined ? schema : selectColumns(schema, columns);
  const partitions = new Set(checkPartitionColumns(schema, metadata.partitionColumns).map(({ name }) => name));
  return {
    tableRoot: root,
    schema: selected,
    partitionColumns: selected.fields.map(({ name }) => name).filter((name) => partitions.has(name)),
    columnMapping: columnMappingMode(protocol, metadata),
  };
}
