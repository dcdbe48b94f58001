import type { Engine } from "../engine/engine.js";
import type { StorageOptions } from "../engine/storage.js";
import { DeltaError, isDeltaError } from "../errors.js";
import { findSegment } from "../log/find-segment.js";
import { listLog } from "../log/list-log.js";
import type { LogFile } from "../log/log-file.js";
import { type CommitFile, chooseSegment } from "../log/log-segment.js";
import { SegmentReader } from "../log/segment-reader.js";
import { makeSnapshot } from "../snapshot/load-snapshot.js";
import type { Snapshot } from "../snapshot/snapshot.js";
import { readTableState } from "../snapshot/table-state.js";
import { versionAtTimestamp } from "../snapshot/version-at-timestamp.js";
import { timeText } from "../snapshot/wanted-time.js";
import { backwards, type ChangesOptions } from "./change-options.js";

/** A commit whose changes are wanted. */
export interface RangeCommit {
  readonly file: CommitFile;
  /** Milliseconds: when the file was written, moved on by one wherever that does not grow from version to version. */
  readonly modified: number;
}

/** The versions whose changes are wanted, and the table at both ends. */
export interface ChangeRange {
  readonly from: number;
  /** One less than `from` where no version lies between two points in time. */
  readonly to: number;
  readonly start: Snapshot;
  readonly end: Snapshot;
  /** Loads the table as it was before the first of them, whose schema the files that this one removes have. */
  readonly loadBefore: (signal: AbortSignal | undefined) => Promise<Snapshot>;
  /** All of them, ascending. */
  readonly commits: readonly RangeCommit[];
}

/**
 * Finds the versions of a range in one listing of the log, and loads the table at both ends, each byte once.
 *
 * @throws DeltaError `LOG_GAP` with the first version whose commit is not there any more; what `loadSnapshot` throws
 */
export async function findChangeRange(engine: Engine, root: string, options: ChangesOptions): Promise<ChangeRange> {
  const { signal, toTimestamp } = options;
  const files: LogFile[] = [];
  for await (const page of listLog(engine, `${root}_delta_log/`, 0, { signal })) files.push(...page);
  const log: Log = { engine, root, files, signal };

  const newest = await snapshotAt(log, options.to, options.snapshot);
  const end =
    toTimestamp === undefined
      ? newest
      : await snapshotAt(log, await versionAtTimestamp(engine, newest, toTimestamp, { signal }), newest);
  const from = options.from ?? (await firstVersionSince(log, options.fromTimestamp!, newest));
  const to = end.version;
  if (from > newest.version) throw notYet(from, options.fromTimestamp, newest);
  const loadBefore = (signal: AbortSignal | undefined) => snapshotAt({ ...log, signal }, from - 1);
  if (from > to) {
    if (options.fromTimestamp === undefined || toTimestamp === undefined) throw backwards(from, to);
    return { from, to, start: end, end, loadBefore, commits: [] };
  }
  const commits = commitsOf(log, from, to);
  return { from, to, start: await snapshotAt(log, from, end), end, loadBefore, commits };
}

interface Log extends StorageOptions {
  readonly engine: Engine;
  readonly root: string;
  readonly files: readonly LogFile[];
}

/** The table at a version; what has been read for the `known` snapshot is not read again. */
async function snapshotAt(log: Log, version: number | undefined, known?: Snapshot): Promise<Snapshot> {
  if (known !== undefined && known.version === version) return known;
  const { engine, root, files, signal } = log;
  const logRoot = `${root}_delta_log/`;
  // Where the listing has no version at all, a search of its own says what is wrong.
  const segment = chooseSegment(logRoot, files, version) ?? (await findSegment(engine, logRoot, { version, signal }));
  const reader = new SegmentReader(engine, segment, known?.reader);
  const state = await readTableState(engine, reader, signal);
  return makeSnapshot(root, segment, reader, state, signal);
}

/** The first version committed at or after a time. */
async function firstVersionSince({ engine, files, signal }: Log, timestamp: number, newest: Snapshot): Promise<number> {
  const before = Math.ceil(timestamp) - 1;
  try {
    return (await versionAtTimestamp(engine, newest, before, { signal })) + 1;
  } catch (error) {
    // Nothing is missing when the log still begins with the table's first version.
    if (isDeltaError(error, "TIMESTAMP_OUT_OF_RANGE") && files.some((f) => f.kind === "commit" && f.version === 0))
      return 0;
    throw error;
  }
}

function commitsOf({ root, files }: Log, from: number, to: number): RangeCommit[] {
  const commits: RangeCommit[] = [];
  let modified = Number.NEGATIVE_INFINITY;
  for (const file of files) {
    if (file.kind !== "commit" || file.version > to) continue;
    modified = Math.max(file.lastModified, modified + 1);
    if (file.version >= from) commits.push({ file, modified });
  }
  for (let version = from; version <= to; version++) {
    if (commits[version - from]?.file.version !== version) throw gone(version, root);
  }
  return commits;
}

function gone(version: number, path: string): DeltaError {
  const message =
    `The changes of version ${version} cannot be read: its commit is not in the log any more, as metadata cleanup ` +
    "removes old ones. Begin at a later version.";
  return new DeltaError("LOG_GAP", message, { version, path });
}

function notYet(version: number, timestamp: number | undefined, newest: Snapshot): DeltaError {
  if (timestamp === undefined) {
    const message = `The changes would begin with version ${version}, and the newest version is ${newest.version}.`;
    return new DeltaError("VERSION_NOT_FOUND", message, { version, path: newest.root });
  }
  const [begin, last] = [timestamp, newest.timestamp].map(timeText);
  const message = `The changes would begin at ${begin}, and the newest version, ${newest.version}, was committed at ${last}.`;
  return new DeltaError("TIMESTAMP_OUT_OF_RANGE", message, { path: newest.root });
}
