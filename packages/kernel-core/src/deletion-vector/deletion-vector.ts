import { corruptVector } from "./corrupt-vector.js";
import type { RoaringBitmap } from "./roaring-bitmap.js";
import { roaringBitmap } from "./roaring-builder.js";
import { decodeRoaring } from "./roaring-decode.js";
import { difference } from "./roaring-difference.js";
import { encodeRoaring } from "./roaring-encode.js";
import { complement, expandRanges, type RowRanges } from "./row-ranges.js";
import { NATIVE_MAGIC, PORTABLE_MAGIC } from "./vector-format.js";

/**
 * The rows of one data file that are deleted, by their position in the file from 0. Kept as a compressed bitmap; every
 * question about a batch of rows costs what the batch's part of the bitmap costs, and never changes the vector.
 */
export class DeletionVector {
  readonly #bitmap: RoaringBitmap;

  constructor(bitmap: RoaringBitmap) {
    this.#bitmap = bitmap;
  }

  /** The vector of these rows, which must ascend. */
  static of(rows: Iterable<number>): DeletionVector {
    return new DeletionVector(roaringBitmap(rows));
  }

  get bitmap(): RoaringBitmap {
    return this.#bitmap;
  }

  /** Number of deleted rows. */
  get cardinality(): number {
    return this.#bitmap.cardinality;
  }

  /** Whether the row is deleted. */
  has(row: number): boolean {
    return this.#bitmap.has(row);
  }

  /** How many rows of [start, end) are deleted. */
  deletedIn(start: number, end: number): number {
    return this.#bitmap.countIn(start, end);
  }

  /** The deleted rows of [start, end), ascending; all of them without arguments. */
  rows(start?: number, end?: number): Iterable<number> {
    return this.#bitmap.rows(start, end);
  }

  /** The rows that this vector deletes and the other does not. */
  minus(other: DeletionVector): DeletionVector {
    return new DeletionVector(difference(this.#bitmap, other.#bitmap));
  }

  /** The deleted rows of [start, start + length), as ranges of their distance from `start`. */
  deletedRanges(start: number, length: number): RowRanges {
    return this.#bitmap.rangesIn(start, length);
  }

  /** The rows of [start, start + length) that are not deleted, as ranges of their distance from `start`; `undefined` if that is all of them. */
  keptRanges(start: number, length: number): RowRanges | undefined {
    const deleted = this.#bitmap.rangesIn(start, length);
    return deleted.length === 0 ? undefined : complement(deleted, length);
  }

  /** The same one by one: distances from `start`, ascending. */
  selection(start: number, length: number): Int32Array | undefined {
    const ranges = this.keptRanges(start, length);
    return ranges === undefined ? undefined : expandRanges(ranges);
  }
}

/**
 * Decodes a serialised vector: magic number and bitmap. `cardinality` is the descriptor's; `path` names the vector in the
 * `DELETION_VECTOR_CORRUPT` in which anything wrong ends. PROTOCOL.md, "Deletion Vector Format".
 */
export function decodeDeletionVector(bytes: Uint8Array, cardinality: number, path: string): DeletionVector {
  if (bytes.length < 4) throw corruptVector(path, `it has ${bytes.length} bytes, too few for its magic number`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = view.getUint32(0, true);
  if (magic === NATIVE_MAGIC || view.getUint32(0) === NATIVE_MAGIC) {
    throw corruptVector(path, `it is in the native layout (magic number ${NATIVE_MAGIC}), which no table may hold`);
  }
  if (magic !== PORTABLE_MAGIC) throw corruptVector(path, `its magic number is ${magic} instead of ${PORTABLE_MAGIC}`);
  const bitmap = decodeRoaring(bytes.subarray(4), path);
  if (bitmap.cardinality !== cardinality) {
    throw corruptVector(path, `it deletes ${bitmap.cardinality} rows, but ${cardinality} by the log`);
  }
  return new DeletionVector(bitmap);
}

/** Serialises a vector: magic number and bitmap in the portable layout. The length is the descriptor's `sizeInBytes`. */
export function encodeDeletionVector({ bitmap }: DeletionVector): Uint8Array<ArrayBuffer> {
  const roaring = encodeRoaring(bitmap);
  const bytes = new Uint8Array(4 + roaring.length);
  new DataView(bytes.buffer).setUint32(0, PORTABLE_MAGIC, true);
  bytes.set(roaring, 4);
  return bytes;
}
