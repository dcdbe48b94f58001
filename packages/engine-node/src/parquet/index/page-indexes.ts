import type {
  ByteRange,
  ParquetColumnChunk,
  ParquetLeafPages,
  ParquetPages,
  ParquetPagesOptions,
  Storage,
} from "@asyncdelta/kernel-core";
import { boundsDecoder } from "../chunk-bounds.js";
import { bytesOf } from "../chunk-range.js";
import type { FilePiece } from "../decoder.js";
import { fetchPieces } from "../fetch-pieces.js";
import type { FileTail } from "../file-tail.js";
import type { Footer } from "../footer.js";
import { joinRanges } from "../plan-read.js";
import { leafAt } from "../schema/leaf-at.js";
import { type LeafNode, leavesOf } from "../schema/schema-node.js";
import { selectColumns } from "../schema/select-columns.js";
import { type ChunkIndexes, readChunkIndexes } from "./chunk-indexes.js";
import { type ColumnIndex, readColumnIndex } from "./column-index.js";
import { endRow, type PageLocations, readOffsetIndex } from "./offset-index.js";
import { isWorthReading } from "./worth-reading.js";

/** The file that indexes are read of. */
export interface IndexedFile {
  readonly storage: Storage;
  readonly url: string;
  readonly size: number;
  readonly tail: FileTail;
  readonly footer: Footer;
}

/** The page indexes of a file, as far as they have been read. "Page Index" of the Parquet format. */
export class PageIndexes {
  readonly #file: IndexedFile;
  /** By row group and leaf. */
  readonly #locations = new Map<number, Map<number, PageLocations>>();

  constructor(file: IndexedFile) {
    this.#file = file;
  }

  /** Where the pages of a column chunk are, where that has been read. */
  locations(rowGroup: number, leaf: LeafNode): PageLocations | undefined {
    return this.#locations.get(rowGroup)?.get(leaf.index);
  }

  /** See `ParquetFile.pages`. */
  async read({ rowGroups, bounded, columns, signal }: ParquetPagesOptions): Promise<ReadonlyMap<number, ParquetPages>> {
    const { storage, url, tail, footer } = this.#file;
    const leaves = leavesOf(selectColumns(footer.root, columns));
    const boundedLeaves = bounded.map((path) => leafAt(footer.root, path));
    const wanted = rowGroups.flatMap((rowGroup) => this.#find(rowGroup, leaves, boundedLeaves) ?? []);
    const worth = isWorthReading(this.#file, wanted.flatMap(rangesOf), chunksOf(footer, rowGroups, leaves));
    if (wanted.length === 0 || !worth) return new Map();
    const pieces = await fetchPieces(storage, url, joinRanges(wanted.flatMap(rangesOf)), tail, { signal });
    return new Map(
      wanted.flatMap((group) => {
        const pages = this.#readGroup(group, leaves, boundedLeaves, pieces);
        return pages === undefined ? [] : [[group.rowGroup, pages] as const];
      }),
    );
  }

  /** Pages can be left out if those of all leaves are known, and of one their bounds. */
  #find(
    rowGroup: number,
    leaves: readonly LeafNode[],
    boundedLeaves: readonly (LeafNode | undefined)[],
  ): WantedGroup | undefined {
    const { footer, size } = this.#file;
    const indexes = new Map<LeafNode, ChunkIndexes>();
    for (const leaf of leaves) {
      const found = readChunkIndexes(footer, size, rowGroup, leaf);
      if (found.offsetIndex === undefined) return undefined;
      indexes.set(leaf, found);
    }
    const isBounded = boundedLeaves.map((leaf) => leaf !== undefined && indexes.get(leaf)?.columnIndex !== undefined);
    return isBounded.includes(true) ? { rowGroup, indexes, isBounded, boundedLeaves } : undefined;
  }

  #readGroup(
    { rowGroup, indexes }: WantedGroup,
    leaves: readonly LeafNode[],
    boundedLeaves: readonly (LeafNode | undefined)[],
    pieces: readonly FilePiece[],
  ): ParquetPages | undefined {
    const { numRows, columns } = this.#file.footer.rowGroups[rowGroup]!;
    const locations = new Map<number, PageLocations>();
    for (const leaf of leaves) {
      const bytes = bytesOf(pieces, indexes.get(leaf)!.offsetIndex!);
      const found = readOffsetIndex(bytes, columns[leaf.index]!, numRows);
      if (found === undefined) return undefined;
      locations.set(leaf.index, found);
    }
    this.#locations.set(rowGroup, locations);
    const bounded = boundedLeaves.map((leaf) => {
      const range = leaf && indexes.get(leaf)?.columnIndex;
      if (leaf === undefined || range === undefined) return undefined;
      const of = locations.get(leaf.index)!;
      const index = readColumnIndex(bytesOf(pieces, range), of.offsets.length, columns[leaf.index]!.nullCount);
      return index && leafPages(leaf, of, index, numRows);
    });
    return { leaves: leaves.map((leaf) => locations.get(leaf.index)!), bounded };
  }
}

interface WantedGroup {
  readonly rowGroup: number;
  readonly indexes: ReadonlyMap<LeafNode, ChunkIndexes>;
  readonly isBounded: readonly boolean[];
  readonly boundedLeaves: readonly (LeafNode | undefined)[];
}

function rangesOf({ indexes, isBounded, boundedLeaves }: WantedGroup): ByteRange[] {
  const columnIndexes = boundedLeaves.flatMap((leaf, at) => (isBounded[at] ? [indexes.get(leaf!)!.columnIndex!] : []));
  return [...columnIndexes, ...[...indexes.values()].map(({ offsetIndex }) => offsetIndex!)];
}

function chunksOf({ rowGroups }: Footer, wanted: readonly number[], leaves: readonly LeafNode[]): ParquetColumnChunk[] {
  return wanted.flatMap((rowGroup) => leaves.map((leaf) => rowGroups[rowGroup]!.columns[leaf.index]!));
}

function leafPages(leaf: LeafNode, locations: PageLocations, index: ColumnIndex, numRows: number): ParquetLeafPages {
  const { nullPages, minValues, maxValues, nullCounts } = index;
  const decode = boundsDecoder(leaf);
  return {
    firstRows: locations.firstRows,
    sizes: locations.sizes,
    bounds(page) {
      const nullCount = nullCounts?.[page];
      const rows = endRow(locations, page, numRows) - locations.firstRows[page]!;
      const counted = nullCount === undefined ? {} : { nullCount };
      if (!nullPages[page]) return { isNull: false, bounds: decode?.(minValues[page], maxValues[page]), ...counted };
      // Not all null after all, if they are counted so.
      return { isNull: nullCount === undefined || nullCount === rows, ...counted };
    },
  };
}
