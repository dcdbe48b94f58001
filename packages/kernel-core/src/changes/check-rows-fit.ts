import type { LogActions } from "../actions/commit-actions.js";
import type { Metadata } from "../actions/metadata.js";
import type { Protocol } from "../actions/protocol.js";
import { DeltaError } from "../errors.js";
import { columnMappingMode } from "../schema/column-mapping.js";
import type { StructType } from "../schema/types.js";
import { incompatibility, type VersionSchema } from "./schema-compatibility.js";

/** A table at a version, as far as its schema goes. */
export interface TableAt {
  readonly version: number;
  readonly protocol: Protocol;
  readonly metadata: Metadata;
  readonly schema: StructType;
}

/** Throws `SCHEMA_INCOMPATIBLE` unless rows written at one version can be given out in the schema of a later one. */
export function checkRowsFit(older: TableAt, newer: TableAt, path: string): void {
  const found = incompatibility(versionSchema(older), versionSchema(newer));
  if (found === undefined) return;
  const { version } = older;
  const { reason, column } = found;
  const message =
    `Rows of version ${version} cannot be given out in the schema of version ${newer.version}: between the two ${reason}. ` +
    "Read the changes up to that change and those from it on apart.";
  throw new DeltaError("SCHEMA_INCOMPATIBLE", message, { version, path, ...(column === undefined ? {} : { column }) });
}

/**
 * Whether a commit gives out rows that may have been written under another schema than the one it brings: those of the
 * files it removes, unless change files say what became of them.
 */
export function removesOlderRows({ metadata, removes, cdc }: LogActions): boolean {
  return metadata !== undefined && removes.length > 0 && cdc.length === 0;
}

function versionSchema({ protocol, metadata, schema }: TableAt): VersionSchema {
  const { partitionColumns } = metadata;
  return { schema, columnMapping: columnMappingMode(protocol, metadata), partitionColumns };
}
