import type { RecordBatch } from "apache-arrow";
import type { Engine } from "../engine/engine.js";
import { followChanges } from "./follow-changes.js";
import { followCommits } from "./follow-commits.js";
import { checkFollowOptions, type FollowChangesOptions, type FollowOptions } from "./follow-options.js";
import type { FollowedCommit } from "./followed-commit.js";
import { type Following, followingOf } from "./following.js";

/**
 * Follows a table: gives each version's commit as it comes, in order, none twice and none left out, without an end. `root`
 * is the table's URL, ending in `/`.
 *
 * The log is looked at when the loop asks for more and all that was there has been given out: one listing, from the first
 * version on that has not been seen, and at least `pollMs` after the one before. While nothing is new that time doubles, up to
 * `maxPollMs`. Of many new versions several are read at once.
 *
 * With `changes`, gives instead the rows that changed, in batches as `readChanges` gives them. The batches of a version are in
 * the table's schema as of that version, so that one batch may have columns that the one before had not.
 *
 * Timestamps are those of the log file made to grow from the first version followed, where the table has none of its own.
 *
 * @throws DeltaError `INVALID_ARGUMENT` at once. While it is iterated, `ABORTED` by its signal; `LOG_GAP`, with the version, where
 * the log does not reach back to the next version (any more), as when cleanup overtakes a slow reader; what `loadSnapshot`
 * throws, at the start and for a version that changes protocol or metadata; with `changes` what `readChanges` throws, so
 * `CHANGE_FEED_DISABLED` for a version that was not recorded, `SCHEMA_INCOMPATIBLE` for one that removes rows which its new
 * schema does not fit
 */
export function follow(engine: Engine, root: string, options: FollowChangesOptions): Following<RecordBatch>;
export function follow(
  engine: Engine,
  root: string,
  options?: FollowOptions & { readonly changes?: false | undefined },
): Following<FollowedCommit>;
export function follow(
  engine: Engine,
  root: string,
  options: FollowChangesOptions | (FollowOptions & { readonly changes?: false | undefined }) = {},
): Following<RecordBatch> | Following<FollowedCommit> {
  const pace = checkFollowOptions(root, options);
  const { signal, from } = options;
  if (options.changes)
    return followingOf(signal, from, (context) => followChanges(engine, root, options, pace, context));
  return followingOf(signal, from, (context) => followCommits(engine, root, options, pace, context));
}
