import {
  type DataType as ArrowType,
  Binary,
  Bool,
  DateDay,
  Decimal,
  Field,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  List,
  Map_,
  Null,
  Schema,
  Struct,
  TimestampMicrosecond,
  Utf8,
} from "apache-arrow";
import type { DataType, PrimitiveName, StructField, StructType } from "../schema/types.js";

/** The Arrow schema in which a table's rows are given out; one object for one `StructType`. */
export function toArrowSchema(schema: StructType): Schema {
  let arrow = SCHEMAS.get(schema);
  if (arrow === undefined) {
    arrow = new Schema(schema.fields.map(arrowField));
    SCHEMAS.set(schema, arrow);
  }
  return arrow;
}

/**
 * The Arrow type of a Delta type. A list's element is named `element`, a map's entries `entries` with `key` and `value`;
 * a variant is a struct of the binaries `metadata` and `value`.
 */
export function toArrowType(type: DataType): ArrowType {
  switch (type.kind) {
    case "primitive":
      return PRIMITIVES[type.name];
    case "decimal":
      return new Decimal(type.scale, type.precision, 128);
    case "struct":
      return new Struct(type.fields.map(arrowField));
    case "array":
      return new List(new Field("element", toArrowType(type.element), type.containsNull));
    case "map": {
      const key = new Field("key", toArrowType(type.key), false);
      const value = new Field("value", toArrowType(type.value), type.valueContainsNull);
      return new Map_(new Field("entries", new Struct([key, value]) as never, false), false);
    }
  }
}

const SCHEMAS = new WeakMap<StructType, Schema>();

const PRIMITIVES: Readonly<Record<PrimitiveName, ArrowType>> = {
  boolean: new Bool(),
  byte: new Int8(),
  short: new Int16(),
  integer: new Int32(),
  long: new Int64(),
  float: new Float32(),
  double: new Float64(),
  string: new Utf8(),
  binary: new Binary(),
  date: new DateDay(),
  timestamp: new TimestampMicrosecond("UTC"),
  timestamp_ntz: new TimestampMicrosecond(),
  variant: new Struct([new Field("metadata", new Binary(), true), new Field("value", new Binary(), true)]),
  void: new Null(),
};

function arrowField(field: StructField): Field {
  return new Field(field.name, toArrowType(field.type), field.nullable);
}
