import type { ByteRange, ParquetProbesOptions } from "@asyncdelta/kernel-core";
import { throwIfAborted } from "@asyncdelta/kernel-core";
import { xxhash64 } from "hyparquet/src/xxhash.js";
import { bytesOf } from "../chunk-range.js";
import type { FilePiece } from "../decoder.js";
import { fetchPieces } from "../fetch-pieces.js";
import { Turn } from "../javascript/turn.js";
import { joinRanges } from "../plan-read.js";
import { leafAt } from "../schema/leaf-at.js";
import { type LeafNode, leavesOf } from "../schema/schema-node.js";
import { selectColumns } from "../schema/select-columns.js";
import { blockOf, firstRange, mayHave, readBitset } from "./bloom-filter.js";
import { readChunkIndexes } from "./chunk-indexes.js";
import { readDictionary } from "./dictionary-values.js";
import { encodeValue } from "./encode-value.js";
import type { IndexedFile } from "./page-indexes.js";
import { isWorthReading } from "./worth-reading.js";

/** A value to look for in the chunks of a leaf. */
interface Wanted {
  /** Its position among the probes. */
  readonly probe: number;
  readonly leaf: LeafNode;
  readonly encodings: readonly Uint8Array[];
}

/** Something to read of a column chunk that tells which of its values are absent. */
interface Evidence {
  readonly kind: "bloom" | "dictionary";
  readonly rowGroup: number;
  readonly leaf: LeafNode;
  readonly range: ByteRange;
}

type Absent = Map<number, Set<number>>;

const TRAILER = 8;

/** See `ParquetFile.absentValues`. At most two requests: a large bloom filter's header, and then just the blocks that tell. */
export async function absentValues(
  file: IndexedFile,
  { rowGroups, probes, columns, signal }: ParquetProbesOptions,
): Promise<ReadonlyMap<number, ReadonlySet<number>>> {
  const { footer } = file;
  const wanted = probes.flatMap((probe, index): Wanted[] => {
    const leaf = leafAt(footer.root, probe.column);
    const encodings = leaf && encodeValue(leaf, probe);
    return encodings === undefined ? [] : [{ probe: index, leaf: leaf!, encodings }];
  });
  const absent: Absent = new Map(rowGroups.map((rowGroup) => [rowGroup, new Set()]));
  const read = leavesOf(selectColumns(footer.root, columns));
  const evidence = rowGroups.flatMap((rowGroup) => findEvidence(file, rowGroup, wanted, read));
  const fetch = (ranges: readonly ByteRange[]): Promise<FilePiece[]> =>
    fetchPieces(file.storage, file.url, joinRanges(ranges), file.tail, { signal });
  const pieces = await fetch(evidence.map(({ range }) => range));
  for (const one of evidence) {
    if (one.kind === "dictionary") await askDictionary(file, one, wanted, pieces, absent, signal);
  }
  await askFilters(file, evidence, wanted, pieces, fetch, absent);
  for (const found of absent.values()) {
    for (const { probe, encodings } of wanted) if (encodings.length === 0) found.add(probe);
  }
  return absent;
}

function findEvidence(
  file: IndexedFile,
  rowGroup: number,
  wanted: readonly Wanted[],
  read: readonly LeafNode[],
): Evidence[] {
  const { footer, size } = file;
  const { columns } = footer.rowGroups[rowGroup]!;
  const chunks = read.map((leaf) => columns[leaf.index]!);
  const found: Evidence[] = [];
  for (const leaf of new Set(wanted.map((one) => one.leaf))) {
    const { bloomFilter, isDictionaryOnly } = readChunkIndexes(footer, size, rowGroup, leaf);
    if (bloomFilter !== undefined) {
      const range = firstRange(bloomFilter, endOf(file));
      if (isWorthReading(file, [range], chunks)) found.push({ kind: "bloom", rowGroup, leaf, range });
    } else if (isDictionaryOnly) {
      const { offset } = columns[leaf.index]!;
      const meta = footer.metadata.row_groups[rowGroup]!.columns[leaf.index]!.meta_data!;
      const range = { offset, length: Number(meta.data_page_offset) - offset };
      const fits = range.length > 0 && range.length < columns[leaf.index]!.compressedSize;
      if (fits && isWorthReading(file, [range], chunks)) found.push({ kind: "dictionary", rowGroup, leaf, range });
    }
  }
  return found;
}

function endOf({ size, footer }: IndexedFile): number {
  return size - TRAILER - footer.bytes.length;
}

async function askDictionary(
  { footer }: IndexedFile,
  { rowGroup, leaf, range }: Evidence,
  wanted: readonly Wanted[],
  pieces: readonly FilePiece[],
  absent: Absent,
  signal: AbortSignal | undefined,
): Promise<void> {
  const meta = footer.metadata.row_groups[rowGroup]!.columns[leaf.index]!.meta_data!;
  const has = await readDictionary(bytesOf(pieces, range), meta, leaf, new Turn(signal));
  throwIfAborted(signal);
  if (has === undefined) return;
  for (const { probe, encodings, leaf: of } of wanted) {
    if (of === leaf && !encodings.some(has)) absent.get(rowGroup)!.add(probe);
  }
}

/** A value of which a bloom filter is asked. */
interface Question {
  readonly rowGroup: number;
  readonly probe: number;
  /** Of its encodings, and the blocks that tell of them. */
  readonly hashes: readonly bigint[];
  readonly blocks: readonly ByteRange[];
}

async function askFilters(
  file: IndexedFile,
  evidence: readonly Evidence[],
  wanted: readonly Wanted[],
  pieces: readonly FilePiece[],
  fetch: (ranges: readonly ByteRange[]) => Promise<FilePiece[]>,
  absent: Absent,
): Promise<void> {
  const questions: Question[] = [];
  for (const { kind, rowGroup, leaf, range } of evidence) {
    if (kind !== "bloom") continue;
    const bitset = readBitset(bytesOf(pieces, range), range.offset, endOf(file));
    if (bitset === undefined) continue;
    for (const { probe, leaf: of, encodings } of wanted) {
      if (of !== leaf) continue;
      const hashes = encodings.map((bytes) => xxhash64(bytes));
      questions.push({ rowGroup, probe, hashes, blocks: hashes.map((hash) => blockOf(bitset, hash)) });
    }
  }
  const isHere = (block: ByteRange) =>
    evidence.some(
      ({ range }) => block.offset >= range.offset && block.offset + block.length <= range.offset + range.length,
    );
  const blocks = questions.flatMap((question) => question.blocks);
  const more = await fetch(blocks.filter((block) => !isHere(block)));
  for (const { rowGroup, probe, hashes, blocks: of } of questions) {
    const isThere = hashes.some((hash, at) => mayHave(bytesOf(isHere(of[at]!) ? pieces : more, of[at]!), hash));
    if (!isThere) absent.get(rowGroup)!.add(probe);
  }
}
