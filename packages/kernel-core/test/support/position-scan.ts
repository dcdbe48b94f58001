import { withMetadataColumns } from "../../src/scan/metadata-columns.js";
import type { ScanShape } from "../../src/scan/scan-shape.js";
import type { FilteredTable } from "../../src/skipping/file-filter.js";
import { schemaOfTable, type TestTable } from "./filtered-tables.js";

/** What a scan of a test table's rows and their positions is made of. */
export function positionScan(table: TestTable, tableRoot: string): { shape: ScanShape; filtered: FilteredTable } {
  const schema = schemaOfTable(table);
  const partitionColumns = table.partitions.map(({ name }) => name);
  return {
    shape: {
      tableRoot,
      schema: withMetadataColumns(schema, ["row_index"]),
      partitionColumns,
      columnMapping: table.mapping,
      metadataColumns: ["row_index"],
      materialized: {},
    },
    filtered: {
      schema,
      partitionColumns: partitionColumns.map((name) => schema.fields.find((field) => field.name === name)!),
      columnMapping: table.mapping,
    },
  };
}
