import type { Data } from "apache-arrow";
import { ArrowType } from "./arrow-type.js";
import { utf8Reader } from "./utf8-reader.js";

/** Exact text of a date: days since 1970-01-01 in the proleptic Gregorian calendar, as ISO 8601. */
export function dateText(days: number): string {
  const shifted = days + 719468;
  const era = Math.floor(shifted / 146097);
  const dayOfEra = shifted - era * 146097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36524) - Math.floor(dayOfEra / 146096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${yearText(year)}-${twoDigits(month)}-${twoDigits(day)}`;
}

function yearText(year: number): string {
  if (year >= 0 && year <= 9999) return String(year).padStart(4, "0");
  return `${year < 0 ? "-" : "+"}${String(Math.abs(year)).padStart(6, "0")}`;
}

function twoDigits(n: number): string {
  return n < 10 ? `0${n}` : String(n);
}

/** Exact text of microseconds since 1970-01-01: date and time apart, the fraction in six digits, or fewer if asked for. */
export function timestampText(micros: bigint): { date: string; time: string; fraction: string } {
  const day = 86_400_000_000n;
  const rest = ((micros % day) + day) % day;
  const seconds = Number(rest / 1_000_000n);
  return {
    date: dateText(Number((micros - rest) / day)),
    time: `${twoDigits(Math.floor(seconds / 3600))}:${twoDigits(Math.floor(seconds / 60) % 60)}:${twoDigits(seconds % 60)}`,
    fraction: String(rest % 1_000_000n).padStart(6, "0"),
  };
}

/** Exact text of a decimal with all digits of its scale. */
export function decimalText(unscaled: bigint, scale: number): string {
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, "0");
  const whole = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return unscaled < 0n ? `-${whole}` : whole;
}

/** The unscaled value of row `row` of a Decimal column of 128 bits. */
export function decimalAt(values: Uint32Array, row: number): bigint {
  const at = row * 4;
  const low = (BigInt(values[at + 1]!) << 32n) | BigInt(values[at]!);
  const high = (BigInt(values[at + 3]!) << 32n) | BigInt(values[at + 2]!);
  return BigInt.asIntN(128, (high << 64n) | low);
}

/** How a reader of texts renders the types whose text depends on the purpose. */
export interface TextForms {
  readonly timestamp: (micros: bigint, utc: boolean) => string;
  readonly text: (value: string) => string;
  readonly float: (value: number) => string;
  /** What encloses a date. */
  readonly date: (text: string) => string;
}

/** A reader of a primitive column as text; rows that are null, and types without a text, give `undefined`. */
export function textReader(data: Data, forms: TextForms): (row: number) => string | undefined {
  const read = primitiveText(data, forms);
  if (read === undefined) return () => undefined;
  return data.nullCount === 0 ? read : (row) => (data.getValid(row) ? read(row) : undefined);
}

function primitiveText(data: Data, forms: TextForms): ((row: number) => string) | undefined {
  const values = data.values;
  switch (data.typeId as number) {
    case ArrowType.Utf8: {
      const read = utf8Reader(data);
      return (row) => forms.text(read(row));
    }
    case ArrowType.Int:
      return (row) => String(values[row]);
    case ArrowType.Float:
      return (row) => forms.float(values[row]);
    case ArrowType.Bool:
      return (row) => String(((values[(data.offset + row) >> 3] >> ((data.offset + row) & 7)) & 1) === 1);
    case ArrowType.Date:
      return (row) => forms.date(dateText(Number(values[row])));
    case ArrowType.Timestamp: {
      const utc = (data.type as { timezone?: string | null }).timezone != null;
      return (row) => forms.timestamp(BigInt(values[row]), utc);
    }
    case ArrowType.Decimal: {
      const { scale } = data.type as unknown as { scale: number };
      return (row) => decimalText(decimalAt(values, row), scale);
    }
    default:
      return undefined;
  }
}
