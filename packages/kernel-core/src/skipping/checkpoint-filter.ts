import type { ParquetFile } from "../engine/parquet.js";
import type { BoundPredicate } from "../predicate/bound-predicate.js";
import { type Comparable, compareValues } from "../predicate/comparable.js";
import type { ColumnBounds } from "./bounds.js";
import { TRUE } from "./outcomes.js";
import type { PartitionColumn } from "./partition-filter.js";
import { type PossibleOutcomes, possibleOutcomes } from "./possible-outcomes.js";
import type { StatColumn } from "./stat-columns.js";
import { decimalBound, endsInHalf, floatBound, mayBeNaN, timestampBound } from "./stat-value.js";
import { tableValue } from "./table-value.js";

/**
 * Leaves out row groups of a checkpoint none of whose files can have a row for which a predicate is true: by what the
 * checkpoint's own footer says of `partitionValues_parsed` and `stats_parsed`, where it has them. In a checkpoint that is sorted
 * by one of them, a selective predicate needs a small part.
 */
export class CheckpointFilter {
  readonly #columns: readonly (PartitionColumn | StatColumn)[];
  readonly #outcomes: PossibleOutcomes;
  readonly #trustFloats: boolean;

  constructor(
    predicate: BoundPredicate,
    partitions: readonly PartitionColumn[],
    stats: readonly StatColumn[],
    trustFloats: boolean,
  ) {
    const columns = [...partitions, ...stats];
    this.#columns = columns;
    this.#trustFloats = trustFloats;
    this.#outcomes = possibleOutcomes(predicate, (path) => {
      const index = columns.findIndex((column) => pathOf(column).join("\0") === path.join("\0"));
      return { index, type: typeOf(columns[index]!) };
    });
  }

  /** Whether a row group may have a file that is wanted. */
  mayHaveFiles(file: ParquetFile, rowGroup: number): boolean {
    if (file.bounds === undefined) return true;
    const bounds = this.#columns.map((column) =>
      "key" in column ? this.#ofPartition(file, rowGroup, column) : this.#ofStats(file, rowGroup, column),
    );
    return (this.#outcomes(bounds) & TRUE) !== 0;
  }

  #ofPartition(file: ParquetFile, rowGroup: number, { field, key }: PartitionColumn): ColumnBounds | undefined {
    const path = ["add", "partitionValues_parsed", key];
    // A null may be a value, or one that was not written here.
    if (!isFull(file, rowGroup, path)) return undefined;
    const bounds = file.bounds!(rowGroup, path);
    if (bounds?.min === undefined || bounds.max === undefined) return undefined;
    const min = tableValue(field.type, bounds, bounds.min);
    const max = tableValue(field.type, bounds, bounds.max);
    // An empty text, which delta-rs keeps as it is, stands for null.
    if (min === "" || (min instanceof Uint8Array && min.length === 0)) return undefined;
    return { min, max, mayBeNull: false, mayHaveValues: true, mayBeNaN: mayBeNaN(field.type) };
  }

  /** From the least of the files' least values to the greatest of their greatest. */
  #ofStats(file: ParquetFile, rowGroup: number, column: StatColumn): ColumnBounds {
    const { type, inNullable, physicalPath } = column;
    const min = this.#extreme(file, rowGroup, column, "min");
    const max = this.#extreme(file, rowGroup, column, "max");
    const nulls = ["add", "stats_parsed", "nullCount", ...physicalPath];
    const counted = isFull(file, rowGroup, nulls) ? file.bounds!(rowGroup, nulls)?.max : undefined;
    const leaf = type.kind === "primitive" || type.kind === "decimal";
    const rest = {
      mayBeNull: inNullable || !leaf || counted === undefined || Number(counted) !== 0,
      mayHaveValues: true,
      mayBeNaN: mayBeNaN(type) && !this.#trustFloats,
    };
    if (min !== undefined && max !== undefined && compareValues(min, max) > 0) return rest;
    if (typeof max !== "string") return { ...rest, min, max };
    if (endsInHalf(max)) return { ...rest, min };
    // Of texts that were cut, the greatest need not have been cut from the greatest.
    return { ...rest, min, max: max.slice(0, CUT), maxIsPrefix: max.length >= CUT };
  }

  #extreme(file: ParquetFile, rowGroup: number, column: StatColumn, side: "min" | "max"): Comparable | undefined {
    const path = ["add", "stats_parsed", side === "min" ? "minValues" : "maxValues", ...column.physicalPath];
    if (!isFull(file, rowGroup, path)) return undefined;
    const bounds = file.bounds!(rowGroup, path);
    const bound = bounds?.[side];
    const value = bounds === undefined || bound === undefined ? undefined : tableValue(column.type, bounds, bound);
    if (typeof value === "number" && mayBeNaN(column.type)) return floatBound(column, side, value);
    if (column.type.kind === "decimal" && typeof value === "bigint") return decimalBound(value, side);
    return bounds?.kind === "timestamp" && typeof value === "bigint" ? timestampBound(value, side) : value;
  }
}

/** Characters of a text that every writer keeps. */
const CUT = 32;

function pathOf(column: PartitionColumn | StatColumn): readonly string[] {
  return "key" in column ? [column.field.name] : column.path;
}

function typeOf(column: PartitionColumn | StatColumn): StatColumn["type"] {
  return "key" in column ? column.field.type : column.type;
}

/** Whether a leaf has a value for every file of a row group. */
function isFull(file: ParquetFile, rowGroup: number, leaf: readonly string[]): boolean {
  const { columns } = file.rowGroups[rowGroup]!;
  const nullCountOf = (path: readonly string[]) =>
    columns.find((chunk) => chunk.path.length === path.length && path.every((name, at) => chunk.path[at] === name))
      ?.nullCount;
  const nullCount = nullCountOf(leaf);
  return nullCount !== undefined && nullCount === nullCountOf(["add", "path"]);
}
