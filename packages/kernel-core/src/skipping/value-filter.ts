import type { ParquetFile, ParquetProbe, ParquetValue } from "../engine/parquet.js";
import { type Comparable, compareValues, toComparable } from "../predicate/comparable.js";
import { leavesOf } from "../predicate/simplify.js";
import type { ScanFilter } from "../scan/scan-task.js";
import type { DataType } from "../schema/types.js";
import type { Bounds } from "./possible-outcomes.js";
import { type FilteredColumn, indexOfColumn } from "./row-group-filter.js";

/** A value that a filter compares a column for equality with. */
interface Wanted {
  /** The position of the column among those of the filter. */
  readonly column: number;
  readonly value: Comparable;
  readonly probe: ParquetProbe;
}

/** Bounds of a row group's columns, to which is added what is known of single values. */
export type WithAbsentValues = (rowGroup: number, bounds: Bounds) => Bounds;

/** Each value is looked up by itself, and of many some are likely to be there. */
const MOST_VALUES = 64;

/** Asks bloom filters and dictionaries of a file for the values that a filter compares columns for equality with. */
export async function findAbsentValues(
  file: ParquetFile,
  { predicate }: ScanFilter,
  filtered: readonly FilteredColumn[],
  options: {
    readonly rowGroups: readonly number[];
    readonly columns: readonly (readonly string[])[];
    readonly signal?: AbortSignal | undefined;
  },
): Promise<WithAbsentValues> {
  const wanted = leavesOf(predicate).flatMap((leaf): Wanted[] => {
    const values =
      leaf.kind === "in" ? leaf.values : leaf.kind === "comparison" && leaf.operator === "=" ? [leaf.value] : [];
    const column = indexOfColumn(filtered, leaf.column);
    const { type, place } = filtered[column]!;
    if (place.kind !== "leaf" || values.length > MOST_VALUES) return [];
    return values.flatMap((bound) => {
      const value = toComparable(type, bound);
      const probe = parquetValue(type, value);
      return probe === undefined ? [] : [{ column, value, probe: { ...probe, column: place.path } }];
    });
  });
  const { rowGroups } = options;
  if (file.absentValues === undefined || wanted.length === 0 || rowGroups.length === 0) return (_, bounds) => bounds;
  const absent = await file.absentValues({ ...options, probes: wanted.map(({ probe }) => probe) });
  return (rowGroup, bounds) => {
    const found = absent.get(rowGroup);
    if (found === undefined || found.size === 0) return bounds;
    const lacking = wanted.filter((_, probe) => found.has(probe));
    return bounds.map((column, index) => {
      const values = lacking.filter((one) => one.column === index).map(({ value }) => value);
      if (column === undefined || values.length === 0) return column;
      return { ...column, lacks: (value) => values.some((one) => compareValues(one, value) === 0) };
    });
  };
}

/** A value of the table's type in the terms of a Parquet file that has a column of that very type. */
function parquetValue(type: DataType, value: Comparable): ParquetValue | undefined {
  if (type.kind === "decimal") return { kind: "decimal", scale: type.scale, value };
  switch (type.kind === "primitive" ? type.name : undefined) {
    case "byte":
    case "short":
    case "integer":
    case "long":
      return { kind: "integer", value };
    case "float":
    case "double":
      return { kind: "float", value };
    case "string":
      return { kind: "text", value };
    case "binary":
      return { kind: "bytes", value };
    case "date":
      return { kind: "date", value };
    case "timestamp":
    case "timestamp_ntz":
      return { kind: "timestamp", value };
    default:
      return undefined;
  }
}
