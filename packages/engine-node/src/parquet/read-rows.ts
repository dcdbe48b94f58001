import type {
  ParquetBatch,
  ParquetRowGroup,
  ReadParquetOptions,
  RowRanges,
  RowSelection,
  Storage,
} from "@asyncdelta/kernel-core";
import { abortedError, DeltaError, throwIfAborted } from "@asyncdelta/kernel-core";
import { type ParallelIterator, parallelFlatMap, parallelMap } from "@asyncdelta/parallel";
import { RecordBatch, Schema, Struct } from "apache-arrow";
import { newData } from "../arrow/new-data.js";
import type { ComingBytes, DecodeJob, FilePiece, LentMemory, RowGroupDecoder } from "./decoder.js";
import { fetchPieces } from "./fetch-pieces.js";
import { asFileCorrupt, fileCorrupt } from "./file-corrupt.js";
import type { FileTail } from "./file-tail.js";
import type { Footer } from "./footer.js";
import { cutPart } from "./index/cut-part.js";
import type { PageIndexes } from "./index/page-indexes.js";
import { type PlannedPart, planParts } from "./index/plan-parts.js";
import { planRead, type WantedGroup } from "./plan-read.js";
import { arrowSchema } from "./schema/arrow-schema.js";
import { type LeafNode, leavesOf } from "./schema/schema-node.js";
import { selectColumns } from "./schema/select-columns.js";

/** What a read needs of an open file. */
export interface ReadSource {
  readonly storage: Storage;
  readonly decoder: RowGroupDecoder;
  /** Row groups decoded at once. */
  readonly decodes: number;
  readonly url: string;
  readonly size: number;
  readonly tail: FileTail;
  readonly footer: Footer;
  readonly pages: PageIndexes;
  /** See `DecodeJob`. */
  readonly since: number;
}

/** Rows of a batch, where it is not said: as many if they are long, or so many that they are about as many bytes. */
const FEWEST_ROWS = 8192;
const HANDY_BYTES = 2 * 1024 * 1024;
/**
 * But no more than a data page has of most writers, whose limit is 20 000 in steps of 1024: such a batch ends where its pages do, and
 * nothing of these has to be kept.
 */
const MOST_ROWS = 20 * 1024;
/** Batches are cut so that they hold about this many bytes at most, by the footer's sizes. */
const MOST_BYTES = 16 * 1024 * 1024;

/** Reads the wanted columns and row groups of an open file: plan, fetch ahead, decode, check. */
export function readRows(source: ReadSource, options: ReadParquetOptions): AsyncIterable<ParquetBatch> {
  const { footer, url } = source;
  const { batchRows, sparse: isSparse = false, selection, sequence } = options;
  if (batchRows !== undefined && !(Number.isSafeInteger(batchRows) && batchRows >= 1)) {
    throw new DeltaError("INVALID_ARGUMENT", `batchRows must be a positive integer, not ${batchRows}.`, { path: url });
  }
  const groups = checkRowGroups(options.rowGroups ?? footer.rowGroups.keys(), footer.rowGroups.length, url);
  try {
    const root = selectColumns(footer.root, options.columns);
    const schema = arrowSchema(root);
    const leaves = leavesOf(root);
    if (leaves.length === 0) return countRows(source, groups, batchRows ?? FEWEST_ROWS, options.signal);
    const wanted = groups.map((index) => ({ index, parts: partsOf(source, index, leaves, options.rows?.get(index)) }));
    const selected = { groups: wanted, leaves, schema, batchRows, isSparse, selection, sequence };
    return decodeRows(source, selected, options.signal);
  } catch (error) {
    throw asFileCorrupt(error, url);
  }
}

function checkRowGroups(wanted: Iterable<number>, count: number, url: string): number[] {
  const groups = [...wanted];
  const ascending = groups.every((index, at) => at === 0 || index > groups[at - 1]!);
  if (ascending && groups.every((index) => Number.isInteger(index) && index >= 0 && index < count)) return groups;
  throw new DeltaError("INVALID_ARGUMENT", `rowGroups must be ascending indexes below ${count}.`, { path: url });
}

/** The parts of a row group that are wanted, if the pages of all leaves are known. */
function partsOf(
  { footer, pages }: ReadSource,
  index: number,
  leaves: readonly LeafNode[],
  rows: RowRanges | undefined,
): PlannedPart[] | undefined {
  const locations = rows && leaves.flatMap((leaf) => pages.locations(index, leaf) ?? []);
  if (locations?.length !== leaves.length) return undefined;
  const { columns, numRows } = footer.rowGroups[index]!;
  return planParts(rows!, leaves, locations, columns, numRows);
}

