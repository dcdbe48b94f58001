import type { StorageOptions } from "../engine/storage.js";
import { DeltaError } from "../errors.js";
import type { Snapshot } from "../snapshot/snapshot.js";
import { checkTime, timeText } from "../snapshot/wanted-time.js";

export interface ChangesOptions extends StorageOptions {
  /** The first version whose changes are wanted. It or `fromTimestamp` must be given. */
  readonly from?: number | undefined;
  /** The same by time: the first version committed at or after it, in milliseconds since 1970-01-01 UTC. */
  readonly fromTimestamp?: number | undefined;
  /** The last version whose changes are wanted, itself included; absent means the newest. */
  readonly to?: number | undefined;
  /** The same by time: the last version committed at or before it. */
  readonly toTimestamp?: number | undefined;
  /** A snapshot of the table, if there is one: what has been read for it is not read again. */
  readonly snapshot?: Snapshot | undefined;
  /** The columns of the table to give out, as {@link selectColumns} takes them; absent means all. The feed's own always follow. */
  readonly columns?: readonly string[] | undefined;
}

/**
 * Checks options of a change feed, as {@link planChanges} does, before it is planned.
 *
 * @throws DeltaError `INVALID_ARGUMENT` for options that are no range of versions
 */
export function checkChangesOptions(root: string, options: ChangesOptions): void {
  const { from, fromTimestamp, to, toTimestamp } = options;
  if (!root.endsWith("/")) throw invalid(`The table's URL must end in "/": ${root}`);
  if ((from === undefined) === (fromTimestamp === undefined)) {
    throw invalid("Say where the changes begin: give either from, a version, or fromTimestamp.");
  }
  if (to !== undefined && toTimestamp !== undefined) throw invalid("Give to or toTimestamp, not both.");
  for (const version of [from, to]) {
    if (version !== undefined && (!Number.isSafeInteger(version) || version < 0)) {
      throw invalid(`A version is a whole number from 0 on, not ${version}.`);
    }
  }
  for (const timestamp of [fromTimestamp, toTimestamp]) {
    if (timestamp !== undefined) checkTime(timestamp);
  }
  if (from !== undefined && to !== undefined && from > to) throw backwards(from, to);
  if (fromTimestamp !== undefined && toTimestamp !== undefined && fromTimestamp > toTimestamp) {
    throw invalid(`The changes begin at ${timeText(fromTimestamp)}, after their end, ${timeText(toTimestamp)}.`);
  }
}

/** The error of a range that ends before it begins. */
export function backwards(from: number, to: number): DeltaError {
  return invalid(`The changes begin with version ${from}, after their end, version ${to}.`);
}

function invalid(message: string): DeltaError {
  return new DeltaError("INVALID_ARGUMENT", message);
}
