import type { DataType, Row, StructType, StructValue, Value } from "asyncdelta";

/** JSON as the expectations have it: see `encoding.py`. */
type Encoded = null | boolean | number | string | readonly Encoded[];

/** A function from a row to its canonical text, which is the same for equal rows alone. */
export function rowWriter(schema: StructType): (row: Row) => string {
  return (row) => JSON.stringify(encode(schema, row));
}

function encode(type: DataType, value: Value): Encoded {
  if (value === null) return null;
  switch (type.kind) {
    case "struct":
      return type.fields.map((field) => encode(field.type, (value as StructValue)[field.name]!));
    case "array":
      return (value as readonly Value[]).map((item) => encode(type.element, item));
    case "map":
      return [...(value as ReadonlyMap<Value, Value>)]
        .map(([key, item]) => [encode(type.key, key), encode(type.value, item)])
        .sort(byText);
    case "decimal":
      return value as string;
    case "primitive":
      return type.name === "variant" ? variantText(value as string) : encodePrimitive(value);
    default:
      return type satisfies never;
  }
}

function encodePrimitive(value: Value): Encoded {
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (typeof value === "number") return Number.isFinite(value) ? value + 0 : String(value);
  return value as Encoded;
}

/** The text of a variant's JSON with sorted names: which digits and which order are written is up to the reader. */
function variantText(json: string): string {
  return JSON.stringify(JSON.parse(json, (_, value) => (isObject(value) ? sorted(value) : value)));
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sorted(object: object): object {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => compareCodePoints(a, b)));
}

function byText(a: Encoded, b: Encoded): number {
  return compareCodePoints(JSON.stringify(a), JSON.stringify(b));
}

/** The order of code points, as Python sorts, rather than of UTF-16 units. */
export function compareCodePoints(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
