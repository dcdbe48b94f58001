import type { LogActions } from "../actions/commit-actions.js";
import type { Metadata } from "../actions/metadata.js";
import type { Protocol } from "../actions/protocol.js";
import { DeltaError } from "../errors.js";
import { columnMappingMode } from "../schema/column-mapping.js";
import type { StructType } from "../schema/types.js";
import { inCommitTimestamps, requireInCommitTimestamp } from "../snapshot/commit-timestamp.js";
import { readableSchema } from "../snapshot/readable-schema.js";
import type { ChangeRange, RangeCommit } from "./change-range.js";
import { checkFeedEnabled } from "./feed-enabled.js";
import { incompatibility, type VersionSchema } from "./schema-compatibility.js";

/** Protocol and metadata as they change through a range of versions. */
export class ChangingTable {
  readonly #end: VersionSchema & { readonly version: number };
  readonly #root: string;
  #protocol: Protocol;
  #metadata: Metadata;

  constructor({ start, end, to }: ChangeRange) {
    this.#end = { ...versionSchema(end.protocol, end.metadata, end.schema), version: to };
    this.#root = end.root;
    this.#protocol = start.protocol;
    this.#metadata = start.metadata;
  }

  /** Goes on to a version, and checks what it says anew. */
  advance({ protocol, metadata }: LogActions, version: number): void {
    if (protocol === undefined && metadata === undefined) return;
    this.#protocol = protocol ?? this.#protocol;
    this.#metadata = metadata ?? this.#metadata;
    const schema = readableSchema(this.#protocol, this.#metadata, { version, path: this.#root });
    this.check({ protocol: this.#protocol, metadata: this.#metadata, schema }, version);
  }

  /** Makes sure that changes were recorded at a version, and that its rows fit the schema in which they are given out. */
  check(at: { protocol: Protocol; metadata: Metadata; schema: StructType }, version: number): void {
    checkFeedEnabled(at.protocol, at.metadata, version, this.#root);
    this.checkRows(at, version);
  }

  /** Makes sure that rows written under the schema of a version fit the one in which they are given out. */
  checkRows(at: { protocol: Protocol; metadata: Metadata; schema: StructType }, version: number): void {
    const found = incompatibility(versionSchema(at.protocol, at.metadata, at.schema), this.#end);
    if (found === undefined) return;
    const { reason, column } = found;
    const message =
      `Rows of version ${version} cannot be given out in the schema of version ${this.#end.version}: between the ` +
      `two ${reason}. Read the changes up to that change and those from it on apart.`;
    const facts = { version, path: this.#root, ...(column === undefined ? {} : { column }) };
    throw new DeltaError("SCHEMA_INCOMPATIBLE", message, facts);
  }

  /** When a version was committed: as it says itself, else when its file was written. */
  timestamp({ commitInfo }: LogActions, { file, modified }: RangeCommit): number {
    const own = inCommitTimestamps(this.#protocol, this.#metadata);
    if (own !== undefined && own.fromVersion <= file.version) {
      return requireInCommitTimestamp(commitInfo, { version: file.version, path: file.url });
    }
    return modified;
  }
}

function versionSchema(protocol: Protocol, metadata: Metadata, schema: StructType): VersionSchema {
  const { partitionColumns } = metadata;
  return { schema, columnMapping: columnMappingMode(protocol, metadata), partitionColumns };
}
