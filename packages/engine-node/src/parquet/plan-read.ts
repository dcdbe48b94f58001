import type { ByteRange, ParquetRowGroup } from "@asyncdelta/kernel-core";
import type { LeafNode } from "./schema/schema-node.js";

/** One round of a read: ranges that are asked for together, and the row groups that are then decoded from them. */
export interface ReadStep {
  readonly rowGroups: readonly number[];
  /** Ascending and disjoint; every column chunk lies in one of them whole. */
  readonly ranges: readonly ByteRange[];
}

/**
 * Chunks this near to each other are fetched as one range. Bytes in between are read for nothing, so it is no more than
 * a few pages of a disk; a storage for which round trips are dear joins more on its own.
 */
const GAP = 16 * 1024;
/** Ranges are not joined beyond this, so that a store that can fetch several at once has several. */
const RANGE = 8 * 1024 * 1024;
/** Small row groups are fetched together up to this. */
const STEP = 1024 * 1024;

/**
 * Plans which bytes to ask for, as data: row groups in the order given, those without rows left out, and only the chunks
 * of the wanted leaves.
 */
export function planRead(
  rowGroups: readonly ParquetRowGroup[],
  wanted: readonly number[],
  leaves: readonly LeafNode[],
): ReadStep[] {
  const steps: ReadStep[] = [];
  let step: number[] = [];
  let chunks: ByteRange[] = [];
  let bytes = 0;
  const close = (): void => {
    if (step.length > 0) steps.push({ rowGroups: step, ranges: joinRanges(chunks) });
    step = [];
    chunks = [];
    bytes = 0;
  };
  for (const index of wanted) {
    if (rowGroups[index]!.numRows === 0) continue;
    const ranges = leaves.map((leaf) => chunkRange(rowGroups[index]!, leaf));
    const size = ranges.reduce((sum, { length }) => sum + length, 0);
    if (bytes + size > STEP) close();
    step.push(index);
    chunks.push(...ranges);
    bytes += size;
  }
  close();
  return steps;
}

function chunkRange(group: ParquetRowGroup, leaf: LeafNode): ByteRange {
  const { offset, compressedSize: length } = group.columns[leaf.index]!;
  return { offset, length };
}

/** Sorts ranges and joins near ones. */
function joinRanges(ranges: readonly ByteRange[]): ByteRange[] {
  const sorted = ranges.filter(({ length }) => length > 0).sort((a, b) => a.offset - b.offset);
  const joined: ByteRange[] = [];
  for (const range of sorted) {
    const last = joined.at(-1);
    const end = range.offset + range.length;
    const lastEnd = last === undefined ? 0 : last.offset + last.length;
    // Overlap only happens in odd files; it must be joined, or bytes would be asked for twice.
    if (
      last !== undefined &&
      (range.offset < lastEnd || (range.offset - lastEnd <= GAP && end - last.offset <= RANGE))
    ) {
      joined[joined.length - 1] = { offset: last.offset, length: Math.max(end, lastEnd) - last.offset };
    } else {
      joined.push(range);
    }
  }
  return joined;
}
