/**
 * Days and microseconds since 1970-01-01 as ISO 8601 text, in the proleptic Gregorian calendar, by integer arithmetic:
 * a `Date` has milliseconds only, and ends in the year 275760.
 */

const DAY_MICROS = 86_400_000_000;
const TWO_DIGITS: readonly string[] = Array.from({ length: 100 }, (_, n) => String(n).padStart(2, "0"));

function two(n: number): string {
  return TWO_DIGITS[n]!;
}

function yearText(year: number): string {
  if (year >= 0 && year <= 9999) return String(year).padStart(4, "0");
  return (year < 0 ? "-" : "+") + String(Math.abs(year)).padStart(6, "0");
}

/**
 * The date `days` after 1970-01-01: `"2024-02-29"`, `"-000044-03-15"`.
 * Counts from 1 March of year 0, so that a leap day ends its year and months have a linear formula.
 */
export function dateText(days: number): string {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const leapDays = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  const year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0);
  return `${yearText(year)}-${two(month)}-${two(day)}`;
}

function timeText(micros: number): string {
  const seconds = Math.floor(micros / 1_000_000);
  const fraction = micros - seconds * 1_000_000;
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const high = Math.floor(fraction / 10_000);
  const middle = Math.floor(fraction / 100) - high * 100;
  return `${two(hours)}:${two(minutes - hours * 60)}:${two(seconds - minutes * 60)}.${two(high)}${two(middle)}${two(fraction % 100)}`;
}

/**
 * A function that writes microseconds since 1970-01-01 as `"2024-02-29T12:00:00.000000"` and appends `suffix`.
 * It remembers the date it wrote last, as neighbouring rows often share it.
 */
export function timestampWriter(suffix: "Z" | ""): (micros: bigint) => string {
  let lastDay = Number.NaN;
  let lastDate = "";
  return (micros) => {
    let day: number;
    let rest: number;
    const number = Number(micros);
    if (Number.isSafeInteger(number)) {
      day = Math.floor(number / DAY_MICROS);
      rest = number - day * DAY_MICROS;
      // The quotient can be rounded up to the next whole day.
      if (rest < 0) {
        day -= 1;
        rest += DAY_MICROS;
      }
    } else {
      const wide = BigInt(DAY_MICROS);
      const inDay = ((micros % wide) + wide) % wide;
      day = Number((micros - inDay) / wide);
      rest = Number(inDay);
    }
    if (day !== lastDay) {
      lastDay = day;
      lastDate = dateText(day);
    }
    return `${lastDate}T${timeText(rest)}${suffix}`;
  };
}
