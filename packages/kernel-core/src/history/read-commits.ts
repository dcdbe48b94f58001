import { parallelMap } from "@asyncdelta/parallel";
import { abortableItems } from "../abort.js";
import type { Engine } from "../engine/engine.js";
import type { JsonObject } from "../engine/json.js";
import { commitInfo } from "../log/commit-info.js";
import { readCommit } from "../log/read-commit.js";
import { type CommitTime, listCommits } from "../snapshot/list-commits.js";
import type { Snapshot } from "../snapshot/snapshot.js";

/** What is known of a commit without replaying it. */
export interface Commit {
  readonly version: number;
  /** Milliseconds since 1970-01-01 UTC: the in-commit timestamp, else the file's modification time made to grow. */
  readonly timestamp: number;
  /** Who did what: free-form, as in the log. PROTOCOL.md, "Commit Provenance Information". */
  readonly commitInfo?: JsonObject;
}

export interface ReadCommitsOptions {
  /** Oldest version wanted. Default: the oldest that is still there. */
  readonly from?: number | undefined;
  /** Newest version wanted. Default: the snapshot's. */
  readonly to?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The commits of a table up to the snapshot's version that are still there, newest first, several read at once. */
export function readCommits(
  engine: Engine,
  snapshot: Snapshot,
  options: ReadCommitsOptions = {},
): AsyncGenerator<Commit, void, undefined> {
  return abortableItems(options.signal, () => read(engine, snapshot, options));
}

async function* read(engine: Engine, snapshot: Snapshot, options: ReadCommitsOptions): AsyncGenerator<Commit> {
  const { from = 0, to = snapshot.version, signal } = options;
  const { times } = await listCommits(engine, snapshot, { signal });
  const wanted = times.filter((c) => c.version >= from && c.version <= to).reverse();
  yield* parallelMap(wanted, (commit, context) => describe(engine, commit, context.signal), {
    concurrency: engine.limits.requests,
    signal,
  });
}

async function describe(engine: Engine, commit: CommitTime, signal: AbortSignal): Promise<Commit> {
  const info = await commitInfo(engine, await readCommit(engine, commit.file, { signal }), { signal });
  const { version } = commit;
  const own = info?.inCommitTimestamp;
  const timestamp = typeof own === "number" ? own : await commit.timestamp({ signal });
  return { version, timestamp, ...(info === undefined ? {} : { commitInfo: info }) };
}
