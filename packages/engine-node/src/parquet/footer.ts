import type { ParquetColumnChunk, ParquetRowGroup } from "@asyncdelta/kernel-core";
import type { FileMetaData, RowGroup } from "hyparquet";
import { chunkRange } from "./chunk-range.js";
import { asFileCorrupt } from "./file-corrupt.js";
import type { FileTail } from "./file-tail.js";
import { readMetadata } from "./read-metadata.js";
import { readSchema } from "./schema/read-schema.js";
import { type LeafNode, leavesOf, type StructNode } from "./schema/schema-node.js";

/** A footer that has been checked: whatever it says about sizes, counts and places fits the file. */
export interface Footer {
  readonly bytes: Uint8Array;
  readonly metadata: FileMetaData;
  readonly root: StructNode;
  readonly leaves: readonly LeafNode[];
  readonly numRows: number;
  readonly rowGroups: readonly ParquetRowGroup[];
  readonly keyValueMetadata: ReadonlyMap<string, string>;
}

/** Where the footer may not reach: the magic before the column chunks. */
const FIRST_CHUNK = 4;
const TRAILER = 8;

/**
 * Parses and checks the footer in the tail of a file.
 *
 * @throws `FILE_CORRUPT` when it cannot be parsed, or contradicts itself or the size of the file.
 */
export function readFooter(tail: FileTail, url: string, size: number): Footer {
  try {
    return checkFooter(readMetadata(tail.footer), tail.footer, size);
  } catch (error) {
    throw asFileCorrupt(error, url);
  }
}

function checkFooter(metadata: FileMetaData, bytes: Uint8Array, size: number): Footer {
  const root = readSchema(metadata.schema);
  const leaves = checkedLeaves(root);
  const end = size - TRAILER - bytes.length;
  const rowGroups: ParquetRowGroup[] = [];
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const numRows = toCount(group.num_rows, "rows of a row group");
    rowGroups.push({ rowStart, numRows, columns: checkChunks(group, leaves, numRows, end) });
    rowStart += numRows;
  }
  const numRows = toCount(metadata.num_rows, "rows");
  if (rowStart !== numRows) throw new Error(`its row groups have ${rowStart} rows, the footer says ${numRows}`);
  const pairs = (metadata.key_value_metadata ?? []).map(({ key, value = "" }) => [key, value] as const);
  return { bytes, metadata, root, leaves, numRows, rowGroups, keyValueMetadata: new Map(pairs) };
}

const known = new WeakMap<StructNode, readonly LeafNode[]>();

function checkedLeaves(root: StructNode): readonly LeafNode[] {
  let leaves = known.get(root);
  if (leaves === undefined) {
    leaves = leavesOf(root);
    checkNames(leaves);
    known.set(root, leaves);
  }
  return leaves;
}

function checkNames(leaves: readonly LeafNode[]): void {
  const seen = new Set(leaves.map(({ path }) => path.join("\0")));
  if (seen.size < leaves.length) throw new Error("two of its columns have the same name");
}

function checkChunks(group: RowGroup, leaves: readonly LeafNode[], rows: number, end: number): ParquetColumnChunk[] {
  if (group.columns.length !== leaves.length) {
    throw new Error(`a row group has ${group.columns.length} column chunks for ${leaves.length} columns`);
  }
  return leaves.map((leaf, index) => checkChunk(group.columns[index]!, leaf, rows, end));
}

/** Written for code that runs a few hundred times and never becomes machine code: nothing is made that is not wanted. */
function checkChunk(chunk: RowGroup["columns"][number], leaf: LeafNode, rows: number, end: number): ParquetColumnChunk {
  const meta = chunk.meta_data;
  if (meta === undefined) throw new Error(`the chunk of ${nameOf(leaf)} has no metadata (is it encrypted?)`);
  if (chunk.file_path) throw new Error(`the chunk of ${nameOf(leaf)} is in another file, ${chunk.file_path}`);
  const path = meta.path_in_schema;
  if (!isSame(path, leaf.path)) throw new Error(`the chunk of ${nameOf(leaf)} says it is of "${path.join(".")}"`);
  if (meta.type !== leaf.element.type) throw new Error(`the chunk of ${nameOf(leaf)} has another type than the schema`);
  const numValues = toCount(meta.num_values, "values", leaf);
  if (leaf.rep === 0 ? numValues !== rows : numValues < rows) {
    throw new Error(`the chunk of ${nameOf(leaf)} has ${numValues} values for ${rows} rows`);
  }
  const { offset, length: compressedSize } = chunkRange(meta);
  // A row group without rows has no pages, and writers put any offset there.
  if (numValues > 0 && !(offset >= FIRST_CHUNK && compressedSize > 0 && offset + compressedSize <= end)) {
    throw new Error(`the chunk of ${nameOf(leaf)} is not within the file (is the file cut off?)`);
  }
  const uncompressedSize = toCount(meta.total_uncompressed_size, "size", leaf);
  const nulls = meta.statistics?.null_count;
  if (nulls === undefined) return { path, numValues, offset, compressedSize, uncompressedSize };
  return { path, numValues, offset, compressedSize, uncompressedSize, nullCount: Number(nulls) };
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function nameOf({ path }: LeafNode): string {
  return `"${path.join(".")}"`;
}

/** A 64-bit count of the footer as a number. */
function toCount(value: bigint | undefined, what: string, leaf?: LeafNode): number {
  const count = Number(value);
  if (Number.isSafeInteger(count) && count >= 0) return count;
  throw new Error(`its number of ${what}${leaf === undefined ? "" : ` of ${nameOf(leaf)}`} is ${value}`);
}
