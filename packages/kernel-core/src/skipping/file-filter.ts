import type { AddFile } from "../actions/add-file.js";
import type { BoundPredicate } from "../predicate/bound-predicate.js";
import { leafOutcome } from "../predicate/leaf-outcome.js";
import { leavesOf, simplify } from "../predicate/simplify.js";
import { parsePartitionValue } from "../read/partition-value.js";
import type { FileBatch } from "../replay/file-batch.js";
import type { ScanFilter } from "../scan/scan-task.js";
import { type ColumnMapping, physicalName } from "../schema/column-mapping.js";
import type { StructField, StructType } from "../schema/types.js";
import { FileStats } from "./file-stats.js";
import { filterSchema } from "./filter-schema.js";
import { ANY, type Outcomes, TRUE } from "./outcomes.js";
import { type PossibleOutcomes, possibleOutcomes } from "./possible-outcomes.js";
import type { SkippingCounts } from "./skipping-counts.js";
import { type StatColumn, statColumns } from "./stat-columns.js";

/** What a filter of files needs to know of the table. */
export interface FilteredTable {
  readonly schema: StructType;
  readonly partitionColumns: readonly StructField[];
  readonly columnMapping: ColumnMapping;
  /** Whether the bounds of floats are taken to tell of NaN. */
  readonly trustFloatBounds?: boolean | undefined;
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
  readonly #predicate: BoundPredicate;
  readonly #schema: StructType;
  /** The partition columns that the predicate is about. */
  readonly #partitions: readonly PartitionColumn[];
  readonly #columns: readonly StatColumn[];
  readonly #stats: FileStats;
  /** By the partition values' text. */
  readonly #ofPartitions = new Map<string, PartitionPredicate>();

  constructor(predicate: BoundPredicate, table: FilteredTable) {
    this.#predicate = simplify(predicate, () => undefined);
    this.#schema = table.schema;
    const leaves = leavesOf(this.#predicate);
    this.#partitions = table.partitionColumns
      .filter(({ name }) => leaves.some(({ column }) => column[0] === name))
      .map((field) => ({ field, key: physicalName(field, table.columnMapping) }));
    const isPartition = (column: readonly string[]) => this.#partitions.some(({ field }) => field.name === column[0]);
    const columns = statColumns(this.#predicate, table.schema, table.columnMapping);
    this.#columns = columns.filter(({ path }) => !isPartition(path));
    this.#stats = new FileStats(this.#columns, table.trustFloatBounds ?? false);
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
  keep(files: FileBatch, counts: SkippingCounts): KeptFile[] {
    const kept: KeptFile[] = [];
    for (let index = 0; index < files.length; index++) {
      const size = files.size(index);
      counts.there.add(size);
      const partition = this.#ofPartition(files, index);
      if (partition.never) {
        counts.byPartition.add(size);
        continue;
      }
      const outcomes = this.#outcomes(files, index, partition);
      if ((outcomes & TRUE) === 0) {
        counts.byStatistics.add(size);
        continue;
      }
      const file = files.get(index);
      // What is true for every row need not be asked of any.
      const { filter } = partition;
      kept.push(filter === undefined || outcomes === TRUE ? { file } : { file, filter });
    }
    return kept;
  }

  /** What the predicate may say of the rows of a file, as far as its statistics tell. */
  #outcomes(files: FileBatch, index: number, { outcomes }: PartitionPredicate): Outcomes {
    const stats = outcomes === undefined ? undefined : files.stats(index);
    return outcomes === undefined || stats === undefined ? ANY : outcomes(this.#stats.bounds(stats));
  }

  #ofPartition(files: FileBatch, index: number): PartitionPredicate {
    let key = "";
    for (const column of this.#partitions) {
      const text = files.partitionValue(index, column.key);
      key += text === undefined || text === null ? "-" : `${text.length}:${text}`;
    }
    let known = this.#ofPartitions.get(key);
    if (known === undefined) {
      known = this.#put(files, index);
      // A bound, for tables with a partition to a file.
      if (this.#ofPartitions.size === MOST_PARTITIONS) this.#ofPartitions.clear();
      this.#ofPartitions.set(key, known);
    }
    return known;
  }

  #put(files: FileBatch, index: number): PartitionPredicate {
    const values = this.#partitions.map(({ field, key }) =>
      parsePartitionValue(files.partitionValue(index, key), field.type, field.name),
    );
    const predicate = simplify(this.#predicate, (leaf) => {
      const at = this.#partitions.findIndex(({ field }) => field.name === leaf.column[0]);
      return at < 0 ? undefined : leafOutcome(leaf, this.#partitions[at]!.field.type, values[at]!);
    });
    if (predicate.kind === "constant")
      return { never: predicate.value !== true, filter: undefined, outcomes: undefined };
    const columnOf = (column: readonly string[]) => {
      const at = this.#columns.findIndex(({ path }) => isSame(path, column));
      return { index: at, type: this.#columns[at]!.type };
    };
    const filter = { predicate, schema: filterSchema(predicate, this.#schema) };
    return { never: false, filter, outcomes: possibleOutcomes(predicate, columnOf) };
  }
}

interface PartitionColumn {
  readonly field: StructField;
  /** In `partitionValues`. */
  readonly key: string;
}

/** The predicate for files of the same partition values. */
interface PartitionPredicate {
  /** Whether it is true for no row of them, or else without a `filter` for every row. */
  readonly never: boolean;
  readonly filter: ScanFilter | undefined;
  readonly outcomes: PossibleOutcomes | undefined;
}

const MOST_PARTITIONS = 10_000;

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, at) => name === b[at]);
}
