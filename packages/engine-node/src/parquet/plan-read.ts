import type { ByteRange, ParquetRowGroup } from "@asyncdelta/kernel-core";
import { type PlannedPart, rangesOfPart } from "./index/plan-parts.js";
import type { LeafNode } from "./schema/schema-node.js";

/** One round of a read: ranges that are asked for together, and the row groups that are then decoded from them. */
export interface ReadStep {
  readonly rowGroups: readonly WantedGroup[];
  /** Ascending and disjoint; every column chunk, or page of one, lies in one of them whole. */
  readonly ranges: readonly ByteRange[];
}

/** A row group to be read. */
export interface WantedGroup {
  readonly index: number;
  /** The parts of it that are wanted; absent means all of it. */
  readonly parts?: readonly PlannedPart[] | undefined;
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
 * of the wanted leaves, or the pages of the wanted parts.
 */
export function planRead(
  rowGroups: readonly ParquetRowGroup[],
  wanted: readonly WantedGroup[],
  leaves: readonly LeafNode[],
): ReadStep[] {
  const steps: ReadStep[] = [];
  let step: WantedGroup[] = [];
  let chunks: ByteRange[] = [];
  let bytes = 0;
  const close = (): void => {
    if (step.length > 0) steps.push({ rowGroups: step, ranges: joinRanges(chunks) });
    step = [];
    chunks = [];
    bytes = 0;
  };
  for (const group of wanted) {
    const { index, parts } = group;
    if (rowGroups[index]!.numRows === 0 || parts?.length === 0) continue;
    const ranges = parts?.flatMap(rangesOfPart) ?? leaves.map((leaf) => chunkRange(rowGroups[index]!, leaf));
    const size = ranges.reduce((sum, { length }) => sum + length, 0);
    if (bytes + size > STEP) close();
    step.push(group);
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
export function joinRanges(ranges: readonly ByteRange[]): ByteRange[] {
  const sorted = ranges.filter(({ length }) => length > 0).sort((a, b) => a.offset - b.offset);
  const joined: ByteRange[] = [];
  for (const range of sorted) {
    const last = joined.at(-1);
    const end = range.offset + range.length;
    const lastEnd = last === undefined ? 0 : last.offset + last.length;
    // What overlaps, as the dictionaries of two parts do, must be joined, or bytes would be asked for twice.
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