/** Rows without columns need no bytes. */
async function* countRows(
  { footer }: ReadSource,
  groups: readonly number[],
  batchRows: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<ParquetBatch> {
  const schema = new Schema([]);
  for (const index of groups) {
    const { rowStart, numRows } = footer.rowGroups[index]!;
    for (let done = 0; done < numRows; done += batchRows) {
      throwIfAborted(signal);
      const data = newData(new Struct([]), Math.min(batchRows, numRows - done), { nullCount: 0 }, {});
      yield { batch: new RecordBatch(schema, data as never), rowOffset: rowStart + done };
    }
  }
}

interface Selection {
  readonly groups: readonly WantedGroup[];
  readonly leaves: readonly LeafNode[];
  readonly schema: Schema;
  readonly batchRows: number | undefined;
  readonly isSparse: boolean | "values";
  readonly selection: RowSelection | undefined;
  readonly sequence: object | undefined;
}

/** Row groups whose bytes are here. Lent memory holds those of one row group alone. */
interface Fetched {
  readonly rowGroups: readonly WantedGroup[];
  readonly pieces: readonly FilePiece[];
  readonly memory: LentMemory | undefined;
}

function decodeRows(
  source: ReadSource,
  selection: Selection,
  signal: AbortSignal | undefined,
): AsyncIterable<ParquetBatch> {
  const { storage, url, tail, decodes, footer, decoder } = source;
  decoder.prepare?.(url, comingBytes(footer, selection));
  const steps = planRead(footer.rowGroups, selection.groups, selection.leaves);
  // The next step's bytes come while this one's are decoded.
  const fetched = parallelMap(
    steps,
    async ({ ranges, rowGroups }, { signal }): Promise<Fetched> => {
      const [only, ...others] = rowGroups;
      // Small row groups that come together are not worth it; and parts are not all done with at once.
      const isAlone = only !== undefined && only.parts === undefined && others.length === 0;
      const memory = isAlone
        ? await decoder.lend?.(url, wantedBytes(footer.rowGroups[only.index]!, selection.leaves))
        : undefined;
      const pieces = await fetchPieces(storage, url, ranges, tail, { allocate: memory?.allocate, signal });
      return { rowGroups, pieces, memory };
    },
    { concurrency: decodes },
  );
  const batches = parallelFlatMap(fetched, (step, context) => decodeStep(source, selection, step, context.signal), {
    concurrency: decodes,
    signal,
  });
  return signal === undefined ? batches : endInAborted(batches, signal);
}

function comingBytes({ rowGroups }: Footer, { groups, leaves, selection }: Selection): ComingBytes {
  let [largest, total] = [0, 0];
  for (const { index, parts } of groups) {
    const group = rowGroups[index]!;
    const rows = parts?.reduce((sum, { start, end }) => sum + end - start, 0) ?? group.numRows;
    const bytes = (wantedBytes(group, leaves) * rows) / Math.max(1, group.numRows);
    largest = Math.max(largest, bytes);
    total += bytes;
  }
  return { largest, total, selection };
}

function wantedBytes({ columns }: ParquetRowGroup, leaves: readonly LeafNode[]): number {
  return leaves.reduce((sum, leaf) => sum + columns[leaf.index]!.uncompressedSize, 0);
}

/** Gives the typed error of an abort, where the iterator gives the signal's reason. */
function endInAborted<T>(iterator: ParallelIterator<T>, signal: AbortSignal): AsyncIterableIterator<T> {
  return {
    next: () =>
      iterator.next().catch((error: unknown) => {
        throw signal.aborted ? abortedError(signal) : error;
      }),
    return: () => iterator.return(),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

async function* decodeStep(
  source: ReadSource,
  selection: Selection,
  fetched: Fetched,
  signal: AbortSignal,
): AsyncGenerator<ParquetBatch> {
  for (const rowGroup of fetched.rowGroups) yield* decodeGroup(source, selection, rowGroup, fetched, signal);
}

/** Decodes what is wanted of one row group, and sees to it that no row is lost or added. */
async function* decodeGroup(
  source: ReadSource,
  { leaves, schema, batchRows, isSparse, selection, sequence }: Selection,
  { index: rowGroup, parts }: WantedGroup,
  { pieces, memory }: Fetched,
  signal: AbortSignal,
): AsyncGenerator<ParquetBatch> {
  const { url, since, size, footer, decoder } = source;
  const group = footer.rowGroups[rowGroup]!;
  const { rowStart, numRows } = group;
  const bytes = wantedBytes(group, leaves);
  const job: DecodeJob = {
    url,
    since,
    sequence,
    fileSize: size,
    footer: footer.bytes,
    metadata: footer.metadata,
    rowGroup,
    leaves: leaves.map((leaf) => leaf.path),
    schema,
    pieces,
    memory,
    batchRows: rowsOfBatch(batchRows, numRows, bytes),
    isSparse,
    selection,
  };
  const mayLack = isSparse || selection !== undefined;
  for (const planned of parts ?? [undefined]) {
    const part = planned && checked(url, () => cutPart(planned, pieces));
    const promised = part === undefined ? numRows : part.end - part.start;
    let done = 0;
    const decoded = decoder.decode(part === undefined ? job : { ...job, part }, { signal });
    for await (const { batch, start, rows } of decoded) {
      yield { batch, rowOffset: rowStart + start, rows };
      done += batch.numRows;
    }
    if (mayLack ? done <= promised : done === promised) continue;
    throw fileCorrupt(url, `row group ${rowGroup} gave ${done} rows where ${promised} are, by its footer`);
  }
}

function rowsOfBatch(wanted: number | undefined, numRows: number, bytes: number): number {
  const width = Math.max(bytes, 1) / Math.max(numRows, 1);
  const handy = Math.max(FEWEST_ROWS, Math.min(MOST_ROWS, HANDY_BYTES / width));
  return Math.max(1, Math.floor(Math.min(wanted ?? handy, MOST_BYTES / width)));
}

function checked<T>(url: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asFileCorrupt(error, url);
  }
}
