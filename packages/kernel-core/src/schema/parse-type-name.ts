import { DeltaError } from "../errors.js";
import { formatColumnPath } from "./column-name.js";
import type { DataType, PrimitiveName, PrimitiveType } from "./types.js";

/**
 * The type of a name such as `long` or `decimal(10, 2)`. PROTOCOL.md, "Primitive Types".
 *
 * `char(n)`, `varchar(n)` and `string collate X` are strings to a reader. Throws `FEATURE_UNSUPPORTED` for the types of
 * proposed features, `SCHEMA_INVALID` for a name that is no type; `path` names the column in either.
 */
export function parseTypeName(text: string, path: readonly string[]): DataType {
  const primitive = PRIMITIVES.get(text);
  if (primitive !== undefined) return primitive;
  if (text === "decimal") return { kind: "decimal", precision: 10, scale: 0 };
  const decimal = DECIMAL.exec(text);
  if (decimal !== null) return decimalType(Number(decimal[1]), Number(decimal[2]), text, path);
  if (STRING_LIKE.test(text)) return PRIMITIVES.get("string")!;

  const column = formatColumnPath(path);
  const unsupported = UNSUPPORTED.find(({ pattern }) => pattern.test(text));
  if (unsupported !== undefined) {
    const message = `Column ${column} has the type ${text}, which this reader does not support (${unsupported.feature}).`;
    throw new DeltaError("FEATURE_UNSUPPORTED", message, { feature: unsupported.feature, column });
  }
  throw new DeltaError(
    "SCHEMA_INVALID",
    `Column ${column} has the type ${JSON.stringify(text)}, which is no Delta type.`,
    {
      column,
    },
  );
}

const NAMES: readonly PrimitiveName[] = [
  "boolean",
  "byte",
  "short",
  "integer",
  "long",
  "float",
  "double",
  "string",
  "binary",
  "date",
  "timestamp",
  "timestamp_ntz",
  "variant",
  "void",
];
const PRIMITIVES: ReadonlyMap<string, PrimitiveType> = new Map(
  NAMES.map((name) => [name, Object.freeze({ kind: "primitive", name })]),
);

const DECIMAL = /^decimal\(\s*(\d{1,9})\s*,\s*(\d{1,9})\s*\)$/;
const STRING_LIKE = /^(?:(?:var)?char\(\s*\d+\s*\)|string collate \S+)$/i;
const UNSUPPORTED: readonly { readonly pattern: RegExp; readonly feature: string }[] = [
  { pattern: /^geo(?:metry|graphy)(?:\(.*\))?$/, feature: "geospatial" },
  { pattern: /^timestamp_?(?:ntz_?)?nanos(?:_?ntz)?$|^timestamp(?:_ntz)?\(\s*9\s*\)$/, feature: "timestampNanos" },
  // Intervals have no table feature: PROTOCOL's RFC "Interval Types" applies to every table.
  { pattern: /^interval(?: (?:year|month|day|hour|minute|second))/, feature: "interval types" },
];

function decimalType(precision: number, scale: number, text: string, path: readonly string[]): DataType {
  if (precision >= 1 && precision <= 38 && scale <= precision) return { kind: "decimal", precision, scale };
  const column = formatColumnPath(path);
  const message = `Column ${column} has the type ${text}: a precision is 1 to 38, and a scale no more than that.`;
  throw new DeltaError("SCHEMA_INVALID", message, { column });
}
