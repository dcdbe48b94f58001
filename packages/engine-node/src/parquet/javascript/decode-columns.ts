import type { ColumnData } from "../../arrow/column-data.js";
import { type ColumnField, type ColumnType, TypeId } from "../../arrow/column-type.js";
import { bytesOf, chunkRange, joinParts } from "../chunk-range.js";
import type { DecodeJob } from "../decoder.js";
import { asFileCorrupt } from "../file-corrupt.js";
import { keepingDictionaries } from "../kernels/page-memory.js";
import { readSchema } from "../schema/read-schema.js";
import { childrenOf, type LeafNode, type SchemaNode } from "../schema/schema-node.js";
import { assemble } from "./assemble.js";
import { conversionFor } from "./convert-values.js";
import { LeafReader, type LeafRows } from "./leaf-reader.js";
import { PageReader } from "./page-reader.js";
import type { SlotMemory } from "./slot-memory.js";
import { Turn } from "./turn.js";

/** Rows of the first batch behind rows that were left out; the next has twice as many. */
const FEW_ROWS = 32;

/** What has to be known of a job by whoever decodes it without apache-arrow. */
export interface ColumnsJob
  extends Pick<DecodeJob, "url" | "metadata" | "rowGroup" | "leaves" | "pieces" | "batchRows" | "isSparse" | "part"> {
  readonly schema: { readonly fields: readonly ColumnField[] };
  /** Where the arrays of batches are taken from; each in memory of its own, if it is not said. */
  readonly memoryOfSlots?: SlotMemory;
}

/** Columns of some rows. */
export interface DecodedColumns {
  /** Position in the row group of the first row. */
  readonly start: number;
  readonly length: number;
  /** Those of the schema. */
  readonly columns: readonly ColumnData[];
}

/** Decodes a row group batch by batch; every column is at most one page ahead of the rows given. */
export function decodeColumns(job: ColumnsJob, signal: AbortSignal | undefined): AsyncGenerator<DecodedColumns> {
  return keepingDictionaries(() => decodeBatches(job, signal));
}

async function* decodeBatches(job: ColumnsJob, signal: AbortSignal | undefined): AsyncGenerator<DecodedColumns> {
  const { url, metadata, rowGroup, schema } = job;
  const turn = new Turn(signal);
  const wanted = new Set(job.leaves.map(keyOf));
  const nodes = keepLeaves(readSchema(metadata.schema).children, wanted);
  const readers = nodes.flatMap((node, index) => openLeaves(node, schema.fields[index]!.type, job, turn));
  const numRows = job.part?.end ?? Number(metadata.row_groups[rowGroup]!.num_rows);
  const canLeaveOut = job.isSparse && job.part === undefined && nodes.every(({ def }) => def > 0);
  let batchRows = canLeaveOut ? Math.min(FEW_ROWS, job.batchRows) : job.batchRows;
  const first = job.part?.start ?? 0;
  for (const reader of readers) reader.skip(first);
  for (let done = first; done < numRows; ) {
    if (canLeaveOut) {
      if (job.isSparse === "values" && readers.every((reader) => reader.isSpent)) return;
      const nulls = await leaveOutNulls(readers, numRows - done, url);
      done += nulls;
      batchRows = nulls > 0 ? Math.min(FEW_ROWS, job.batchRows) : Math.min(batchRows * 2, job.batchRows);
      if (nulls > 0) continue;
    }
    const length = Math.min(batchRows, numRows - done);
    const rows = new Map<LeafNode, LeafRows>();
    for (const reader of readers) {
      await turn.give();
      rows.set(reader.leaf, await named(reader.leaf, url, () => reader.take(length)));
    }
    const columns: ColumnData[] = [];
    for (const [index, node] of nodes.entries()) {
      await turn.give();
      columns.push(await named(node, url, () => assemble(node, schema.fields[index]!.type, rows)));
    }
    if (done + length === numRows && (job.part === undefined || job.part.isLast)) await checkEnds(readers, url);
    yield { start: done, length, columns };
    done += length;
  }
  if (canLeaveOut) await checkEnds(readers, url);
}

/** Passes over rows in which all columns are null, and says how many; there may be more of them behind. */
async function leaveOutNulls(readers: readonly LeafReader[], most: number, url: string): Promise<number> {
  let nulls = most;
  for (const reader of readers) {
    if (nulls > 0) nulls = await named(reader.leaf, url, () => reader.nulls(nulls));
  }
  if (nulls > 0) for (const reader of readers) reader.pass(nulls);
  return nulls;
}

export async function checkEnds(readers: readonly LeafReader[], url: string): Promise<void> {
  for (const reader of readers) await named(reader.leaf, url, () => reader.end());
}

/** Runs a piece of the work, whose failure is that of a column. */
export async function named<T>(node: SchemaNode, url: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asFileCorrupt(error, url, node.kind === "leaf" ? node.path.join(".") : node.name);
  }
}

export function keyOf(path: readonly string[]): string {
  return path.join("\0");
}

/** The nodes that have wanted leaves, cut down to those. */
export function keepLeaves(nodes: readonly SchemaNode[], wanted: ReadonlySet<string>): SchemaNode[] {
  return nodes.flatMap((node): SchemaNode[] => {
    if (node.kind === "leaf") return wanted.has(keyOf(node.path)) ? [node] : [];
    const children = keepLeaves(childrenOf(node), wanted);
    if (children.length === 0) return [];
    // Lists and maps are wanted whole.
    return node.kind === "struct" ? [{ ...node, children }] : [node];
  });
}

/** Where column chunks are. */
type OpenedJob = Pick<ColumnsJob, "url" | "metadata" | "rowGroup" | "leaves" | "pieces" | "part" | "memoryOfSlots">;

export function openLeaves(node: SchemaNode, type: ColumnType, job: OpenedJob, turn: Turn): LeafReader[] {
  if (node.kind === "leaf") return [openLeaf(node, type, job, turn)];
  // A map's children are those of its entries.
  const { children } = node.kind === "map" ? type.children![0]!.type : type;
  return childrenOf(node).flatMap((child, index) => openLeaves(child, children![index]!.type, job, turn));
}

function openLeaf(leaf: LeafNode, type: ColumnType, job: OpenedJob, turn: Turn): LeafReader {
  const meta = job.metadata.row_groups[job.rowGroup]!.columns[leaf.index]!.meta_data!;
  try {
    const convert = conversionFor(leaf.element, type);
    const valueBytes = Number(meta.total_uncompressed_size) / Math.max(1, Number(meta.num_values));
    const isText = type.typeId === TypeId.Utf8;
    const part = job.part?.chunks[job.leaves.findIndex((path) => keyOf(path) === keyOf(leaf.path))];
    const chunk =
      part === undefined
        ? { bytes: bytesOf(job.pieces, chunkRange(meta)), meta }
        : {
            bytes: part.parts.length === 1 ? part.parts[0]! : joinParts(part.parts),
            meta: { ...meta, num_values: BigInt(part.numValues) },
          };
    const pages = new PageReader({ ...chunk, leaf, convert, isText, valueBytes }, turn);
    return new LeafReader(leaf, type, pages, { firstRow: part?.firstRow, memory: job.memoryOfSlots });
  } catch (error) {
    throw asFileCorrupt(error, job.url, leaf.path.join("."));
  }
}
