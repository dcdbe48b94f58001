import { DeltaError } from "../errors.js";

/** In milliseconds: no `Date` lies further from 1970. */
const FURTHEST = 8.64e15;

/**
 * Checks a point in time that is wanted. One in microseconds or nanoseconds must not pass for one that lies far ahead.
 *
 * @throws DeltaError `INVALID_ARGUMENT`
 */
export function checkTime(timestamp: number): void {
  if (isTime(timestamp)) return;
  const message = `A timestamp is a number of milliseconds since 1970-01-01, from -8.64e15 to 8.64e15, not ${timestamp}.`;
  throw new DeltaError("INVALID_ARGUMENT", message);
}

/** A point in time for a message, also one that a log has and no `Date` can be. */
export function timeText(timestamp: number): string {
  return isTime(timestamp) ? new Date(timestamp).toISOString() : `${timestamp} ms since 1970-01-01`;
}

function isTime(timestamp: number): boolean {
  // Not true of NaN.
  return typeof timestamp === "number" && Math.abs(timestamp) <= FURTHEST;
}
