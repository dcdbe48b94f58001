import { parallelMap } from "@asyncdelta/parallel";
import { abortable, abortableItems } from "../abort.js";
import type { LogActions } from "../actions/commit-actions.js";
import type { Metadata } from "../actions/metadata.js";
import type { Protocol } from "../actions/protocol.js";
import type { Engine } from "../engine/engine.js";
import type { StorageOptions } from "../engine/storage.js";
import { DeltaError } from "../errors.js";
import { readCommit } from "../log/read-commit.js";
import { checkReadable } from "../protocol/check-protocol.js";
import { type ScanShape, scanShape } from "../scan/scan-shape.js";
import { columnMappingMode } from "../schema/column-mapping.js";
import { parseSchema } from "../schema/parse-schema.js";
import type { StructType } from "../schema/types.js";
import { inCommitTimestamps, requireInCommitTimestamp } from "../snapshot/commit-timestamp.js";
import { changeSchema, checkReservedColumns } from "./change-columns.js";
import { type ChangesOptions, checkChangesOptions } from "./change-options.js";
import { type ChangeRange, findChangeRange, type RangeCommit } from "./change-range.js";
import { type ChangeTask, changeTasks } from "./change-task.js";
import { commitChanges } from "./commit-changes.js";
import { checkFeedEnabled } from "./feed-enabled.js";
import { incompatibility, type VersionSchema } from "./schema-compatibility.js";

/** The change feed of a range of versions, before anything of it is read. */
export interface Changes {
  /** The first version whose changes there are. */
  readonly from: number;
  /** The last one; one less than `from` where no version lies between two points in time. */
  readonly to: number;
  /** Columns of every batch: the table's as of `to`, then `_change_type`, `_commit_version` and `_commit_timestamp`. */
  readonly schema: StructType;
  /** What there is to read, a list for each version, in the order of the versions. Reads the commits, several at once. */
  tasks(options?: StorageOptions): AsyncGenerator<readonly ChangeTask[], void, undefined>;
}

/**
 * Plans the reading of a change feed: finds its versions, and makes sure that the first was recorded and that its rows can
 * be given out in the schema of the last. Later versions are checked as their tasks are made, before their first row.
 *
 * @throws DeltaError `INVALID_ARGUMENT`, `COLUMN_NOT_FOUND`, `CHANGE_FEED_DISABLED`, `SCHEMA_INCOMPATIBLE`, `LOG_GAP`,
 * `VERSION_NOT_FOUND`, `TIMESTAMP_OUT_OF_RANGE`, and what `loadSnapshot` throws
 */
export function planChanges(engine: Engine, root: string, options: ChangesOptions): Promise<Changes> {
  return abortable(options.signal, async () => {
    checkChangesOptions(root, options);
    const range = await findChangeRange(engine, root, options);
    const { from, to, start, end } = range;
    checkReservedColumns(end.schema);
    const shape = scanShape(end, { columns: options.columns });
    const table = new ChangingTable(range);
    if (from <= to) table.check(start, from);
    return {
      from,
      to,
      schema: changeSchema(shape.schema),
      tasks: ({ signal } = {}) => abortableItems(signal, () => planTasks(engine, range, shape, signal)),
    };
  });
}

async function* planTasks(
  engine: Engine,
  range: ChangeRange,
  shape: ScanShape,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly ChangeTask[], void, undefined> {
  const known = range.end.reader.readings();
  const read = async (commit: RangeCommit, signal: AbortSignal) => {
    const reading = known.get(commit.file.url) ?? (await readCommit(engine, commit.file, { signal }));
    return { commit, actions: await commitChanges(engine, reading, { signal }) };
  };
  const table = new ChangingTable(range);
  const readings = parallelMap(range.commits, (commit, context) => read(commit, context.signal), {
    concurrency: engine.limits.requests,
    signal,
  });
  for await (const { commit, actions } of readings) {
    const { version, url: path } = commit.file;
    if (version > range.from) table.advance(actions, version);
    const timestamp = table.timestamp(actions, commit);
    const tasks = changeTasks(shape, { version, timestamp, path, actions });
    if (tasks.length > 0) yield tasks;
  }
}

/** Protocol and metadata as they change through a range of versions. */
class ChangingTable {
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
    const schema = parseSchema(this.#metadata.schemaString);
    checkReadable(this.#protocol, this.#metadata, schema);
    this.check({ protocol: this.#protocol, metadata: this.#metadata, schema }, version);
  }

  /** Makes sure that changes were recorded at a version, and that its rows fit the schema in which they are given out. */
  check(at: { protocol: Protocol; metadata: Metadata; schema: StructType }, version: number): void {
    checkFeedEnabled(at.protocol, at.metadata, version, this.#root);
    const found = incompatibility(versionSchema(at.protocol, at.metadata, at.schema), this.#end);
    if (found === undefined) return;
    const { reason, column } = found;
    const message =
      `The changes of version ${version} cannot be given out in the schema of version ${this.#end.version}: between the ` +
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
