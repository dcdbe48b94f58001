import { type DataType as ArrowType, type Data, DateUnit, Precision, TimeUnit, Type } from "apache-arrow";
import type { ParquetField } from "../engine/parquet.js";
import { readDecimal } from "../read/decimal-words.js";
import { VariantInvalid } from "./variant-invalid.js";
import type { VariantWriter } from "./variant-writer.js";

/**
 * Writes the values of a primitive `typed_value` column. VariantShredding.md of the Parquet format, "Shredded Value Types".
 *
 * Throws {@link VariantInvalid}, a `TYPE_MISMATCH`, for a column of a type that is none of these, or whose values came without
 * their nanoseconds.
 */
export function typedWriter(data: Data, { annotation }: ParquetField, writer: VariantWriter): (row: number) => void {
  const type: ArrowType = data.type;
  const { values, valueOffsets } = data;
  const bytes = (row: number): Uint8Array => values.subarray(valueOffsets[row], valueOffsets[row + 1]);
  switch (type.typeId) {
    case Type.Bool:
      return (row) => writer.boolean(((values[(data.offset + row) >> 3] >> ((data.offset + row) & 7)) & 1) === 1);
    case Type.Int:
      if (!(type as ArrowType & { isSigned: boolean }).isSigned) break;
      if (annotation === "TIME_MILLIS" || annotation === "TIME_NANOS") break;
      if (annotation === "TIME_MICROS") return (row) => writer.time(values[row]);
      return (row) => writer.integer(values[row]);
    case Type.Float: {
      const { precision } = type as ArrowType & { precision: Precision };
      if (precision === Precision.DOUBLE) return (row) => writer.double(values[row]);
      if (precision === Precision.SINGLE) return (row) => writer.float(values[row]);
      break;
    }
    case Type.Decimal: {
      const { scale, bitWidth } = type as ArrowType & { scale: number; bitWidth: number };
      if (bitWidth === 128) return (row) => writer.decimal(readDecimal(values, row), scale);
      break;
    }
    case Type.Date:
      if ((type as ArrowType & { unit: DateUnit }).unit === DateUnit.DAY) return (row) => writer.date(values[row]);
      break;
    case Type.Timestamp: {
      const { unit, timezone } = type as ArrowType & { unit: TimeUnit; timezone?: string | null };
      if (unit !== TimeUnit.MICROSECOND || annotation === "TIMESTAMP_NANOS") break;
      const zone = timezone ? "UTC" : "none";
      return (row) => writer.timestamp(values[row], zone);
    }
    case Type.Utf8:
      return (row) => writer.string(bytes(row));
    case Type.Binary:
      return (row) => writer.binary(bytes(row));
    case Type.FixedSizeBinary:
      if (annotation === "UUID" && data.stride === 16) {
        return (row) => writer.uuid(values.subarray(16 * row, 16 * row + 16));
      }
      break;
  }
  const what = [type, annotation].filter(Boolean).join(" ");
  throw new VariantInvalid(`a shredded part of it is a ${what}, which is not supported`, "TYPE_MISMATCH");
}
