import type { Data } from "apache-arrow";
import type { AddFile } from "../actions/add-file.js";
import { type NumberedRows, selectRows } from "../columnar/numbered-rows.js";
import type { RowRanges } from "../deletion-vector/row-ranges.js";
import { isDeltaError } from "../errors.js";
import type { BoundPredicate } from "../predicate/bound-predicate.js";
import { leavesOf, simplify } from "../predicate/simplify.js";
import type { FileBatch } from "../replay/file-batch.js";
import type { ScanFilter } from "../scan/scan-task.js";
import { type ColumnMapping, physicalName } from "../schema/column-mapping.js";
import type { StructField, StructType } from "../schema/types.js";
import type { FileSelection } from "../selection/selection.js";
import { CheckpointFilter } from "./checkpoint-filter.js";
import { FileStats } from "./file-stats.js";
import { filterSchema } from "./filter-schema.js";
import { ANY, type Outcomes, TRUE } from "./outcomes.js";
import { type PartitionedFiles, PartitionFilter } from "./partition-filter.js";
import { type Bounds, type PossibleOutcomes, possibleOutcomes } from "./possible-outcomes.js";
import type { SkippingCounts } from "./skipping-counts.js";
import { type StatColumn, statColumns } from "./stat-columns.js";
import type { Utf8Text } from "./stats-scanner.js";

/** What a filter of files needs to know of the table. */
export interface FilteredTable {
  readonly schema: StructType;
  readonly partitionColumns: readonly StructField[];
  readonly columnMapping: ColumnMapping;
  /** Whether the bounds of floats are taken to tell of NaN. */
  readonly trustFloatBounds?: boolean | undefined;
}

/** What a filter looks at of some files; a `FileBatch` is one. */
export interface FilteredFiles extends PartitionedFiles {
  /** Statistics as JSON text. */
  stats(index: number): string | undefined;
  /** The same as it lies there, where it need not be made a string for it. */
  utf8Stats?(index: number): string | Utf8Text | undefined;
  /** What they come to, if that is known without the text. */
  bounds?(index: number): Bounds | undefined;
}

/** A file that may have rows for which the predicate is true. */
export interface KeptFile {
  readonly file: AddFile;
  /** What its rows are to be put through, its partition values put in; absent where all of them are wanted. */
  readonly filter?: ScanFilter;
}

/**
 * Leaves files out that have no row for which a predicate is true: by their partition values, which is cheap and exact, and
 * the rest by their statistics, of which only the columns in question are looked at.
 */
export class FileFilter {
  readonly #schema: StructType;
  /** Leaves files of a checkpoint out while it is decoded. */
  readonly selection: FileSelection;
  readonly #partitions: PartitionFilter<PartitionPredicate>;
  readonly #columns: readonly StatColumn[];
  readonly #stats: FileStats;
  /** Many partitions leave the same part of the predicate open. */
  readonly #finished = new WeakMap<BoundPredicate, PartitionPredicate>();
  /** For the row groups of checkpoints. */
  readonly checkpoint: CheckpointFilter;

