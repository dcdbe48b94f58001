import type { Data, RecordBatch, Vector } from "apache-arrow";
import { textHash } from "./text-hash.js";

/**
 * A hash of rows, column by column, that depends on their order but not on how they are cut into batches. Numbers are hashed
 * as they lie in memory, all else as text.
 */
export class RowDigest {
  readonly #columns: number[] = [];

  add(batch: RecordBatch): void {
    for (let i = 0; i < batch.numCols; i++) {
      const column = batch.getChildAt(i)!;
      this.#columns[i] = digestColumn(column, this.#columns[i] ?? textHash(batch.schema.fields[i]!.name));
    }
  }

  values(): readonly number[] {
    return this.#columns;
  }
}

/** Arrow's type ids of what lies in memory as numbers of a fixed width: Int, Float, Decimal, Date, Time, Timestamp. */
const PLAIN: ReadonlySet<number> = new Set([2, 3, 7, 8, 9, 10]);
const NULL = 0x6e756c6c;

function digestColumn(column: Vector, seed: number): number {
  let hash = seed;
  for (const data of column.data) {
    if (PLAIN.has(data.typeId)) hash = digestPlain(data, hash);
    else for (let i = 0; i < data.length; i++) hash = textHash(plainText(column.get(i)), hash);
  }
  return hash;
}

function digestPlain(data: Data, seed: number): number {
  const { length, nullCount, stride } = data;
  const bytes = data.values as Uint8Array;
  const width = (bytes.BYTES_PER_ELEMENT * stride) / 4;
  // Narrow numbers are taken as they are; wide ones as words of 32 bits.
  const words = width < 1 ? bytes : new Int32Array(bytes.buffer, bytes.byteOffset, length * width);
  const step = Math.max(1, width);
  let hash = seed | 0;
  for (let row = 0; row < length; row++) {
    if (nullCount > 0 && !data.getValid(row)) {
      hash = Math.imul(hash ^ NULL, 0x01000193) + 1;
      continue;
    }
    for (let i = row * step; i < (row + 1) * step; i++) hash = Math.imul(hash ^ words[i]!, 0x01000193) + 1;
  }
  return hash >>> 0;
}

function plainText(value: unknown): string {
  if (value === null || typeof value !== "object") return `${typeof value} ${String(value)}`;
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? `${inner}n` : inner));
}
