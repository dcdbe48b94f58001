import type { ByteRange } from "@asyncdelta/kernel-core";
import { sbbfContains } from "hyparquet/src/bloom.js";
import { CompactReader } from "../compact-reader.js";

/** Bytes of a block, of which a value takes one. */
const BLOCK = 32;
/** A filter that is not larger is read whole, with its header. */
const SMALL = 16 * 1024;
/** Holds the header of any other. */
const HEADER = 64;

/** What to read first of a bloom filter of which the length may not be known. */
export function firstRange(filter: { readonly offset: number; readonly length?: number }, end: number): ByteRange {
  const { offset, length } = filter;
  const wanted = length !== undefined && length <= SMALL ? length : HEADER;
  return { offset, length: Math.min(wanted, end - offset) };
}

/**
 * Where the bitset of a split block bloom filter is, by its header (BloomFilterHeader in parquet.thrift); `undefined` where it
 * is damaged or of a kind that the format did not have yet.
 */
export function readBitset(header: Uint8Array, offset: number, end: number): ByteRange | undefined {
  try {
    const reader = new CompactReader(header);
    let length = 0;
    let known = 0;
    for (let id = reader.field(0); id !== 0; id = reader.field(id)) {
      if (id === 1) length = reader.i32();
      else if (id >= 2 && id <= 4) known += isFirst(reader) ? 1 : 0;
      else reader.skip();
    }
    const bitset = { offset: offset + reader.at, length };
    const isWhole = length > 0 && length % BLOCK === 0 && bitset.offset + length <= end;
    return isWhole && known === 3 ? bitset : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a union is its first member: the one algorithm, hash and compression that there is. */
function isFirst(reader: CompactReader): boolean {
  reader.struct();
  let isFirst = false;
  for (let id = reader.field(0); id !== 0; id = reader.field(id)) {
    isFirst = id === 1;
    reader.skip();
  }
  return isFirst;
}

/** The block that tells of a hash. */
export function blockOf({ offset, length }: ByteRange, hash: bigint): ByteRange {
  const block = Number(((hash >> 32n) * BigInt(length / BLOCK)) >> 32n);
  return { offset: offset + block * BLOCK, length: BLOCK };
}

/** Whether a block may have a hash. */
export function mayHave(block: Uint8Array, hash: bigint): boolean {
  const view = new DataView(block.buffer, block.byteOffset, BLOCK);
  return sbbfContains(
    Uint32Array.from({ length: BLOCK / 4 }, (_, word) => view.getUint32(4 * word, true)),
    hash,
  );
}
