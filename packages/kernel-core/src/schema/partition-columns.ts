import { DeltaError } from "../errors.js";
import { foldColumnName } from "./column-name.js";
import { typeName } from "./type-name.js";
import type { StructField, StructType } from "./types.js";

/**
 * The fields of the partition columns, in the order of the metadata. Throws `SCHEMA_INVALID` for a partition column
 * that the schema lacks, that is listed twice, or whose type has no partition value. PROTOCOL.md, "Change Metadata".
 */
export function checkPartitionColumns(schema: StructType, partitionColumns: readonly string[]): readonly StructField[] {
  const fields = new Map(schema.fields.map((field) => [foldColumnName(field.name), field]));
  const seen = new Set<StructField>();
  return partitionColumns.map((column) => {
    const field = fields.get(foldColumnName(column));
    if (field === undefined) throw invalid(column, "is not in its schema");
    if (seen.has(field)) throw invalid(column, "is listed twice");
    seen.add(field);
    const { type } = field;
    if (type.kind === "primitive" ? type.name === "variant" : type.kind !== "decimal") {
      throw invalid(column, `is a ${typeName(type)}, which has no partition value`);
    }
    return field;
  });
}

function invalid(column: string, what: string): DeltaError {
  return new DeltaError("SCHEMA_INVALID", `The table is partitioned by ${column}, which ${what}.`, { column });
}
