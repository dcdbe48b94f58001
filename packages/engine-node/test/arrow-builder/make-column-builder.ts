import { DeltaError } from "@asyncdelta/kernel-core";
import type { Float, Timestamp } from "apache-arrow";
import {
  type DataType,
  type Date_,
  DateUnit,
  type Decimal,
  type Field,
  type Int,
  Precision,
  TimeUnit,
  Type,
} from "apache-arrow";
import { BinaryBuilder, FixedBytesBuilder, Utf8Builder } from "./bytes-builder.js";
import type { ColumnBuilder, ColumnFacts } from "./column-builder.js";
import { BoolBuilder, DecimalBuilder, FloatBuilder, Int32Builder, Int64Builder } from "./fixed-width-builder.js";
import { ListBuilder, MapBuilder, NullBuilder, StructBuilder } from "./nested-builder.js";

/**
 * A builder for a column of the field's type, nested ones included; see {@link ColumnBuilder} for what each takes.
 * A type that has no builder is a `TYPE_MISMATCH`.
 *
 * ```ts
 * const builder = makeColumnBuilder(new Field("size", new Int64(), true));
 * builder.append(9007199254740993n);
 * builder.append(null);
 * const data = builder.finish();
 * ```
 */
export function makeColumnBuilder(field: Field, parent = ""): ColumnBuilder {
  const type: DataType = field.type;
  const facts: ColumnFacts = { name: parent === "" ? field.name : `${parent}.${field.name}`, nullable: field.nullable };
  // By number rather than by class: the schema may come from another copy of apache-arrow.
  switch (type.typeId as Type) {
    case Type.Null:
      return new NullBuilder(type, facts);
    case Type.Bool:
      return new BoolBuilder(type, facts);
    case Type.Int:
      return makeIntBuilder(type as Int, facts);
    case Type.Float:
      return makeFloatBuilder(type as Float, facts);
    case Type.Decimal:
      if ((type as Decimal).bitWidth !== 128) break;
      return new DecimalBuilder(type as Decimal, facts);
    case Type.Date:
      if ((type as Date_).unit !== DateUnit.DAY) break;
      return new Int32Builder(type, facts, new Int32Array(0), "days, as whole numbers");
    case Type.Timestamp:
      if ((type as Timestamp).unit !== TimeUnit.MICROSECOND) break;
      return new Int64Builder(type, facts, new BigInt64Array(0), "microseconds, as 64-bit integers");
    case Type.Utf8:
      return new Utf8Builder(type, facts);
    case Type.Binary:
      return new BinaryBuilder(type, facts);
    case Type.FixedSizeBinary:
      return new FixedBytesBuilder(type as DataType & { byteWidth: number }, facts);
    case Type.Struct: {
      const members = type.children.map((child) => ({
        name: child.name,
        builder: makeColumnBuilder(child, facts.name),
      }));
      return new StructBuilder(type, facts, members);
    }
    case Type.List:
      return new ListBuilder(type, facts, makeColumnBuilder(type.children[0]!, facts.name));
    case Type.Map: {
      const entries: DataType = type.children[0]!.type;
      const [key, value] = entries.children as [Field, Field];
      return new MapBuilder(
        type,
        facts,
        entries,
        makeColumnBuilder(key, facts.name),
        makeColumnBuilder(value, facts.name),
      );
    }
  }
  throw new DeltaError("TYPE_MISMATCH", `Column "${facts.name}" cannot be built as Arrow ${type}.`, {
    column: facts.name,
  });
}

function makeIntBuilder(type: Int, facts: ColumnFacts): ColumnBuilder {
  const { bitWidth, isSigned } = type;
  const wanted = `${isSigned ? "" : "unsigned "}integers of ${bitWidth} bits`;
  switch (bitWidth) {
    case 8:
      return new Int32Builder(type, facts, isSigned ? new Int8Array(0) : new Uint8Array(0), wanted);
    case 16:
      return new Int32Builder(type, facts, isSigned ? new Int16Array(0) : new Uint16Array(0), wanted);
    case 32:
      return new Int32Builder(type, facts, isSigned ? new Int32Array(0) : new Uint32Array(0), wanted);
    default:
      return new Int64Builder(type, facts, isSigned ? new BigInt64Array(0) : new BigUint64Array(0), wanted);
  }
}

function makeFloatBuilder(type: Float, facts: ColumnFacts): ColumnBuilder {
  if (type.precision === Precision.SINGLE) return new FloatBuilder(type, facts, new Float32Array(0));
  if (type.precision === Precision.DOUBLE) return new FloatBuilder(type, facts, new Float64Array(0));
  throw new DeltaError("TYPE_MISMATCH", `Column "${facts.name}" cannot be built as Arrow ${type}.`, {
    column: facts.name,
  });
}
