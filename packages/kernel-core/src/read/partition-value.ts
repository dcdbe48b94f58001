import { DeltaError } from "../errors.js";
import { typeName } from "../schema/type-name.js";
import type { DataType } from "../schema/types.js";
import { parseDate, parseTimestamp } from "./parse-time.js";

/**
 * A partition value, exact: `number` for byte to integer, float, double and date (days since 1970-01-01); `bigint` for
 * long, timestamps (microseconds since 1970-01-01, UTC or of no zone) and decimals (unscaled).
 */
export type PartitionValue = null | boolean | number | bigint | string | Uint8Array;

/**
 * The value of a partition column, from its text in the log. PROTOCOL.md, "Partition Value Serialization".
 *
 * Text that is null, missing or empty is null, whatever the type. A timestamp without a zone is taken as UTC. Text of a
 * type that has been widened since (an integer for a double or a decimal, a date for a timestamp) is a value of the
 * wider one. Throws `VALUE_INVALID` for text that is no value of the type; `column` names it.
 */
export function parsePartitionValue(text: string | null | undefined, type: DataType, column: string): PartitionValue {
  if (text === null || text === undefined || text === "") return null;
  const value = parseValue(text, type);
  if (value !== undefined) return value;
  const message = `The log has ${JSON.stringify(text)} as a value of partition column ${column}, which is no ${typeName(type)}.`;
  throw new DeltaError("VALUE_INVALID", message, { column });
}

/** `undefined` for text that is no value of the type. */
function parseValue(text: string, type: DataType): PartitionValue | undefined {
  if (type.kind === "decimal") return parseDecimal(text, type.precision, type.scale);
  if (type.kind !== "primitive") return undefined;
  switch (type.name) {
    case "boolean":
      return /^true$/i.test(text) ? true : /^false$/i.test(text) ? false : undefined;
    case "byte":
      return parseSmallInteger(text, 8);
    case "short":
      return parseSmallInteger(text, 16);
    case "integer":
      return parseSmallInteger(text, 32);
    case "long":
      return parseInteger(text, 64);
    case "float": {
      const value = parseFloating(text);
      return value === undefined ? undefined : Math.fround(value);
    }
    case "double":
      return parseFloating(text);
    case "string":
      return text;
    case "binary":
      return new TextEncoder().encode(text);
    case "date":
      return parseDate(text);
    case "timestamp":
      return parseTimestamp(text, "zone");
    case "timestamp_ntz":
      return parseTimestamp(text, "no zone");
    case "void":
      return null;
    case "variant":
      return undefined;
  }
}

function parseInteger(text: string, bits: number): bigint | undefined {
  if (!/^[+-]?\d{1,40}$/.test(text)) return undefined;
  const value = BigInt(text.replace(/^\+/, ""));
  return BigInt.asIntN(bits, value) === value ? value : undefined;
}

function parseSmallInteger(text: string, bits: number): number | undefined {
  const value = parseInteger(text, bits);
  return value === undefined ? undefined : Number(value);
}

/** As Java, Rust and JavaScript write them: `1.5`, `1.0E10`, `-inf`, `Infinity`, `NaN`. */
function parseFloating(text: string): number | undefined {
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text)) return Number(text);
  const infinity = /^([+-]?)inf(?:inity)?$/i.exec(text);
  if (infinity !== null) return infinity[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return /^[+-]?nan$/i.test(text) ? Number.NaN : undefined;
}

/** The unscaled value; digits that the type has no place for are an error unless they are zeros. */
function parseDecimal(text: string, precision: number, scale: number): bigint | undefined {
  const match = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d{1,4}))?$/i.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = "", fraction = "", exponent = "0"] = match;
  if (whole + fraction === "" || whole.length + fraction.length > 1000) return undefined;
  let unscaled = BigInt(whole + fraction);
  const shift = scale - fraction.length + Number(exponent);
  if (shift >= 0) {
    if (unscaled !== 0n && shift > 76) return undefined;
    unscaled *= unscaled === 0n ? 1n : 10n ** BigInt(shift);
  } else {
    const divisor = 10n ** BigInt(-shift);
    if (unscaled % divisor !== 0n) return undefined;
    unscaled /= divisor;
  }
  if (unscaled >= 10n ** BigInt(precision)) return undefined;
  return sign === "-" ? -unscaled : unscaled;
}
