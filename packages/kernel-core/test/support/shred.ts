import {
  Binary,
  Bool,
  type Data,
  type DataType,
  Field,
  Float64,
  Int64,
  List,
  makeData,
  Struct,
  Utf8,
  vectorFromArray,
} from "apache-arrow";
import { compareNames } from "../../src/engine/compare-names.js";
import { VariantWriter } from "../../src/variant/variant-writer.js";

/** A variant as a test writes it: a `bigint` is an integer, a `number` a double. */
export type Value = null | boolean | bigint | number | string | readonly Value[] | { readonly [name: string]: Value };

/** How a part of a variant is shredded: not at all, as a primitive, as a list, or field by field. */
export type Shredding =
  | "none"
  | "long"
  | "double"
  | "string"
  | "boolean"
  | { readonly list: Shredding }
  | { readonly object: Readonly<Record<string, Shredding>> };

/** The names of all fields, in the order that their ids give them; not sorted, for metadata need not be. */
export function namesIn(values: readonly Value[], names: string[] = []): string[] {
  for (const value of values) {
    if (!isObject(value)) {
      if (Array.isArray(value)) namesIn(value, names);
      continue;
    }
    for (const name of Object.keys(value)) if (!names.includes(name)) names.unshift(name);
    namesIn(Object.values(value), names);
  }
  return names;
}

export function encodeMetadata(names: readonly string[], offsetWidth = 4): Uint8Array {
  const texts = names.map((name) => new TextEncoder().encode(name));
  const numbers = [names.length, 0];
  for (const text of texts) numbers.push(numbers.at(-1)! + text.length);
  const unsigned = numbers.flatMap((n) =>
    Array.from({ length: offsetWidth }, (_, byte) => Math.floor(n / 256 ** byte) & 0xff),
  );
  return Uint8Array.from([1 | ((offsetWidth - 1) << 6), ...unsigned, ...texts.flatMap((text) => [...text])]);
}

export function encodeValue(value: Value, names: readonly string[]): Uint8Array {
  const writer = new VariantWriter();
  write(value, names, writer);
  return writer.finish().slice();
}

function write(value: Value, names: readonly string[], writer: VariantWriter): void {
  if (value === null) writer.null();
  else if (typeof value === "boolean") writer.boolean(value);
  else if (typeof value === "bigint") writer.integer(value);
  else if (typeof value === "number") writer.double(value);
  else if (typeof value === "string") writer.string(new TextEncoder().encode(value));
  else {
    const start = writer.length;
    const members = Array.isArray(value)
      ? value
      : sortedEntries(value as Record<string, Value>).map(([, member]) => member);
    const starts = members.map((member: Value) => {
      const at = writer.length;
      write(member, names, writer);
      return at;
    });
    if (Array.isArray(value)) writer.finishArray(start, starts);
    else
      writer.finishObject(
        start,
        sortedEntries(value as Record<string, Value>).map(([name]) => names.indexOf(name)),
        starts,
      );
  }
}

/** What `variantToJson` should give. */
export function jsonOf(value: Value): string {
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) return `"${value}"`;
    if (Object.is(value, -0)) return "-0.0";
    return /[.e]/.test(String(value)) ? String(value) : `${value}.0`;
  }
  if (Array.isArray(value)) return `[${value.map(jsonOf).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  return `{${sortedEntries(value)
    .map(([name, member]) => `${JSON.stringify(name)}:${jsonOf(member)}`)
    .join(",")}}`;
}

/** Rows as a shredded group; `undefined` is a field that is missing. */
export function shred(rows: readonly (Value | undefined)[], shredding: Shredding, names: readonly string[]): Data {
  const [typed, isTyped] = typedColumn(rows, shredding, names);
  const rest = rows.map((row, at) => (isTyped[at] ? untypedPart(row!, shredding) : row));
  const value = vectorFromArray(
    rest.map((row) => (row === undefined ? null : encodeValue(row, names))),
    new Binary(),
  ).data[0]!;
  return structOf(typed === undefined ? { value } : { typed_value: typed, value }, rows.length);
}

export function structOf(members: Readonly<Record<string, Data>>, length: number, valid?: readonly boolean[]): Data {
  const fields = Object.entries(members).map(([name, { type }]) => new Field(name, type as DataType, true));
  const type = new Struct(fields);
  return makeData({ type, length, children: Object.values(members), ...validityOf(valid) }) as Data;
}

function typedColumn(
  rows: readonly (Value | undefined)[],
  shredding: Shredding,
  names: readonly string[],
): [Data | undefined, boolean[]] {
  if (shredding === "none") return [undefined, rows.map(() => false)];
  if (typeof shredding === "string") {
    const [type, test] = PRIMITIVES[shredding];
    const isTyped = rows.map((row) => row !== undefined && test(row));
    return [vectorFromArray(rows.map((row, at) => (isTyped[at] ? row : null)) as never, type).data[0]!, isTyped];
  }
  if ("list" in shredding) {
    const isTyped = rows.map((row) => Array.isArray(row));
    const lists = rows.map((row) => (Array.isArray(row) ? row : []) as readonly Value[]);
    const child = shred(lists.flat(), shredding.list, names);
    const valueOffsets = Int32Array.from([0, ...lists.map((_, at) => lists.slice(0, at + 1).flat().length)]);
    const type = new List(new Field("element", child.type as DataType, true));
    return [makeData({ type, length: rows.length, valueOffsets, child, ...validityOf(isTyped) }) as Data, isTyped];
  }
  const isTyped = rows.map((row) => row !== undefined && isObject(row));
  const members = Object.entries(shredding.object).map(([name, inner]) => {
    const column = rows.map((row, at) => (isTyped[at] ? (row as Record<string, Value>)[name] : undefined));
    return [name, shred(column, inner, names)] as const;
  });
  return [structOf(Object.fromEntries(members), rows.length, isTyped), isTyped];
}

/** What is left of a value that has a typed part: the fields of an object that are not shredded, if any. */
function untypedPart(value: Value, shredding: Shredding): Value | undefined {
  if (!isObject(value) || typeof shredding === "string" || !("object" in shredding)) return undefined;
  const rest = Object.entries(value).filter(([name]) => !(name in shredding.object));
  return rest.length === 0 ? undefined : Object.fromEntries(rest);
}

const PRIMITIVES = {
  long: [new Int64(), (value: Value) => typeof value === "bigint"],
  double: [new Float64(), (value: Value) => typeof value === "number"],
  string: [new Utf8(), (value: Value) => typeof value === "string"],
  boolean: [new Bool(), (value: Value) => typeof value === "boolean"],
} as const;

function validityOf(valid: readonly boolean[] | undefined): object {
  if (valid === undefined) return { nullCount: 0 };
  const nullBitmap = new Uint8Array(((valid.length + 63) & ~63) >> 3);
  valid.forEach((isValid, at) => {
    if (isValid) nullBitmap[at >> 3]! |= 1 << (at & 7);
  });
  return { nullBitmap };
}

function isObject(value: Value): value is { readonly [name: string]: Value } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sortedEntries(object: { readonly [name: string]: Value }): [string, Value][] {
  return Object.entries(object).sort(([a], [b]) => compareNames(a, b));
}
