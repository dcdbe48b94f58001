import type { ParquetField } from "../engine/parquet.js";
import type { ColumnMapping } from "../schema/column-mapping.js";
import type { StructType } from "../schema/types.js";
import { findField } from "./find-field.js";

/**
 * What to ask a file for, as `ReadParquetOptions.columns`, so that the columns of `schema` can be made of it: only what
 * the file has. A struct of whose wanted members it has none is asked for one of its leaves, which tells where the struct
 * itself is null.
 */
export function physicalColumns(
  schema: StructType,
  fields: readonly ParquetField[],
  mode: ColumnMapping,
): readonly (readonly string[])[] {
  return columnsBelow(schema, fields, mode, []);
}

function columnsBelow(
  struct: StructType,
  candidates: readonly ParquetField[],
  mode: ColumnMapping,
  parent: readonly string[],
): readonly (readonly string[])[] {
  return struct.fields.flatMap((field) => {
    if (field.type.kind === "primitive" && field.type.name === "void") return [];
    const found = findField(field, candidates, mode);
    if (found === undefined) return [];
    const path = [...parent, found.name];
    if (field.type.kind !== "struct" || found.kind !== "struct") return [path];
    const members = columnsBelow(field.type, found.children, mode, path);
    return members.length > 0 ? members : [smallLeaf(found, path)];
  });
}

/** A leaf that repeats nothing, where there is one. */
function smallLeaf(group: ParquetField, path: readonly string[]): readonly string[] {
  const { children } = group;
  if (group.kind !== "struct" || children.length === 0) return path;
  const child =
    children.find(({ kind }) => kind === "leaf") ?? children.find(({ kind }) => kind === "struct") ?? children[0]!;
  return smallLeaf(child, [...path, child.name]);
}
