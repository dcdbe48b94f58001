import { type DataType, type RecordBatch, Type } from "apache-arrow";

/** The rows of a batch as plain objects: structs and maps as objects, lists as arrays, longs as `bigint`. */
export function plainRows(batch: RecordBatch): Record<string, unknown>[] {
  const columns = batch.schema.fields.map(({ name, type }) => ({ name, type, vector: batch.getChild(name)! }));
  return Array.from({ length: batch.numRows }, (_, row) =>
    Object.fromEntries(columns.map(({ name, type, vector }) => [name, plain(type, vector.get(row))])),
  );
}

function plain(type: DataType, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  switch (type.typeId as Type) {
    case Type.Struct: {
      const struct = value as Record<string, unknown>;
      return Object.fromEntries(type.children.map((child) => [child.name, plain(child.type, struct[child.name])]));
    }
    case Type.Map: {
      const item = type.children[0]!.type.children[1]!.type as DataType;
      const entries = [...(value as Iterable<[string, unknown]>)];
      return Object.fromEntries(entries.map(([key, entry]) => [key, plain(item, entry)]));
    }
    case Type.List:
      return [...(value as Iterable<unknown>)].map((item) => plain(type.children[0]!.type, item));
    default:
      return value;
  }
}
