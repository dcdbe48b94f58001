import type { Literal } from "../../src/predicate/literal.js";
import type { Predicate } from "../../src/predicate/predicate.js";
import type { DataType } from "../../src/schema/types.js";
import type { CellValue } from "./typed-columns.js";

/** Where a column's value is in a row, and of what type. */
export type Lookup = (column: string) => { readonly value: unknown; readonly type: DataType };

/** What a predicate says of a row: SQL's three-valued logic, written down as plainly as can be. */
export function plainOutcome(predicate: Predicate, lookup: Lookup): boolean | null {
  switch (predicate.kind) {
    case "constant":
      return predicate.value;
    case "not": {
      const of = plainOutcome(predicate.of, lookup);
      return of === null ? null : !of;
    }
    case "and": {
      const of = predicate.of.map((part) => plainOutcome(part, lookup));
      return of.includes(false) ? false : of.includes(null) ? null : true;
    }
    case "or": {
      const of = predicate.of.map((part) => plainOutcome(part, lookup));
      return of.includes(true) ? true : of.includes(null) ? null : false;
    }
    case "isNull":
      return lookup(predicate.column).value === null;
    case "startsWith": {
      const { value } = lookup(predicate.column);
      return value === null ? null : (value as string).startsWith(predicate.prefix);
    }
    case "in": {
      const of = predicate.literals.map((literal) => equals(lookup(predicate.column), literal));
      return of.includes(true) ? true : of.includes(null) ? null : false;
    }
    case "comparison": {
      const cell = lookup(predicate.column);
      const { operator, literal } = predicate;
      if (operator === "<=>") {
        if (cell.value === null || literal.type === "null") return cell.value === null && literal.type === "null";
        return equals(cell, literal);
      }
      if (cell.value === null || literal.type === "null") return null;
      const order = orderOf(cell.value as Exclude<CellValue, null>, cell.type, literal);
      return {
        "=": order === 0,
        "!=": order !== 0,
        "<": order < 0,
        "<=": order <= 0,
        ">": order > 0,
        ">=": order >= 0,
      }[operator];
    }
  }
}

function equals({ value, type }: ReturnType<Lookup>, literal: Literal): boolean | null {
  if (value === null || literal.type === "null") return null;
  return orderOf(value as Exclude<CellValue, null>, type, literal) === 0;
}

function orderOf(value: Exclude<CellValue, null>, type: DataType, literal: Literal): number {
  if (literal.type === "null") throw new Error("null has no order");
  const name = type.kind === "primitive" ? type.name : type.kind;
  switch (name) {
    case "boolean":
      return Number(value) - Number(literal.value);
    case "string":
      return Buffer.compare(Buffer.from(value as string), Buffer.from(String(literal.value)));
    case "binary":
      return Buffer.compare(Buffer.from(value as string, "hex"), Buffer.from(String(literal.value), "hex"));
    case "float":
    case "double":
      return orderOfNumbers(value as number, Number(literal.value));
    case "date":
      return sign(BigInt(value) * 86_400_000_000n - microsOf(String(literal.value)));
    case "timestamp":
    case "timestamp_ntz":
      return sign((value as bigint) - microsOf(String(literal.value)));
    default:
      return orderOfExact(BigInt(value), type.kind === "decimal" ? type.scale : 0, String(literal.value));
  }
}

function orderOfNumbers(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Both sides multiplied until there are no fractions. */
function orderOfExact(unscaled: bigint, scale: number, text: string): number {
  if (/NaN|^Infinity/.test(text)) return -1;
  if (text === "-Infinity") return 1;
  const [mantissa, exponent = "0"] = text.toLowerCase().split("e");
  const [whole, fraction = ""] = mantissa!.split(".");
  const digits = BigInt(whole + fraction);
  const places = fraction.length - Number(exponent);
  const up = (value: bigint, by: number) => value * 10n ** BigInt(Math.max(0, by));
  return sign(up(unscaled, places - scale) - up(digits, scale - places));
}

function microsOf(text: string): bigint {
  const match = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d:\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d)?$/.exec(text)!;
  const seconds = Date.parse(`${match[1]}T${match[2] ?? "00:00:00"}${match[4] ?? "Z"}`) / 1000;
  return BigInt(seconds) * 1_000_000n + BigInt((match[3] ?? "").padEnd(6, "0"));
}

function sign(value: bigint): number {
  return value < 0n ? -1 : value > 0n ? 1 : 0;
}
