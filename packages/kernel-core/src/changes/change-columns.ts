import { DeltaError } from "../errors.js";
import { foldColumnName } from "../schema/column-name.js";
import type { PrimitiveName, StructField, StructType } from "../schema/types.js";

/** Whether a row came or went: `insert`, `delete`, `update_preimage` or `update_postimage`. */
export const CHANGE_TYPE = "_change_type";
/** The version that changed the row. */
export const COMMIT_VERSION = "_commit_version";
/** When that version was committed. */
export const COMMIT_TIMESTAMP = "_commit_timestamp";

const FIELDS: readonly StructField[] = [
  field(CHANGE_TYPE, "string"),
  field(COMMIT_VERSION, "long"),
  field(COMMIT_TIMESTAMP, "timestamp"),
];

function field(name: string, type: PrimitiveName): StructField {
  return { name, type: { kind: "primitive", name: type }, nullable: false, metadata: {} };
}

/** The columns of a change feed: those of the table, then the feed's own. PROTOCOL.md, "Reader Requirements for AddCDCFile". */
export function changeSchema(table: StructType): StructType {
  return { kind: "struct", fields: [...table.fields, ...FIELDS] };
}

/** Throws `SCHEMA_INVALID` for a table that has a column of its own by the name of one of the feed's. */
export function checkReservedColumns(table: StructType): void {
  const reserved = new Set(FIELDS.map(({ name }) => name));
  const taken = table.fields.find(({ name }) => reserved.has(foldColumnName(name)));
  if (taken === undefined) return;
  const column = taken.name;
  const message = `The table has a column ${column}, a name that change feeds need for themselves. Rename the column to read changes.`;
  throw new DeltaError("SCHEMA_INVALID", message, { column });
}
