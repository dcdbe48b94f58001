import { DeltaError } from "../errors.js";
import type { StructField, StructType } from "../schema/types.js";
import type { Snapshot } from "../snapshot/snapshot.js";

/**
 * A column about a row: its stable id and the version that wrote it last (PROTOCOL.md, "Row Tracking"), the URL of its
 * data file, and its position in that file from 0.
 */
export type MetadataColumn = "row_id" | "row_commit_version" | "file_path" | "row_index";

/** Every {@link MetadataColumn}. */
export const METADATA_COLUMNS: readonly MetadataColumn[] = ["row_id", "row_commit_version", "file_path", "row_index"];

/** The name under which a metadata column is given out. */
export function metadataColumnName(column: MetadataColumn): string {
  return `_metadata.${column}`;
}

/** The schema with metadata columns behind its own. Throws `INVALID_ARGUMENT` for one that does not exist, or is there already. */
export function withMetadataColumns(schema: StructType, columns: readonly MetadataColumn[]): StructType {
  const fields: StructField[] = [...schema.fields];
  for (const column of columns) {
    const name = metadataColumnName(column);
    if (!METADATA_COLUMNS.includes(column)) {
      const message = `There is no metadata column ${column}; there are ${METADATA_COLUMNS.join(", ")}.`;
      throw new DeltaError("INVALID_ARGUMENT", message, { column });
    }
    if (fields.some((field) => field.name === name)) {
      throw new DeltaError("INVALID_ARGUMENT", `Column ${name} is wanted twice.`, { column: name });
    }
    const type = { kind: "primitive", name: column === "file_path" ? "string" : "long" } as const;
    fields.push({ name, type, nullable: false, metadata: {} });
  }
  return { kind: "struct", fields };
}

/** Names of the columns in data files that keep ids and versions of rows that were rewritten. */
export interface MaterializedColumns {
  readonly rowId?: string;
  readonly rowCommitVersion?: string;
}

/**
 * Where the wanted metadata columns may be materialized. Throws `INVALID_ARGUMENT` for row ids or row commit versions of a
 * table that does not track its rows. PROTOCOL.md, "Reader Requirements for Row Tracking".
 */
export function materializedColumns(
  { metadata: { configuration } }: Pick<Snapshot, "metadata">,
  columns: readonly MetadataColumn[],
): MaterializedColumns {
  const tracked = columns.find((column) => column === "row_id" || column === "row_commit_version");
  if (tracked === undefined) return {};
  if (configuration["delta.enableRowTracking"] !== "true") {
    const message = `The table has no ${metadataColumnName(tracked)}: it does not track its rows (delta.enableRowTracking).`;
    throw new DeltaError("INVALID_ARGUMENT", message, { column: metadataColumnName(tracked) });
  }
  const rowId = configuration["delta.rowTracking.materializedRowIdColumnName"];
  const rowCommitVersion = configuration["delta.rowTracking.materializedRowCommitVersionColumnName"];
  return {
    ...(columns.includes("row_id") && rowId !== undefined ? { rowId } : {}),
    ...(columns.includes("row_commit_version") && rowCommitVersion !== undefined ? { rowCommitVersion } : {}),
  };
}
