import type { ParquetBounds } from "../engine/parquet.js";
import type { Comparable } from "../predicate/comparable.js";
import type { DataType } from "../schema/types.js";

type BoundsValue = NonNullable<ParquetBounds["min"]>;

/** A bound of a Parquet file as a value of the table's type, as far as reading makes one of the other without a loss. */
export function tableValue(
  type: DataType,
  { kind, scale = 0 }: ParquetBounds,
  value: BoundsValue,
): Comparable | undefined {
  if (type.kind === "decimal") {
    if ((kind !== "decimal" && kind !== "integer") || scale > type.scale) return undefined;
    return BigInt(value as number | bigint) * 10n ** BigInt(type.scale - scale);
  }
  switch (type.kind === "primitive" ? type.name : undefined) {
    case "boolean":
      return kind === "boolean" ? value : undefined;
    case "byte":
    case "short":
    case "integer":
      return kind === "integer" && typeof value === "number" ? value : undefined;
    case "long":
      return kind === "integer" ? BigInt(value as number | bigint) : undefined;
    case "float":
      return kind === "float" ? value : undefined;
    case "double":
      return kind === "float" || (kind === "integer" && typeof value === "number") ? value : undefined;
    case "string":
      return kind === "text" ? value : undefined;
    case "binary":
      return kind === "bytes" ? value : undefined;
    case "date":
      return kind === "date" ? value : undefined;
    case "timestamp_ntz":
      if (kind === "date") return BigInt(value as number) * MICROS_OF_DAY;
      return kind === "timestamp" ? value : undefined;
    case "timestamp":
      return kind === "timestamp" ? value : undefined;
    default:
      return undefined;
  }
}

const MICROS_OF_DAY = 86_400_000_000n;
