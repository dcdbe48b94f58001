import type { Engine } from "../engine/engine.js";
import type { StorageOptions } from "../engine/storage.js";
import { isDeltaError } from "../errors.js";
import { type LoadSnapshotOptions, loadSnapshot } from "../snapshot/load-snapshot.js";
import type { Snapshot } from "../snapshot/snapshot.js";
import type { FollowOptions, Pace } from "./follow-options.js";
import { gap } from "./poll-log.js";

/** Where a following begins. */
export interface StartingPoint {
  /** The first version wanted. */
  readonly from: number;
  /** The table at that version where it is there already, else at the newest. */
  readonly snapshot: Snapshot;
}

/**
 * Finds the state of the table from which the versions from `from` on are understood.
 *
 * @throws DeltaError `LOG_GAP` where the log no longer reaches back to `from`, and what `loadSnapshot` throws
 */
export async function startingPoint(
  engine: Engine,
  root: string,
  { from, snapshot }: FollowOptions,
  pace: Pace,
  options: StorageOptions,
): Promise<StartingPoint> {
  if (snapshot !== undefined) {
    const next = snapshot.version + 1;
    if (from === undefined || from === next || from === snapshot.version) return { from: from ?? next, snapshot };
  }
  const load = (version?: number) => loadPatiently(engine, root, { version, ...options }, pace);
  if (from === undefined) {
    const newest = await load();
    return { from: newest.version + 1, snapshot: newest };
  }
  // Most followings go on where there is nothing yet, so that the newest version is the likely one.
  const newest = await load().catch((error: unknown) => ({ error }));
  if ("version" in newest && newest.version <= from) return { from, snapshot: newest };
  try {
    return { from, snapshot: await load(from) };
  } catch (error) {
    if (!isDeltaError(error, "VERSION_NOT_FOUND")) throw error;
    if ("error" in newest) throw newest.error;
    throw gap(from, newest.version, newest.segment.logRoot, error);
  }
}

/** Loads a snapshot. A `LOG_GAP` may be a listing that lags, and is waited for as in `pollLog`. */
async function loadPatiently(
  engine: Engine,
  root: string,
  options: LoadSnapshotOptions,
  { pollMs, maxPollMs, gapMs }: Pace,
): Promise<Snapshot> {
  const { clock } = engine;
  const end = clock.now() + gapMs;
  for (let pause = pollMs; ; pause = Math.min(pause * 2, maxPollMs)) {
    try {
      return await loadSnapshot(engine, root, options);
    } catch (error) {
      const left = end - clock.now();
      if (!isDeltaError(error, "LOG_GAP") || left <= 0) throw error;
      await clock.sleep(Math.min(pause, left), options);
    }
  }
}
