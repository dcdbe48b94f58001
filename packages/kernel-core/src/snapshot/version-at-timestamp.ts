import type { Engine } from "../engine/engine.js";
import type { StorageOptions } from "../engine/storage.js";
import { DeltaError } from "../errors.js";
import { inCommitTimestamps } from "./commit-timestamp.js";
import { type CommitTime, listCommits } from "./list-commits.js";
import type { Snapshot } from "./snapshot.js";
import { timeText } from "./wanted-time.js";

/**
 * The newest version committed at or before `timestamp` (milliseconds), up to that of the newest snapshot. Times of commits
 * grow with their versions, so that a search by halves needs the in-commit timestamps of few commits.
 *
 * @throws DeltaError `TIMESTAMP_OUT_OF_RANGE`
 */
export async function versionAtTimestamp(
  engine: Engine,
  newest: Snapshot,
  timestamp: number,
  options: StorageOptions,
): Promise<number> {
  const { version } = newest;
  const own = inCommitTimestamps(newest.protocol, newest.metadata);
  // A commit's own time is exact. That of a file may lie behind an older one's, which only a listing shows.
  if (own !== undefined && own.fromVersion <= version && timestamp >= newest.timestamp) return version;
  const { times } = await listCommits(engine, newest, options);
  // All that is left of it may be a checkpoint.
  const isListed = times.at(-1)?.version === version;
  let candidates: readonly Pick<CommitTime, "version" | "timestamp">[] = isListed
    ? times
    : [...times, { version, timestamp: async () => newest.timestamp }];
  if (own?.fromTimestamp !== undefined) {
    // Before and after the enablement are two histories: the clock of one says nothing about the other.
    const after = timestamp >= own.fromTimestamp;
    candidates = candidates.filter((c) => c.version >= own.fromVersion === after);
  }
  let [low, high] = [0, candidates.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((await candidates[middle]!.timestamp(options)) <= timestamp) low = middle + 1;
    else high = middle;
  }
  const found = candidates[low - 1];
  if (found !== undefined) return found.version;
  const first = candidates[0];
  const since = first === undefined ? "" : `, ${timeText(await first.timestamp(options))} (version ${first.version})`;
  throw new DeltaError(
    "TIMESTAMP_OUT_OF_RANGE",
    `There is no version as of ${timeText(timestamp)}: it lies before the first commit that is still there${since}.`,
    { path: newest.root },
  );
}
