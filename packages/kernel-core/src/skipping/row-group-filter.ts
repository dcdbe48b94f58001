import type { ParquetBounds, ParquetField, ParquetFile } from "../engine/parquet.js";
import { compareValues } from "../predicate/comparable.js";
import { leavesOf } from "../predicate/simplify.js";
import { findField } from "../read/find-field.js";
import type { ScanFilter } from "../scan/scan-task.js";
import type { ColumnMapping } from "../schema/column-mapping.js";
import type { DataType, StructField, StructType } from "../schema/types.js";
import type { ColumnBounds } from "./bounds.js";
import { TRUE } from "./outcomes.js";
import { type Bounds, type PossibleOutcomes, possibleOutcomes } from "./possible-outcomes.js";
import { type StatColumn, statColumns } from "./stat-columns.js";
import { endsInHalf, mayBeNaN } from "./stat-value.js";
import { tableValue } from "./table-value.js";

/**
 * The row groups of a data file that may have rows for which a filter is true, by the statistics in its footer. A column that
 * the file lacks is null in all of its rows.
 */
export function selectRowGroups(file: ParquetFile, filter: ScanFilter, mode: ColumnMapping): readonly number[] {
  const rowGroups = new RowGroupFilter(file, filter, mode);
  return file.rowGroups.flatMap((_, index) => (rowGroups.mayHaveRows(rowGroups.bounds(index)) ? [index] : []));
}

/** A column that a filter is about, and where a file has it. */
export interface FilteredColumn extends StatColumn {
  readonly place: Place;
}

/** What a filter needs to know of the row groups and pages of one file. */
export class RowGroupFilter {
  readonly columns: readonly FilteredColumn[];
  readonly #file: ParquetFile;
  readonly #outcomes: PossibleOutcomes;

  constructor(file: ParquetFile, { predicate, schema }: ScanFilter, mode: ColumnMapping) {
    // Footers have the names of the file; those of statistics in the log do not matter here.
    const columns = statColumns(leavesOf(predicate), schema, "none").map((column) => ({
      ...column,
      place: placeOf(schema, file.fields, column.path, mode),
    }));
    this.columns = columns;
    this.#file = file;
    this.#outcomes = possibleOutcomes(predicate, (path) => {
      const index = indexOfColumn(columns, path);
      return { index, type: columns[index]!.type };
    });
  }

  /** The bounds of each column in a row group. */
  bounds(rowGroup: number): Bounds {
    return this.columns.map((column) => this.#columnBounds(rowGroup, column));
  }

  /** Whether the filter may be true of a row where columns are within these bounds. */
  mayHaveRows(bounds: Bounds): boolean {
    return (this.#outcomes(bounds) & TRUE) !== 0;
  }

  #columnBounds(rowGroup: number, { type, place }: FilteredColumn): ColumnBounds | undefined {
    if (place.kind === "absent") return ALL_NULL;
    if (place.kind === "group") return undefined;
    const { columns, numRows } = this.#file.rowGroups[rowGroup]!;
    const chunk = columns.find(
      ({ path }) => path.length === place.path.length && path.every((name, at) => name === place.path[at]),
    );
    // Nulls are counted where a struct around the leaf is null too.
    const nullCount = chunk?.numValues === numRows ? chunk.nullCount : undefined;
    const nulls = { mayBeNull: nullCount !== 0, mayHaveValues: nullCount !== numRows };
    return toColumnBounds(type, this.#file.bounds?.(rowGroup, place.path), nulls);
  }
}

/** The position of a column of a predicate among those that it is about. */
export function indexOfColumn(columns: readonly StatColumn[], path: readonly string[]): number {
  return columns.findIndex((column) => column.path.join("\0") === path.join("\0"));
}

/** Bounds of a file's values as bounds of the table's. */
export function toColumnBounds(
  type: DataType,
  bounds: ParquetBounds | undefined,
  nulls: Pick<ColumnBounds, "mayBeNull" | "mayHaveValues">,
): ColumnBounds {
  const rest = { ...nulls, mayBeNaN: mayBeNaN(type) };
  if (bounds === undefined) return rest;
  const min = bounds.min === undefined ? undefined : tableValue(type, bounds, bounds.min);
  const max = bounds.max === undefined ? undefined : tableValue(type, bounds, bounds.max);
  if (min !== undefined && max !== undefined && compareValues(min, max) > 0) return rest;
  return typeof max === "string" && endsInHalf(max) ? { ...rest, min } : { ...rest, min, max };
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
