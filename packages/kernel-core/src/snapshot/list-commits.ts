import type { Engine } from "../engine/engine.js";
import type { StorageOptions } from "../engine/storage.js";
import { listLog } from "../log/list-log.js";
import type { CommitFile } from "../log/log-segment.js";
import { readCommit } from "../log/read-commit.js";
import { type InCommitTimestamps, inCommitTimestamps, requireInCommitTimestamp } from "./commit-timestamp.js";
import type { Snapshot } from "./snapshot.js";

/** A commit of the log and when it was made. */
export interface CommitTime {
  readonly version: number;
  readonly file: CommitFile;
  /** Milliseconds since 1970-01-01 UTC; reads the commit where it carries its own time. */
  timestamp(options: StorageOptions): Promise<number>;
}

/**
 * All commits up to the snapshot's version that are still there, ascending. Their times are the commits' own where the
 * table has in-commit timestamps, else those of their files, moved on by a millisecond wherever they do not grow.
 */
export async function listCommits(
  engine: Engine,
  snapshot: Snapshot,
  options: StorageOptions,
): Promise<{ readonly times: readonly CommitTime[]; readonly own: InCommitTimestamps | undefined }> {
  const own = inCommitTimestamps(snapshot.protocol, snapshot.metadata);
  const times: CommitTime[] = [];
  let last = Number.NEGATIVE_INFINITY;
  for await (const page of listLog(engine, snapshot.segment.logRoot, 0, options)) {
    for (const file of page) {
      if (file.kind !== "commit" || file.version > snapshot.version) continue;
      if (own !== undefined && file.version >= own.fromVersion) {
        times.push({ version: file.version, file, timestamp: (o) => ownTimestamp(engine, file, o) });
      } else {
        const modified = Math.max(file.lastModified, last + 1);
        last = modified;
        times.push({ version: file.version, file, timestamp: async () => modified });
      }
    }
  }
  return { times, own };
}

async function ownTimestamp(engine: Engine, file: CommitFile, options: StorageOptions): Promise<number> {
  const { actions, at } = await readCommit(engine, file, options);
  return requireInCommitTimestamp(actions.commitInfo, at);
}
