import { DeltaError } from "../errors.js";
import { foldColumnName, formatColumnPath } from "../schema/column-name.js";
import { typeName } from "../schema/type-name.js";
import type { StructField, StructType } from "../schema/types.js";
import { nearNames } from "./near-names.js";

/**
 * The wanted part of a schema, in the order of `columns`. Names are matched without case and given back as the table has
 * them. `a.b` is the field `b` of the struct `a`, unless a column has that whole name; backticks keep a dot in a name,
 * as in `` `a.b`.c ``. Several fields of one struct make one column with these fields. Lists and maps are taken whole.
 *
 * Throws `COLUMN_NOT_FOUND`, whose message has the names that come near, and `INVALID_ARGUMENT` for a column that is
 * wanted twice.
 */
export function selectColumns(schema: StructType, columns: readonly string[]): StructType {
  const wanted: Wanted = new Map();
  for (const column of columns) want(wanted, schema, columnPath(schema, column), column);
  return prune(wanted);
}

/** The fields to keep, in the order they were asked for; `undefined` for all of a field, else some of its members. */
type Wanted = Map<StructField, Wanted | undefined>;

function want(wanted: Wanted, struct: StructType, path: readonly string[], column: string): void {
  const field = findColumn(struct, path[0]!, column);
  const members = wanted.get(field);
  if (wanted.has(field) && (members === undefined || path.length === 1)) {
    throw new DeltaError("INVALID_ARGUMENT", `Column ${column} is wanted twice.`, { column });
  }
  if (path.length === 1) {
    wanted.set(field, undefined);
    return;
  }
  if (field.type.kind !== "struct") {
    const message = `There is no column ${column}: ${field.name} is a ${typeName(field.type)}, which has no fields to select.`;
    throw new DeltaError("COLUMN_NOT_FOUND", message, { column });
  }
  const inner: Wanted = members ?? new Map();
  want(inner, field.type, path.slice(1), column);
  wanted.set(field, inner);
}

function prune(wanted: Wanted): StructType {
  const fields = [...wanted].map(([field, members]) => (members ? { ...field, type: prune(members) } : field));
  return { kind: "struct", fields };
}

/** The field of a struct that `name` means in the path `column`. Throws `COLUMN_NOT_FOUND`, with the names that come near. */
export function findColumn(struct: StructType, name: string, column: string): StructField {
  const folded = foldColumnName(name);
  const field = struct.fields.find((candidate) => foldColumnName(candidate.name) === folded);
  if (field !== undefined) return field;
  const names = struct.fields.map((candidate) => formatColumnPath([candidate.name]));
  const near = nearNames(name, names);
  const hint = near.length > 0 ? `Did you mean ${near.join(" or ")}?` : `There are: ${names.slice(0, 20).join(", ")}.`;
  throw new DeltaError("COLUMN_NOT_FOUND", `There is no column ${column}. ${hint}`, { column });
}

/**
 * The names that a column's text is made of. A whole name goes first, so that every top-level column can be named without
 * backticks.
 */
export function columnPath(schema: StructType, column: string): readonly string[] {
  const folded = foldColumnName(column);
  if (schema.fields.some(({ name }) => foldColumnName(name) === folded)) return [column];
  if (!WELL_FORMED.test(column)) return [column];
  return Array.from(column.matchAll(PART), ([, quoted, plain]) => quoted?.replaceAll("``", "`") ?? plain!);
}

const WELL_FORMED = /^(?:`(?:[^`]|``)+`|[^.`]+)(?:\.(?:`(?:[^`]|``)+`|[^.`]+))*$/;
const PART = /`((?:[^`]|``)+)`|([^.`]+)/g;
