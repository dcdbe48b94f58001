import { type DataType as ArrowType, type Data, Type } from "apache-arrow";
import type { ParquetField } from "../engine/parquet.js";
import { DeltaError } from "../errors.js";
import type { ColumnMapping } from "../schema/column-mapping.js";
import { formatColumnPath } from "../schema/column-name.js";
import { typeName } from "../schema/type-name.js";
import type { DataType, StructField } from "../schema/types.js";
import { VariantInvalid } from "../variant/variant-invalid.js";
import { castLeaf } from "./cast-leaf.js";
import { convertVariant } from "./convert-variant.js";
import { findField } from "./find-field.js";
import { newData, validityOf } from "./new-data.js";
import { nullData } from "./null-data.js";

/** Turns a column as it is in a file into the column of the table. */
export type Convert = (data: Data) => Data;

/** A column of a file: its place in the file's schema, and the Arrow type it comes in. */
export interface PhysicalColumn {
  readonly field: ParquetField;
  readonly type: ArrowType;
}

/** What a conversion is about, for its errors. */
export interface ConversionFacts {
  /** Path of the file, as in the log. */
  readonly file: string;
  readonly mode: ColumnMapping;
}

/**
 * How a column of a file becomes one of the type that the table has: fields of structs are found, put in order and renamed,
 * those that the file lacks are null, and leaves are cast. Buffers are shared wherever their form allows.
 *
 * Throws, and lets the conversion throw, `TYPE_MISMATCH` for a column that cannot be read as the table's type.
 */
export function convertColumn(
  type: DataType,
  target: ArrowType,
  source: PhysicalColumn,
  path: readonly string[],
  facts: ConversionFacts,
): Convert {
  const kind = source.type.typeId;
  if (type.kind === "primitive" && type.name === "void") return (data) => nullData(target, data.length);
  if (type.kind === "struct" && kind === Type.Struct) return convertStruct(type.fields, target, source, path, facts);
  if (type.kind === "array" && kind === Type.List) {
    const element = convertColumn(
      type.element,
      target.children[0]!.type,
      child(source, 0),
      [...path, "element"],
      facts,
    );
    return convertList(target, element);
  }
  if (type.kind === "map" && kind === Type.Map) {
    const entries = target.children[0]!.type;
    const physical = source.type.children[0]!.type;
    const members = (["key", "value"] as const).map((name, index) => {
      const column = { field: source.field.children[index]!, type: physical.children[index]!.type };
      return convertColumn(type[name], entries.children[index]!.type, column, [...path, name], facts);
    });
    return convertList(target, (data) =>
      newData(entries, data.length, { children: members.map((convert, index) => convert(data.children[index]!)) }),
    );
  }
  if (type.kind === "primitive" && type.name === "variant") {
    const convert = convertVariant(target, source.type, source.field);
    if (convert === undefined) throw mismatch(type, source, path, facts);
    return (data) => explainInvalid(() => convert(data), path, facts);
  }
  const cast = castLeaf(type, target, source.type);
  if (cast === undefined) throw mismatch(type, source, path, facts);
  return (data) => {
    const converted = cast(data);
    if (converted === undefined) throw mismatch(type, source, path, facts, "holds values that do not fit");
    return converted;
  };
}

/** How the members of a group, or the columns of a file, become the given fields: for each, from all of them. */
export function convertFields(
  fields: readonly StructField[],
  targets: readonly ArrowType[],
  source: {
    readonly fields: readonly ParquetField[];
    readonly columns: readonly { readonly name: string; readonly type: ArrowType }[];
  },
  path: readonly string[],
  facts: ConversionFacts,
): readonly ((columns: readonly Data[], length: number) => Data)[] {
  return fields.map((field, at) => {
    const target = targets[at]!;
    const found = findField(field, source.fields, facts.mode);
    const index = source.columns.findIndex(({ name }) => name === found?.name);
    if (found === undefined || index < 0) return (_, length) => nullData(target, length);
    const column = { field: found, type: source.columns[index]!.type };
    const convert = convertColumn(field.type, target, column, [...path, field.name], facts);
    return (columns) => convert(columns[index]!);
  });
}

function convertStruct(
  fields: readonly StructField[],
  target: ArrowType,
  source: PhysicalColumn,
  path: readonly string[],
  facts: ConversionFacts,
): Convert {
  const targets = target.children.map(({ type }) => type);
  const members = convertFields(
    fields,
    targets,
    { fields: source.field.children, columns: source.type.children },
    path,
    facts,
  );
  return (data) => {
    const children = members.map((convert) => convert(data.children, data.length));
    return newData(target, data.length, { validity: validityOf(data), children });
  };
}

/** A list, or a map as a list of its entries. Only the elements that its rows refer to are converted. */
function convertList(target: ArrowType, convert: Convert): Convert {
  return (data) => {
    let offsets = data.length === 0 ? new Int32Array(1) : (data.valueOffsets as Int32Array);
    let elements = data.children[0]!;
    const first = offsets[0]!;
    const count = offsets[data.length]! - first;
    if (count < elements.length) {
      elements = elements.slice(first, count);
      if (first > 0) offsets = offsets.subarray(0, data.length + 1).map((offset) => offset - first);
    }
    return newData(target, data.length, { offsets, validity: validityOf(data), children: [convert(elements)] });
  };
}

function child({ field, type }: PhysicalColumn, index: number): PhysicalColumn {
  return { field: field.children[index]!, type: type.children[index]!.type };
}

function explainInvalid<T>(work: () => T, path: readonly string[], { file }: ConversionFacts): T {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof VariantInvalid)) throw cause;
    const column = formatColumnPath(path);
    const message = `A variant in column ${column} of the file ${file} cannot be read: ${cause.message}.`;
    throw new DeltaError(cause.code, message, { column, path: file, cause });
  }
}

function mismatch(
  type: DataType,
  source: PhysicalColumn,
  path: readonly string[],
  { file }: ConversionFacts,
  how = "cannot be read as it",
): DeltaError {
  const column = formatColumnPath(path);
  const message = `Column ${column} is a ${typeName(type)} in the table and a ${source.type} in the file ${file}, which ${how}. Rewrite the file, or correct the table's schema.`;
  return new DeltaError("TYPE_MISMATCH", message, { column, path: file });
}
