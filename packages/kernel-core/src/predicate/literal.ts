import { DeltaError } from "../errors.js";
import { parseDate, parseTimestamp } from "../read/parse-time.js";
import { parseExactNumber } from "./exact-number.js";
import { bytesToHex } from "./hex.js";

/**
 * A value in a {@link Predicate}: plain data that JSON carries without a loss. Numbers are their text, of any size and
 * precision; binaries are hexadecimal.
 */
export type Literal =
  | { readonly type: "null" }
  | { readonly type: "boolean"; readonly value: boolean }
  | { readonly type: "number" | "string" | "binary" | "date" | "timestamp"; readonly value: string };

/**
 * What can be compared with a column. A `string` may also stand for a date, a timestamp or a decimal, as `rows()` gives them
 * out; a `Date` is a timestamp. Everything that `rows()` gives out for a primitive column can be compared with that column.
 */
export type LiteralValue = null | boolean | number | bigint | string | Date | Uint8Array | Literal;

/** The literal of a value. Throws `INVALID_ARGUMENT` for what is none. */
export function toLiteral(value: LiteralValue): Literal {
  switch (typeof value) {
    case "boolean":
      return { type: "boolean", value };
    case "number":
    case "bigint":
      return { type: "number", value: String(value) };
    case "string":
      return { type: "string", value };
    case "object":
      if (value === null) return { type: "null" };
      if (isDate(value)) return ofDate(value);
      if (ArrayBuffer.isView(value)) return { type: "binary", value: bytesToHex(value) };
      if (isLiteral(value)) return value;
  }
  const message = `A column can be compared with null, a boolean, a number, a bigint, a string, a Date, a Uint8Array or a literal, not with ${described(value)}.`;
  throw new DeltaError("INVALID_ARGUMENT", message);
}

/** Literals of types that JavaScript has no values for. */
export const literal: {
  /** A number with all its digits: `"1.50"`, `"1e-9"`. */
  decimal(text: string): Literal;
  /** A day: `"2024-02-29"`. */
  date(text: string): Literal;
  /** A time of day and place: `"2024-02-29T12:00:00.123456Z"`, or with an offset; without one it is UTC. */
  timestamp(text: string): Literal;
} = {
  decimal: (text) => checked("number", text, parseExactNumber(text) !== undefined),
  date: (text) => checked("date", text, parseDate(text) !== undefined),
  timestamp: (text) => checked("timestamp", text, parseTimestamp(text, "zone") !== undefined),
};

/** A literal as people read it, and as `parsePredicate` reads it back. */
export function formatLiteral(value: Literal): string {
  switch (value.type) {
    case "null":
      return "null";
    case "boolean":
      return String(value.value);
    case "number":
      return /^[+-]?(?:NaN|Infinity)$/.test(value.value) ? `double('${value.value}')` : value.value;
    case "string":
      return quoted(value.value);
    case "binary":
      return `X'${value.value}'`;
    default:
      return `${value.type} ${quoted(value.value)}`;
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}

function checked(type: "number" | "date" | "timestamp", value: string, valid: boolean): Literal {
  if (valid) return { type, value };
  throw new DeltaError("INVALID_ARGUMENT", `${JSON.stringify(value)} is no ${type === "number" ? "decimal" : type}.`);
}

function ofDate(value: Date): Literal {
  if (!Number.isNaN(value.getTime())) return { type: "timestamp", value: value.toISOString() };
  throw new DeltaError("INVALID_ARGUMENT", "An invalid Date cannot be compared with.");
}

/** Also of another realm. */
function isDate(value: object): value is Date {
  return Object.prototype.toString.call(value) === "[object Date]";
}

const TEXT_TYPES: readonly unknown[] = ["number", "string", "binary", "date", "timestamp"];

function isLiteral(value: object): value is Literal {
  const { type, value: content } = value as { type?: unknown; value?: unknown };
  if (type === "null") return true;
  return type === "boolean" ? typeof content === "boolean" : TEXT_TYPES.includes(type) && typeof content === "string";
}

function described(value: unknown): string {
  return typeof value === "object"
    ? "such an object"
    : typeof value === "undefined"
      ? "undefined"
      : `a ${typeof value}`;
}
