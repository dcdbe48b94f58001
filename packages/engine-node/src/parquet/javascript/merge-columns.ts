import { type Data, type DataType, RecordBatch, type Schema, Struct, Type } from "apache-arrow";
import { newData } from "../../arrow/new-data.js";

/** Puts columns of the same rows together in a schema that has them all; a struct may have members in both. */
export function mergeColumns(schema: Schema, a: RecordBatch, b: RecordBatch): RecordBatch {
  return new RecordBatch(schema, mergeStructs(new Struct(schema.fields), a.data, b.data) as never);
}

function mergeStructs(type: DataType, a: Data, b: Data): Data {
  const children = (type.children as { readonly name: string; readonly type: DataType }[]).map((field) => {
    const [left, right] = [childOf(a, field.name), childOf(b, field.name)];
    const isBoth = left !== undefined && right !== undefined && (field.type.typeId as Type) === Type.Struct;
    return isBoth ? mergeStructs(field.type, left, right) : (left ?? right)!;
  });
  return newData(type, a.length, { nullCount: a.nullCount, nullBitmap: a.nullBitmap as Uint8Array }, { children });
}

function childOf({ type, children }: Data, name: string): Data | undefined {
  const index = (type.children as { readonly name: string }[]).findIndex((field) => field.name === name);
  return children[index];
}
