/** A date as days since 1970-01-01 in the proleptic Gregorian calendar; `undefined` for text that is none. */
export function parseDate(text: string): number | undefined {
  const match = DATE.exec(text);
  return match === null ? undefined : days(match[1]!, match[2]!, match[3]!);
}

/**
 * A timestamp as microseconds since 1970-01-01 00:00:00; `undefined` for text that is none.
 *
 * A `zone` may follow: `Z` or an offset such as `+05:30`, `-0800` or `+00:53:28`; without one the time is UTC. The time
 * of day may be left out, and is then midnight. Digits behind the microseconds are cut off.
 */
export function parseTimestamp(text: string, zone: "zone" | "no zone"): bigint | undefined {
  const match = TIMESTAMP.exec(text);
  if (match === null) return undefined;
  const [, date, hours = "0", minutes = "0", seconds = "0", fraction = "", offset] = match;
  const day = parseDate(date!);
  const offsetSeconds = offset === undefined ? 0 : parseOffset(offset);
  if (day === undefined || offsetSeconds === undefined) return undefined;
  if (offset !== undefined && zone === "no zone") return undefined;
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return undefined;
  const ofDay = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds) - offsetSeconds;
  const micros = Number(fraction.slice(0, 6).padEnd(6, "0"));
  const value = BigInt(day) * 86_400_000_000n + BigInt(ofDay * 1_000_000 + micros);
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

const DATE = /^([+-]?\d{1,7})-(\d{1,2})-(\d{1,2})$/;
const TIMESTAMP =
  /^([+-]?\d{1,7}-\d{1,2}-\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)? ?(Z|UTC|[+-]\d{2}(?::?\d{2}(?::?\d{2})?)?)?)?$/;

function parseOffset(text: string): number | undefined {
  if (text === "Z" || text === "UTC") return 0;
  const digits = text.replaceAll(":", "").slice(1).padEnd(6, "0");
  const [hours, minutes, seconds] = [digits.slice(0, 2), digits.slice(2, 4), digits.slice(4)].map(Number);
  // Java's bound; the world's are -12:00 and +14:00.
  if (hours! > 18 || minutes! > 59 || seconds! > 59) return undefined;
  return (text.startsWith("-") ? -1 : 1) * (hours! * 3600 + minutes! * 60 + seconds!);
}

const DAYS_BEFORE_MONTH: readonly number[] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];

function days(yearText: string, monthText: string, dayText: string): number | undefined {
  const [year, month, day] = [Number(yearText), Number(monthText), Number(dayText)];
  if (month < 1 || month > 12) return undefined;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const length = DAYS_BEFORE_MONTH[month]! - DAYS_BEFORE_MONTH[month - 1]! + (leap && month === 2 ? 1 : 0);
  if (day < 1 || day > length) return undefined;
  const before = year - 1;
  const ofYears = 365 * before + Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
  const ofYear = DAYS_BEFORE_MONTH[month - 1]! + (leap && month > 2 ? 1 : 0) + day - 1;
  const since1970 = ofYears + ofYear - DAYS_TO_1970;
  return Math.abs(since1970) < 2 ** 31 ? since1970 : undefined;
}

/** From 0001-01-01. */
const DAYS_TO_1970 = 719_162;
