import {
  type Engine,
  formatPredicate,
  type PlanScanOptions,
  planScan,
  SkippingCounts,
  type Snapshot,
} from "@asyncdelta/kernel-core";

/** Files, and their bytes together. */
export interface FilesAndBytes {
  readonly files: number;
  readonly bytes: number;
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
}

/** Makes the plan of a scan and adds up what became of each file. */
export async function explainScan(
  engine: Engine,
  snapshot: Snapshot,
  { where, trustFloatBounds, signal }: Pick<PlanScanOptions, "where" | "trustFloatBounds" | "signal">,
): Promise<ScanExplanation> {
  const counts = new SkippingCounts();
  const wanted = { columns: [], where, trustFloatBounds, counts, stats: true, signal };
  const read = { files: 0, bytes: 0, unfiltered: 0 };
  let rows: number | undefined = 0;
  for await (const tasks of planScan(engine, snapshot, wanted)) {
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
  };
}
