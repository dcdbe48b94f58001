import {
  type Engine,
  formatPredicate,
  type PlanScanOptions,
  planScan,
  ReadCounts,
  readTasks,
  type ScanTask,
  SkippingCounts,
  type Snapshot,
} from "@asyncdelta/kernel-core";

/** Files, and their bytes together. */
export interface FilesAndBytes {
  readonly files: number;
  readonly bytes: number;
}

/** Row groups of data files, and the bytes of the columns that the scan and its predicate take. */
export interface RowGroupsAndBytes {
  readonly rowGroups: number;
  readonly bytes: number;
}

/** Pages of data files, and their bytes. */
export interface PagesAndBytes {
  readonly pages: number;
  readonly bytes: number;
}

/** What became of the files of a scan when they were read. */
export interface ReadAnalysis {
  /** Rows that the scan gives out, without its limit. */
  readonly rows: number;
  /** In the files that were opened. */
  readonly there: RowGroupsAndBytes;
  /** By the statistics in the footer. */
  readonly skippedByStatistics: RowGroupsAndBytes;
  /** By bloom filters and dictionaries. */
  readonly skippedByValues: RowGroupsAndBytes;
  /** Whole row groups that the bounds of their pages ruled out. */
  readonly skippedByPages: RowGroupsAndBytes;
  /** Single pages of other row groups, by their bounds. */
  readonly skippedPages: PagesAndBytes;
  /** Row groups without a wanted row by the predicate's columns; the bytes of the other columns. */
  readonly skippedByFilter: RowGroupsAndBytes;
  /** Bytes of columns that were wanted in the end. */
  readonly read: { readonly bytes: number };
}

export interface ExplainOptions {
  /**
   * Reads the files too, as the scan would, and says what of them was skipped: `EXPLAIN ANALYZE`. Default: false, and no data file is
   * opened.
   */
  readonly analyze?: boolean | undefined;
}

/** What a scan has to read, and what it can leave out. */
export interface ScanExplanation {
  /** The predicate as text; absent without one. */
  readonly where?: string;
  /** The live files of the table. */
  readonly live: FilesAndBytes;
  /** Left out, since by their partition values no row of theirs is wanted. */
  readonly skippedByPartition: FilesAndBytes;
  /** Left out of the others, since by their statistics no row of theirs is wanted. */
  readonly skippedByStatistics: FilesAndBytes;
  /** To be read. */
  readonly read: FilesAndBytes & {
    /** Rows in them, less those that deletion vectors mark; absent where the log does not say. */
    readonly rows?: number;
    /** Of these files, those of which every row is wanted, so that none is put to the test. */
    readonly unfiltered: number;
  };
  /** What became of these files; only where it is asked for. */
  readonly analysis?: ReadAnalysis;
}

/** Makes the plan of a scan and adds up what became of each file. */
export async function explainScan(
  engine: Engine,
  snapshot: Snapshot,
  { columns, metadataColumns, where, trustFloatBounds, signal }: Omit<PlanScanOptions, "counts" | "stats">,
  { analyze = false }: ExplainOptions,
): Promise<ScanExplanation> {
  const counts = new SkippingCounts();
  // What is not read need not be planned.
  const what = analyze ? { columns, metadataColumns } : { columns: [] };
  const plan: ScanTask[] = [];
  const wanted = { ...what, where, trustFloatBounds, counts, stats: true, signal };
  const read = { files: 0, bytes: 0, unfiltered: 0 };
  let rows: number | undefined = 0;
  for await (const tasks of planScan(engine, snapshot, wanted)) {
    if (analyze) plan.push(...tasks);
    for (const { size, numRecords, deletionVector, filter } of tasks) {
      read.files += 1;
      read.bytes += size;
      if (filter === undefined) read.unfiltered += 1;
      if (numRecords === undefined || rows === undefined) rows = undefined;
      else rows += numRecords - (deletionVector?.cardinality ?? 0);
    }
  }
  const skippedByPartition = { ...counts.byPartition };
  const skippedByStatistics = { ...counts.byStatistics };
  return {
    ...(where === undefined ? {} : { where: formatPredicate(where) }),
    live: {
      files: read.files + skippedByPartition.files + skippedByStatistics.files,
      bytes: read.bytes + skippedByPartition.bytes + skippedByStatistics.bytes,
    },
    skippedByPartition,
    skippedByStatistics,
    read: rows === undefined ? read : { ...read, rows },
    ...(analyze ? { analysis: await analyzeRead(engine, plan, signal) } : {}),
  };
}

/** Reads the files of a plan for what that says of them. */
async function analyzeRead(
  engine: Engine,
  plan: readonly ScanTask[],
  signal: AbortSignal | undefined,
): Promise<ReadAnalysis> {
  const counts = new ReadCounts();
  let rows = 0;
  for await (const batch of readTasks(engine, [plan], { counts, signal })) rows += batch.numRows;
  const { there, byStatistics, byValues, byPages, pages, byFilter } = counts;
  const skipped = byStatistics.bytes + byValues.bytes + byPages.bytes + pages.bytes + byFilter.bytes;
  return {
    rows,
    there: { ...there },
    skippedByStatistics: { ...byStatistics },
    skippedByValues: { ...byValues },
    skippedByPages: { ...byPages },
    skippedPages: { ...pages },
    skippedByFilter: { ...byFilter },
    read: { bytes: there.bytes - skipped },
  };
}
