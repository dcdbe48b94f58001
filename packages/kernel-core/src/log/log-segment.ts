import { DeltaError } from "../errors.js";
import { type Checkpoint, type CheckpointFile, newestCheckpoint } from "./checkpoint.js";
import type { LogFile } from "./log-file.js";

export type CommitFile = Extract<LogFile, { kind: "commit" }>;
export type CompactionFile = Extract<LogFile, { kind: "compaction" }>;
export type ChecksumFile = Extract<LogFile, { kind: "checksum" }>;

/** The files of the log from which one version of the table follows: all of them, and no gap. */
export interface LogSegment {
  /** URL of `_delta_log/`. */
  readonly logRoot: string;
  readonly version: number;
  readonly checkpoint?: Checkpoint;
  /** Every commit behind the checkpoint up to `version`, ascending, without a gap. */
  readonly commits: readonly CommitFile[];
  /** Compactions within those commits, ascending, none overlapping another. */
  readonly compactions: readonly CompactionFile[];
  /** The commit of `version` itself: also there when the checkpoint covers it, unless it has been cleaned up. */
  readonly head?: CommitFile;
  /** The newest checksum, of `version` itself or before; none that is older than the checkpoint. */
  readonly checksum?: ChecksumFile;
}

function newestChecksum(files: readonly LogFile[], from: number, to: number): ChecksumFile | undefined {
  const checksums = files.filter((f): f is ChecksumFile => f.kind === "checksum" && f.size > 0);
  return checksums
    .filter(({ version }) => version >= from && version <= to)
    .reduce<ChecksumFile | undefined>((a, b) => (a === undefined || b.version > a.version ? b : a), undefined);
}

/**
 * Chooses the segment for `version`, or for the newest version when it is `undefined`.
 *
 * Returns `undefined` when the files hold no version at all. Throws `VERSION_NOT_FOUND` for a version that is not
 * there, and `LOG_GAP` (with the first missing version) when a commit it needs is missing. PROTOCOL.md, "Delta Log Entries".
 */
export function chooseSegment(
  logRoot: string,
  files: readonly LogFile[],
  version: number | undefined,
): LogSegment | undefined {
  const wanted = version ?? Number.MAX_SAFE_INTEGER;
  const checkpoint = newestCheckpoint(
    files.filter((f): f is CheckpointFile => f.kind === "checkpoint"),
    wanted,
  );
  const commits: CommitFile[] = [];
  let head: CommitFile | undefined;
  for (const file of files) {
    if (file.kind !== "commit" || file.version > wanted) continue;
    if (head === undefined || file.version > head.version) head = file;
    if (file.version > (checkpoint?.version ?? -1)) commits.push(file);
  }
  commits.sort((a, b) => a.version - b.version);
  const last = commits.at(-1)?.version ?? checkpoint?.version;
  if (last === undefined || (version !== undefined && last < version)) {
    if (version === undefined || files.length === 0) return undefined;
    throw notFound(version, files, logRoot);
  }
  checkContiguous(commits, checkpoint, last, logRoot, version);
  const checksum = newestChecksum(files, checkpoint?.version ?? 0, last);
  return {
    logRoot,
    version: last,
    ...(checkpoint === undefined ? {} : { checkpoint }),
    commits,
    compactions: coverWithCompactions(files, (checkpoint?.version ?? -1) + 1, last),
    ...(head?.version === last ? { head } : {}),
    ...(checksum === undefined ? {} : { checksum }),
  };
}

function checkContiguous(
  commits: readonly CommitFile[],
  checkpoint: Checkpoint | undefined,
  last: number,
  logRoot: string,
  wanted: number | undefined,
): void {
  let next = (checkpoint?.version ?? -1) + 1;
  for (const commit of commits) {
    if (commit.version !== next) {
      const since = checkpoint === undefined ? "and there is no checkpoint" : `behind checkpoint ${checkpoint.version}`;
      throw new DeltaError(
        "LOG_GAP",
        `Version ${wanted ?? last} cannot be read: commit ${next} is missing from the log ${since}. ` +
          "Restore the file, or read a version that the log still covers.",
        { version: next, path: logRoot },
      );
    }
    next++;
  }
}

function notFound(version: number, files: readonly LogFile[], logRoot: string): DeltaError {
  let [first, last] = [Number.POSITIVE_INFINITY, -1];
  for (const file of files) {
    if (file.kind !== "commit" && file.kind !== "checkpoint") continue;
    first = Math.min(first, file.version);
    last = Math.max(last, file.version);
  }
  const range = last < 0 ? "has no versions" : `has versions ${first} to ${last}`;
  return new DeltaError("VERSION_NOT_FOUND", `Version ${version} is not in the log, which ${range}.`, {
    version,
    path: logRoot,
  });
}

/**
 * Compactions that may stand in for commits `from` to `to`: from the left, each time the widest that fits.
 * PROTOCOL.md, "Log Compaction Files".
 */
function coverWithCompactions(files: readonly LogFile[], from: number, to: number): CompactionFile[] {
  const widest = new Map<number, CompactionFile>();
  for (const file of files) {
    if (file.kind !== "compaction" || file.size === 0 || file.version < from || file.endVersion > to) continue;
    const known = widest.get(file.version);
    if (known === undefined || known.endVersion < file.endVersion) widest.set(file.version, file);
  }
  const cover: CompactionFile[] = [];
  for (let version = from; version <= to; ) {
    const compaction = widest.get(version);
    if (compaction !== undefined) cover.push(compaction);
    version = (compaction?.endVersion ?? version) + 1;
  }
  return cover;
}
