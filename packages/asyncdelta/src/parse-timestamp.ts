import { DeltaError } from "@asyncdelta/kernel-core";

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?(?: ?(Z|z|UTC|[+-]\d{2}(?::?\d{2})?))?$/;
/** In milliseconds: no `Date` lies further from 1970. */
const FURTHEST = 8.64e15;

/**
 * A point in time as milliseconds since 1970-01-01 UTC, from a `Date`, from such a number, or from ISO 8601 text
 * (`2024-02-29`, `2024-02-29 12:00:00`, `2024-02-29T12:00:00.123+01:00`). Text without a zone is UTC, so that it means
 * the same on every machine. A fraction of a millisecond is cut off.
 *
 * @throws DeltaError `INVALID_ARGUMENT` if it is none of these, or further from 1970 than a `Date` can be
 */
export function parseTimestamp(value: Date | number | string): number {
  const millis = typeof value === "string" ? parseIso(value) : typeof value === "number" ? value : value?.getTime?.();
  if (typeof millis === "number" && Math.abs(millis) <= FURTHEST) return Math.floor(millis);
  const hint =
    typeof value === "number" && Number.isFinite(value)
      ? "no Date is so many milliseconds from 1970-01-01; is it in microseconds or nanoseconds?"
      : "give a Date, milliseconds, or ISO 8601 text.";
  throw new DeltaError("INVALID_ARGUMENT", `'${String(value)}' is no timestamp: ${hint}`);
}

function parseIso(text: string): number {
  const match = ISO.exec(text.trim());
  if (match === null) return Number.NaN;
  const [, year, month, day, hour = "00", minute = "00", second = "00", fraction = "", zone = "Z"] = match;
  const offset = /^[zU]/i.test(zone) ? "Z" : zone.replace(/^(...):?(..)?$/, (_, h, m = "00") => `${h}:${m}`);
  // Only whole milliseconds: Date.parse reads no more digits than it keeps on every engine.
  const millis = fraction.slice(0, 3).padEnd(3, "0");
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.${millis}`;
  const utc = Date.parse(`${iso}Z`);
  // Date.parse turns the 30th of February into March.
  if (Number.isNaN(utc) || !new Date(utc).toISOString().startsWith(`${year}-${month}-${day}`)) return Number.NaN;
  return Date.parse(iso + offset);
}
