import { abortable, stoppedOnFailure } from "../abort.js";
import type { Engine } from "../engine/engine.js";
import { observe } from "../engine/observer.js";
import { DeltaError, isDeltaError } from "../errors.js";
import { CheckpointAhead } from "../log/checkpoint-ahead.js";
import { findSegment } from "../log/find-segment.js";
import type { LastCheckpoint } from "../log/last-checkpoint.js";
import type { LogSegment } from "../log/log-segment.js";
import { SegmentReader } from "../log/segment-reader.js";
import { inCommitTimestamps, requireInCommitTimestamp } from "./commit-timestamp.js";
import { readableSchema } from "./readable-schema.js";
import type { Snapshot } from "./snapshot.js";
import { readTableState, type TableState } from "./table-state.js";
import { versionAtTimestamp } from "./version-at-timestamp.js";
import { checkTime } from "./wanted-time.js";

export interface LoadSnapshotOptions {
  /** A version; absent means the newest. */
  readonly version?: number | undefined;
  /** The newest version committed at or before this time, in milliseconds since 1970-01-01 UTC. Not beside `version`. */
  readonly timestamp?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How often a load starts over when a file of the log went away between the listing and the reading. */
const ATTEMPTS = 3;

/**
 * Loads a table: its newest version, a given one, or the one at a point in time.
 *
 * `root` is the table's URL, ending in `/`. Reads the newest part of the log only as far as protocol and metadata need
 * it, and refuses tables that this reader would not read rightly.
 *
 * @throws DeltaError `TABLE_NOT_FOUND`, `VERSION_NOT_FOUND`, `TIMESTAMP_OUT_OF_RANGE`, `LOG_GAP`, `LOG_CORRUPT`,
 * `CHECKPOINT_CORRUPT`, `PROTOCOL_MISSING`, `METADATA_MISSING`, `PROTOCOL_INVALID`, `FEATURE_UNSUPPORTED`,
 * `SCHEMA_INVALID`, `INVALID_ARGUMENT`, `ABORTED`, and the storage's own
 */
export function loadSnapshot(engine: Engine, root: string, options: LoadSnapshotOptions = {}): Promise<Snapshot> {
  const operation = { name: "snapshot", table: root, version: options.version } as const;
  return observe(engine, operation, () => abortable(options.signal, () => loadPatiently(engine, root, options)));
}

async function loadPatiently(engine: Engine, root: string, options: LoadSnapshotOptions): Promise<Snapshot> {
  checkOptions(root, options);
  for (let attempt = 1; ; attempt++) {
    try {
      return await stoppedOnFailure(options.signal, (signal) => load(engine, root, { ...options, signal }));
    } catch (error) {
      // Metadata cleanup may remove files that a listing has just shown; a newer listing knows what replaced them.
      if (!isDeltaError(error, "FILE_NOT_FOUND") || attempt === ATTEMPTS) throw error;
    }
  }
}

function checkOptions(root: string, { version, timestamp }: LoadSnapshotOptions): void {
  const invalid = (message: string) => new DeltaError("INVALID_ARGUMENT", message);
  if (!root.endsWith("/")) throw invalid(`The table's URL must end in "/": ${root}`);
  if (version !== undefined && timestamp !== undefined) throw invalid("Give a version or a timestamp, not both.");
  if (version !== undefined && (!Number.isSafeInteger(version) || version < 0)) {
    throw invalid(`A version is a whole number from 0 on, not ${version}.`);
  }
  if (timestamp !== undefined) checkTime(timestamp);
}

async function load(engine: Engine, root: string, options: LoadSnapshotOptions): Promise<Snapshot> {
  const { signal, timestamp } = options;
  const logRoot = `${root}_delta_log/`;
  let version = options.version;
  if (timestamp !== undefined) {
    const newest = await load(engine, root, { signal });
    version = await versionAtTimestamp(engine, newest, timestamp, { signal });
    if (version === newest.version) return newest;
  }
  const ahead = new CheckpointAhead(engine, logRoot);
  const onHint = (hint: LastCheckpoint) => ahead.begin(hint, signal);
  const segment = await findSegment(engine, logRoot, { version, signal, onHint });
  const reader = new SegmentReader(engine, segment, undefined, ahead.take(segment.checkpoint));
  const state = await readTableState(engine, reader, signal);
  return makeSnapshot(root, segment, reader, state, signal);
}

/** Checks what was found, and makes the snapshot of it. */
export async function makeSnapshot(
  root: string,
  segment: LogSegment,
  reader: SegmentReader,
  state: TableState,
  signal: AbortSignal | undefined,
): Promise<Snapshot> {
  const { version } = segment;
  const { protocol, metadata } = state;
  const schema = readableSchema(protocol, metadata, { version, path: root });
  const timestamp = await snapshotTimestamp(segment, reader, state, signal);
  return { root, version, timestamp, protocol, metadata, schema, segment, reader };
}

async function snapshotTimestamp(
  segment: LogSegment,
  reader: SegmentReader,
  state: TableState,
  signal: AbortSignal | undefined,
): Promise<number> {
  const own = inCommitTimestamps(state.protocol, state.metadata);
  if (own !== undefined && own.fromVersion <= segment.version) {
    if (state.inCommitTimestamp !== undefined) return state.inCommitTimestamp;
    if (segment.head !== undefined) {
      const { actions, at } = await reader.read(segment.head, { signal });
      return requireInCommitTimestamp(actions.commitInfo, at);
    }
  }
  return (segment.head ?? segment.checkpoint!.files[0]!).lastModified;
}
