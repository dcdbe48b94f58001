import type { Comparable } from "../predicate/comparable.js";
import { floorScaled, parseExactNumber } from "../predicate/exact-number.js";
import { parseDate, parseTimestamp } from "../read/parse-time.js";
import type { DataType } from "../schema/types.js";
import type { StatColumn } from "./stat-columns.js";
import type { StatText } from "./stats-scanner.js";

/**
 * A least or greatest value from the JSON text of statistics, made a bound that holds whatever the writer cut off;
 * `undefined` for what says nothing. PROTOCOL.md, "Per-file Statistics".
 */
export function statValue(column: StatColumn, side: "min" | "max", stat: StatText): Comparable | undefined {
  const { type } = column;
  const { text, quoted } = stat;
  if (type.kind === "decimal") {
    const value = integer(text, type.scale, side);
    return value === undefined || isExact(text) ? value : decimalBound(value, side);
  }
  if (type.kind !== "primitive") return undefined;
  switch (type.name) {
    case "byte":
    case "short":
    case "integer": {
      const value = integer(text, 0, side);
      return value === undefined ? undefined : Number(value);
    }
    case "long":
      return integer(text, 0, side);
    case "float":
    case "double":
      return floating(column, side, text);
    case "boolean":
      return text === "true" ? true : text === "false" ? false : undefined;
    case "string":
      return quoted ? text : undefined;
    case "date":
      return parseDate(text);
    case "timestamp":
    case "timestamp_ntz": {
      const micros = quoted ? parseTimestamp(text, "zone") : undefined;
      return micros === undefined ? undefined : timestampBound(micros, side);
    }
    default:
      return undefined;
  }
}

/** The same from a number that is known exactly; `undefined` for what only its text tells. */
export function statNumber(column: StatColumn, side: "min" | "max", number: number | bigint): Comparable | undefined {
  const { type } = column;
  switch (type.kind === "primitive" ? type.name : undefined) {
    case "byte":
    case "short":
    case "integer":
      return isWhole(number) ? Number(number) : undefined;
    case "long":
      return isWhole(number) ? BigInt(number) : undefined;
    case "float":
    case "double":
      return floatBound(column, side, Number(number));
    default:
      return undefined;
  }
}

function isWhole(number: number | bigint): boolean {
  return typeof number === "bigint" || Number.isInteger(number);
}

/**
 * Writers cut timestamps to milliseconds: down, as they should, or towards 1970. What has no microseconds may be such a one.
 */
export function timestampBound(micros: bigint, side: "min" | "max"): bigint {
  if (micros % 1000n !== 0n) return micros;
  if (side === "max") return micros + 999n;
  return micros < 0n ? micros - 999n : micros;
}

/**
 * What a decimal's bound is worth: delta-rs computes it as a double, so that digits behind the fifteenth are rounded, to
 * either side; and one of scale 0 as a long, whose range ends where it does. The margin is some steps of a double, and none
 * where there are fewer digits.
 */
export function decimalBound(unscaled: bigint, side: "min" | "max"): bigint | undefined {
  if (side === "min") return unscaled === -LONG_END ? undefined : unscaled - marginOf(unscaled);
  return unscaled === LONG_END - 1n ? undefined : unscaled + marginOf(unscaled);
}

/** Whether a number has more digits than any text of a double, and is not the end of a long's range. */
function isExact(text: string): boolean {
  const digits = text
    .replace(/e.*$/i, "")
    .replace(/[^0-9]/g, "")
    .replace(/^0+|0+$/g, "");
  return digits.length > 17 && !/^-?922337203685477580[78](?:\.0*)?$/.test(text);
}

function marginOf(unscaled: bigint): bigint {
  return (unscaled < 0n ? -unscaled : unscaled) >> 49n;
}

const LONG_END = 1n << 63n;

/**
 * What a float's bound is worth. NaN says nothing, since writers differ in whether it counts; and a column that was one of
 * floats once has texts that are the shortest for a float, and so not exactly its value.
 */
export function floatBound(
  { type, wasFloat }: Pick<StatColumn, "type" | "wasFloat">,
  side: "min" | "max",
  value: number,
): number | undefined {
  if (Number.isNaN(value)) return undefined;
  const float = Math.fround(value);
  if (isFloat(type)) return float;
  if (!wasFloat) return value;
  return side === "min" ? Math.min(value, float) : Math.max(value, float);
}

/** Whether a text may be longer than what statistics have of it: Spark keeps 32 characters, and others more. */
export function mayBeCut(text: string): boolean {
  return text.length >= 32;
}

/**
 * Whether a text that was cut off in the middle of a character is no upper bound: what came of the half is below the whole.
 */
export function endsInHalf(text: string): boolean {
  const last = text.charCodeAt(text.length - 1);
  return last === 0xfffd || (last >= 0xd800 && last < 0xdc00);
}

function isFloat(type: DataType): boolean {
  return type.kind === "primitive" && type.name === "float";
}

/** Digits behind those of the scale move the bound outwards. */
function integer(text: string, scale: number, side: "min" | "max"): bigint | undefined {
  if (scale === 0 && /^-?\d{1,15}$/.test(text)) return BigInt(text);
  const number = parseExactNumber(text);
  if (number === undefined) return undefined;
  const { floor, exact } = floorScaled(number, scale);
  return side === "min" || exact ? floor : floor + 1n;
}

function floating(column: StatColumn, side: "min" | "max", text: string): number | undefined {
  if (parseExactNumber(text) !== undefined) return floatBound(column, side, Number(text));
  const infinity = /^([+-]?)inf(?:inity)?$/i.exec(text);
  if (infinity === null) return undefined;
  return infinity[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/** Whether the values of a type may be NaN. */
export function mayBeNaN(type: DataType): boolean {
  return type.kind === "primitive" && (type.name === "float" || type.name === "double");
}
