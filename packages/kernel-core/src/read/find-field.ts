import type { ParquetField } from "../engine/parquet.js";
import { type ColumnMapping, columnId, physicalName } from "../schema/column-mapping.js";
import { foldColumnName } from "../schema/column-name.js";
import type { StructField } from "../schema/types.js";

/**
 * The field of a file that holds a column, among the members of one group. PROTOCOL.md, "Reader Requirements for Column
 * Mapping".
 *
 * Under `id` the field id decides alone, and under `name` the physical name. Under `none` a name that differs in case is
 * taken if no other matches: column names have no case.
 */
export function findField(
  field: StructField,
  candidates: readonly ParquetField[],
  mode: ColumnMapping,
): ParquetField | undefined {
  if (mode === "id") {
    const id = columnId(field);
    return candidates.find(({ fieldId }) => fieldId === id);
  }
  const name = physicalName(field, mode);
  const exact = candidates.find((candidate) => candidate.name === name);
  if (exact !== undefined || mode === "name") return exact;
  const folded = foldColumnName(name);
  const alike = candidates.filter((candidate) => foldColumnName(candidate.name) === folded);
  return alike.length === 1 ? alike[0] : undefined;
}
