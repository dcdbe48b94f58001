import type { ParquetField, ParquetFile, ParquetRowGroup } from "../engine/parquet.js";
import { compareValues } from "../predicate/comparable.js";
import { leavesOf } from "../predicate/simplify.js";
import { findField } from "../read/find-field.js";
import type { ScanFilter } from "../scan/scan-task.js";
import type { ColumnMapping } from "../schema/column-mapping.js";
import type { DataType, StructField, StructType } from "../schema/types.js";
import type { ColumnBounds } from "./bounds.js";
import { TRUE } from "./outcomes.js";
import { type PossibleOutcomes, possibleOutcomes } from "./possible-outcomes.js";
import { type StatColumn, statColumns } from "./stat-columns.js";
import { endsInHalf, mayBeNaN } from "./stat-value.js";
import { tableValue } from "./table-value.js";

/**
 * The row groups of a data file that may have rows for which a filter is true, by the statistics in its footer. A column that
 * the file lacks is null in all of its rows.
 */
export function selectRowGroups(file: ParquetFile, filter: ScanFilter, mode: ColumnMapping): readonly number[] {
  // Footers have the names of the file; those of statistics in the log do not matter here.
  const columns = statColumns(leavesOf(filter.predicate), filter.schema, "none");
  const places = columns.map(({ path }) => placeOf(filter.schema, file.fields, path, mode));
  const outcomes = outcomesOf(filter, columns);
  return file.rowGroups.flatMap((group, index) => {
    const bounds = columns.map((column, at) => columnBounds(file, index, group, column, places[at]!));
    return (outcomes(bounds) & TRUE) === 0 ? [] : [index];
  });
}

function outcomesOf({ predicate }: ScanFilter, columns: readonly StatColumn[]): PossibleOutcomes {
  return possibleOutcomes(predicate, (column) => {
    const index = columns.findIndex(({ path }) => path.join("\0") === column.join("\0"));
    return { index, type: columns[index]!.type };
  });
}

/** Where a column is in a file: not at all, or under these names; whether it is one leaf. */
type Place = { readonly kind: "absent" } | { readonly kind: "leaf" | "group"; readonly path: readonly string[] };

function placeOf(
  schema: StructType,
  fields: readonly ParquetField[],
  path: readonly string[],
  mode: ColumnMapping,
): Place {
  const names: string[] = [];
  let type: DataType = schema;
  let candidates = fields;
  let kind: ParquetField["kind"] = "struct";
  for (const name of path) {
    const field: StructField = (type as StructType).fields.find((candidate) => candidate.name === name)!;
    const found = findField(field, candidates, mode);
    if (found === undefined) return { kind: "absent" };
    names.push(found.name);
    ({ kind, children: candidates } = found);
    type = field.type;
  }
  return { kind: kind === "leaf" ? "leaf" : "group", path: names };
}

const ALL_NULL: ColumnBounds = { mayBeNull: true, mayHaveValues: false, mayBeNaN: false };

function columnBounds(
  file: ParquetFile,
  index: number,
  { columns, numRows }: ParquetRowGroup,
  { type }: StatColumn,
  place: Place,
): ColumnBounds | undefined {
  if (place.kind === "absent") return ALL_NULL;
  if (place.kind === "group") return undefined;
  const chunk = columns.find(
    ({ path }) => path.length === place.path.length && path.every((name, at) => name === place.path[at]),
  );
  // Nulls are counted where a struct around the leaf is null too.
  const nullCount = chunk?.numValues === numRows ? chunk.nullCount : undefined;
  const rest = { mayBeNull: nullCount !== 0, mayHaveValues: nullCount !== numRows, mayBeNaN: mayBeNaN(type) };
  const bounds = file.bounds?.(index, place.path);
  if (bounds === undefined) return rest;
  const min = bounds.min === undefined ? undefined : tableValue(type, bounds, bounds.min);
  const max = bounds.max === undefined ? undefined : tableValue(type, bounds, bounds.max);
  if (min !== undefined && max !== undefined && compareValues(min, max) > 0) return rest;
  return typeof max === "string" && endsInHalf(max) ? { ...rest, min } : { ...rest, min, max };
}