  constructor(predicate: BoundPredicate, table: FilteredTable) {
    const { schema, partitionColumns, columnMapping, trustFloatBounds = false } = table;
    this.#schema = schema;
    this.selection = { kind: "files", predicate, table: { ...table, schema: filterSchema(predicate, schema) } };
    const simple = simplify(predicate, () => undefined);
    const isPartition = (name: string | undefined) => partitionColumns.some((field) => field.name === name);
    const columns = partitionColumns.map((field) => ({ field, key: physicalName(field, columnMapping) }));
    this.#partitions = new PartitionFilter(simple, columns, (rest) => this.#finish(rest));
    this.#columns = statColumns(leavesOf(simple), schema, columnMapping).filter(({ path }) => !isPartition(path[0]));
    this.#stats = new FileStats(this.#columns, trustFloatBounds);
    this.checkpoint = new CheckpointFilter(simple, columns, this.#columns, trustFloatBounds);
  }

  /** Whether statistics can leave a file out: else they need not be read. */
  get usesStats(): boolean {
    return this.#columns.length > 0;
  }

  /** Columns whose statistics are looked at, by physical path. */
  get statColumns(): readonly (readonly string[])[] {
    return this.#columns.map(({ physicalPath }) => physicalPath);
  }

  /**
   * The files to read of a batch. Throws `VALUE_INVALID` for a partition value that is no value of its type.
   *
   * @param counts is added to
   */
  keep(files: FileBatch, counts?: SkippingCounts): KeptFile[] {
    const kept: KeptFile[] = [];
    const partitionOf = this.#partitions.reader(files);
    for (let index = 0; index < files.length; index++) {
      counts?.there.add(files.size(index));
      const partition = partitionOf(index);
      if (partition.never) {
        counts?.byPartition.add(files.size(index));
        continue;
      }
      const outcomes = this.#outcomes(files, index, partition);
      if ((outcomes & TRUE) === 0) {
        counts?.byStatistics.add(files.size(index));
        continue;
      }
      const file = files.get(index);
      // What is true for every row need not be asked of any.
      const { filter } = partition;
      kept.push(filter === undefined || outcomes === TRUE ? { file } : { file, filter });
    }
    return kept;
  }

  /**
   * Tells whether the partition values of a file leave open that it has such rows. For files that may be none of the table any
   * more, so that a value that is none of its type is no error, and leaves everything open.
   */
  mayHavePartition(files: FilteredFiles): (index: number) => boolean {
    const partitionOf = this.#partitionsOf(files);
    return (index) => partitionOf(index)?.never !== true;
  }

  /** The rows of valid `adds` for which that is so, where not each must be looked at by itself. */
  selectPartitions(files: FilteredFiles, adds: Data): RowRanges | undefined {
    const numbered = files.numbered?.(this.#partitions.keys);
    if (numbered === undefined) return undefined;
    const mayHave = this.mayHavePartition(files);
    return selectRows(
      numbered,
      Uint8Array.from(numbered.firsts, (row) => (mayHave(row) ? 1 : 0)),
      adds,
    );
  }

  /** Tells whether its partition values and statistics leave it open; of files as above. */
  mayHaveRows(files: FilteredFiles): (index: number) => boolean {
    const partitionOf = ofNumbers(files.numbered?.(this.#partitions.keys), this.#partitionsOf(files));
    return (index) => {
      const partition = partitionOf(index);
      if (partition === undefined) return true;
      return !partition.never && (this.#outcomes(files, index, partition) & TRUE) !== 0;
    };
  }

  /** The bounds of rows of a `stats_parsed` column, where they need no text. */
  parsedBounds(stats: Data): ((row: number) => Bounds) | undefined {
    return this.#stats.parsed(stats);
  }

  #partitionsOf(files: FilteredFiles): (index: number) => PartitionPredicate | undefined {
    const read = this.#partitions.reader(files);
    return (index) => {
      try {
        return read(index);
      } catch (error) {
        if (isDeltaError(error, "VALUE_INVALID")) return undefined;
        throw error;
      }
    };
  }

  /** What the predicate may say of the rows of a file, as far as its statistics tell. */
  #outcomes(files: FilteredFiles, index: number, { outcomes }: PartitionPredicate): Outcomes {
    if (outcomes === undefined) return ANY;
    const bounds = files.bounds?.(index);
    if (bounds !== undefined) return outcomes(bounds);
    const stats = files.utf8Stats === undefined ? files.stats(index) : files.utf8Stats(index);
    return stats === undefined ? ANY : outcomes(this.#stats.bounds(stats));
  }

  #finish(predicate: BoundPredicate): PartitionPredicate {
    if (predicate.kind === "constant") return predicate.value === true ? ALWAYS : NEVER;
    let finished = this.#finished.get(predicate);
    if (finished === undefined) {
      finished = this.#partitionPredicate(predicate);
      this.#finished.set(predicate, finished);
    }
    return finished;
  }

  #partitionPredicate(predicate: BoundPredicate): PartitionPredicate {
    const columnOf = (column: readonly string[]) => {
      const index = this.#columns.findIndex(({ path }) => isSame(path, column));
      return { index, type: this.#columns[index]!.type };
    };
    const filter = { predicate, schema: filterSchema(predicate, this.#schema) };
    return { never: false, filter, outcomes: possibleOutcomes(predicate, columnOf) };
  }
}

/** Asks once for each number. */
function ofNumbers<T extends object>(
  numbered: NumberedRows | undefined,
  of: (index: number) => T | undefined,
): (index: number) => T | undefined {
  if (numbered === undefined) return of;
  const { numbers, firsts } = numbered;
  const known = new Array<T | undefined>(firsts.length);
  return (index) => {
    const number = numbers[index]!;
    known[number] ??= of(firsts[number]!);
    return known[number];
  };
}

const NEVER: PartitionPredicate = { never: true, filter: undefined, outcomes: undefined };
const ALWAYS: PartitionPredicate = { never: false, filter: undefined, outcomes: undefined };

/** The predicate for files of the same partition values. */
interface PartitionPredicate {
  /** Whether it is true for no row of them, or else without a `filter` for every row. */
  readonly never: boolean;
  readonly filter: ScanFilter | undefined;
  readonly outcomes: PossibleOutcomes | undefined;
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, at) => name === b[at]);
}
