import { parseDate, parseTimestamp } from "../read/parse-time.js";
import type { DataType } from "../schema/types.js";
import type { BoundOperator, BoundValue } from "./bound-predicate.js";
import { floorDivide, floorScaled, parseExactNumber } from "./exact-number.js";
import { hexToBytes } from "./hex.js";
import type { Literal } from "./literal.js";

/** A comparison with a value of the column's own type. */
export interface BoundComparison {
  readonly kind: "comparison";
  readonly operator: BoundOperator;
  readonly value: BoundValue;
}

/**
 * The comparison of a column's values with a literal, exact: a literal between two values of the type, or outside of its
 * range, moves the bound or decides the matter for every value (`boolean`). `undefined` for a literal that the type cannot
 * be compared with. `literal` is not null.
 */
export function bindComparison(
  type: DataType,
  operator: BoundOperator,
  literal: Literal,
): BoundComparison | boolean | undefined {
  const point = pointOf(type, literal);
  if (point === undefined) return undefined;
  if (point.kind === "value") return { kind: "comparison", operator, value: point.value };
  if (point.kind === "above") return operator === "<" || operator === "<=";
  if (point.kind === "below") return operator === ">" || operator === ">=";
  // Between two values, of which `value` is the lower one.
  if (operator === "=") return false;
  return { kind: "comparison", operator: operator === "<" || operator === "<=" ? "<=" : ">", value: point.value };
}

/** The value of the column's type that equals a literal, if there is one. `undefined` as for {@link bindComparison}. */
export function bindEquals(type: DataType, literal: Literal): { readonly value: BoundValue } | "never" | undefined {
  const point = pointOf(type, literal);
  if (point === undefined) return undefined;
  return point.kind === "value" ? { value: point.value } : "never";
}

/** Where a literal lies among the values of a type: at one, right above one and below the next, or beyond all of them. */
type Point =
  | { readonly kind: "value" | "gap"; readonly value: BoundValue }
  | { readonly kind: "above" }
  | { readonly kind: "below" };

const ABOVE: Point = { kind: "above" };
const BELOW: Point = { kind: "below" };

function pointOf(type: DataType, literal: Literal): Point | undefined {
  if (type.kind === "decimal") {
    const numeric = literal.type === "number" || literal.type === "string";
    const most = 10n ** BigInt(type.precision) - 1n;
    return numeric ? numberPoint(literal.value, type.scale, -most, most, String) : undefined;
  }
  if (type.kind !== "primitive") return undefined;
  switch (type.name) {
    case "boolean":
      return literal.type === "boolean" ? { kind: "value", value: literal.value } : undefined;
    case "byte":
    case "short":
    case "integer": {
      if (literal.type !== "number") return undefined;
      const half = 1n << BigInt(BITS[type.name] - 1);
      return numberPoint(literal.value, 0, -half, half - 1n, Number);
    }
    case "long":
      return literal.type === "number" ? numberPoint(literal.value, 0, -HALF_64, HALF_64 - 1n, String) : undefined;
    case "float":
    case "double":
      return literal.type === "number" ? floatPoint(literal.value) : undefined;
    case "string":
      return literal.type === "string" ? { kind: "value", value: wellFormed(literal.value) } : undefined;
    case "binary":
      return literal.type === "binary" && hexToBytes(literal.value) !== undefined
        ? { kind: "value", value: literal.value }
        : undefined;
    case "date": {
      const micros = microsOf(literal);
      if (micros === undefined) return undefined;
      const { floor, exact } = floorDivide(micros, MICROS_OF_DAY);
      return integerPoint(floor, exact, -HALF_32, HALF_32 - 1n, Number);
    }
    case "timestamp":
    case "timestamp_ntz": {
      const micros = microsOf(literal);
      return micros === undefined ? undefined : integerPoint(micros, true, -HALF_64, HALF_64 - 1n, String);
    }
    default:
      return undefined;
  }
}

const BITS = { byte: 8, short: 16, integer: 32 } as const;
const HALF_32: bigint = 1n << 31n;
const HALF_64: bigint = 1n << 63n;
const MICROS_OF_DAY = 86_400_000_000n;

function numberPoint(
  text: string,
  scale: number,
  least: bigint,
  most: bigint,
  form: (value: bigint) => BoundValue,
): Point | undefined {
  const special = specialNumber(text);
  // NaN is greater than every number.
  if (special !== undefined) return special === Number.NEGATIVE_INFINITY ? BELOW : ABOVE;
  const number = parseExactNumber(text);
  if (number === undefined) return undefined;
  const { floor, exact } = floorScaled(number, scale);
  return integerPoint(floor, exact, least, most, form);
}

function integerPoint(
  floor: bigint,
  exact: boolean,
  least: bigint,
  most: bigint,
  form: (value: bigint) => BoundValue,
): Point {
  if (floor < least) return BELOW;
  if (floor > most || (floor === most && !exact)) return ABOVE;
  return { kind: exact ? "value" : "gap", value: form(floor) };
}

/** The nearest double, as in SQL; a float is compared with it as a double. */
function floatPoint(text: string): Point | undefined {
  const value = specialNumber(text) ?? (parseExactNumber(text) === undefined ? undefined : Number(text));
  if (value === undefined) return undefined;
  return { kind: "value", value: value === 0 ? 0 : Number.isFinite(value) ? value : String(value) };
}

function specialNumber(text: string): number | undefined {
  const match = /^([+-]?)(NaN|Infinity)$/.exec(text);
  if (match === null) return undefined;
  return match[2] === "NaN" ? Number.NaN : match[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/** Days are their midnights, and times without a zone those of UTC. */
function microsOf(literal: Literal): bigint | undefined {
  if (literal.type === "date") {
    const days = parseDate(literal.value);
    return days === undefined ? undefined : BigInt(days) * MICROS_OF_DAY;
  }
  const text = literal.type === "timestamp" || literal.type === "string" ? literal.value : undefined;
  return text === undefined ? undefined : parseTimestamp(text.trim(), "zone");
}

/** The text as UTF-8 can hold it: a surrogate without its other half becomes U+FFFD. */
export function wellFormed(text: string): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(new TextEncoder().encode(text));
}
