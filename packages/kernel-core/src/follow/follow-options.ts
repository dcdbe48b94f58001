import { DeltaError } from "../errors.js";
import type { Snapshot } from "../snapshot/snapshot.js";

/** How to follow a table. */
export interface FollowOptions {
  /**
   * The first version wanted; it need not be there yet. Default: the one behind `snapshot`, or else behind what is the
   * newest when the following begins.
   */
  readonly from?: number | undefined;
  /** A snapshot of the table, if there is one: where it is the state at `from`, or just before, nothing is loaded to begin with. */
  readonly snapshot?: Snapshot | undefined;
  /** Least time between two listings, in milliseconds. Default: 1000. */
  readonly pollMs?: number | undefined;
  /** Most time between two listings while nothing is new, in milliseconds: each pause is twice the one before. Default: 30 000. */
  readonly maxPollMs?: number | undefined;
  /** How long a version may be missing in the listing while later ones are there, in milliseconds. Default: 10 000. */
  readonly gapMs?: number | undefined;
  /** Ends the following, in an `ABORTED` error, also while it sleeps. */
  readonly signal?: AbortSignal | undefined;
}

/** How to follow the rows of a table. */
export interface FollowChangesOptions extends FollowOptions {
  /** Rows that changed, instead of commits. */
  readonly changes: true;
  /** The columns of the table to give out, as `selectColumns` takes them; absent means all. The feed's own always follow. */
  readonly columns?: readonly string[] | undefined;
  /** Most rows of a batch. */
  readonly batchRows?: number | undefined;
}

/** How often to ask, in milliseconds. */
export interface Pace {
  readonly pollMs: number;
  readonly maxPollMs: number;
  readonly gapMs: number;
}

const POLL_MS = 1000;
const MAX_POLL_MS = 30_000;
const GAP_MS = 10_000;

/** The pace that options ask for. Throws `INVALID_ARGUMENT` for options that make no sense. */
export function checkFollowOptions(root: string, options: FollowOptions): Pace {
  const { from, pollMs = POLL_MS, maxPollMs = Math.max(pollMs, MAX_POLL_MS), gapMs = GAP_MS } = options;
  if (!root.endsWith("/")) throw invalid(`The table's URL must end in "/": ${root}`);
  if (from !== undefined && (!Number.isSafeInteger(from) || from < 0)) {
    throw invalid(`A version is a whole number from 0 on, not ${from}.`);
  }
  if (!(pollMs > 0 && Number.isFinite(pollMs))) throw invalid(`pollMs is a time above 0, not ${pollMs}.`);
  if (!(maxPollMs >= pollMs && Number.isFinite(maxPollMs))) {
    throw invalid(`maxPollMs is no less than pollMs, ${pollMs}, and not ${maxPollMs}.`);
  }
  if (!(gapMs >= 0 && Number.isFinite(gapMs))) throw invalid(`gapMs is a time from 0 on, not ${gapMs}.`);
  return { pollMs, maxPollMs, gapMs };
}

function invalid(message: string): DeltaError {
  return new DeltaError("INVALID_ARGUMENT", message);
}
