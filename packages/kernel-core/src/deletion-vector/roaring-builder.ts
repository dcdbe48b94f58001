import { DeltaError } from "../errors.js";
import { RoaringBitmap } from "./roaring-bitmap.js";
import { ARRAY, BITMAP, BITMAP_WORDS, CONTAINER_SIZE, ContainerWriter, MAX_ARRAY, RUN } from "./roaring-containers.js";

/** Builds a {@link RoaringBitmap} from rows in ascending order, each container in the kind that takes fewest bytes. */
export class RoaringBuilder {
  readonly #writer = new ContainerWriter();
  /** Runs of the container being filled: first value and last value of each. */
  readonly #runs = new Uint16Array(CONTAINER_SIZE);
  #runWords = 0;
  #key = 0;
  #cardinality = 0;
  /** The row after the last one added. */
  #end = 0;

  /** Adds the rows in [from, to), none of which may be less than one added before. */
  addRange(from: number, to: number): this {
    if (!(Number.isInteger(from) && Number.isInteger(to) && from >= this.#end && to > from && to <= 2 ** 53)) {
      throw new DeltaError("INVALID_ARGUMENT", `Rows are whole numbers in ascending order: ${from} to ${to} are not.`);
    }
    while (from < to) {
      const key = Math.floor(from / CONTAINER_SIZE);
      if (key !== this.#key) this.#flush(key);
      const end = Math.min(to, (key + 1) * CONTAINER_SIZE);
      this.#addRun(from - key * CONTAINER_SIZE, end - 1 - key * CONTAINER_SIZE);
      from = end;
    }
    this.#end = to;
    return this;
  }

  add(row: number): this {
    return this.addRange(row, row + 1);
  }

  finish(): RoaringBitmap {
    this.#flush(0);
    return new RoaringBitmap(this.#writer.finish());
  }

  #addRun(first: number, last: number): void {
    const runs = this.#runs;
    this.#cardinality += last - first + 1;
    if (this.#runWords > 0 && runs[this.#runWords - 1]! + 1 === first) {
      runs[this.#runWords - 1] = last;
      return;
    }
    runs[this.#runWords++] = first;
    runs[this.#runWords++] = last;
  }

  #flush(nextKey: number): void {
    const count = this.#cardinality;
    if (count > 0) {
      // A serialised run container has one word more, the number of its runs.
      if (1 + this.#runWords < Math.min(count, BITMAP_WORDS)) this.#flushRuns(count);
      else if (count <= MAX_ARRAY) this.#flushArray(count);
      else this.#flushBitmap(count);
    }
    this.#key = nextKey;
    this.#runWords = 0;
    this.#cardinality = 0;
  }

  #flushRuns(count: number): void {
    let to = this.#writer.add(this.#key, RUN, this.#runWords, count);
    for (let at = 0; at < this.#runWords; at += 2) {
      this.#writer.words[to++] = this.#runs[at]!;
      this.#writer.words[to++] = this.#runs[at + 1]! - this.#runs[at]!;
    }
  }

  #flushArray(count: number): void {
    let to = this.#writer.add(this.#key, ARRAY, count, count);
    for (let at = 0; at < this.#runWords; at += 2) {
      for (let low = this.#runs[at]!, last = this.#runs[at + 1]!; low <= last; low++) this.#writer.words[to++] = low;
    }
  }

  #flushBitmap(count: number): void {
    const start = this.#writer.add(this.#key, BITMAP, BITMAP_WORDS, count);
    for (let at = 0; at < this.#runWords; at += 2) {
      for (let low = this.#runs[at]!, last = this.#runs[at + 1]!; low <= last; low++) {
        this.#writer.words[start + (low >>> 4)]! |= 1 << (low & 15);
      }
    }
  }
}

/** The set of `rows`, which ascend. */
export function roaringBitmap(rows: Iterable<number>): RoaringBitmap {
  const builder = new RoaringBuilder();
  for (const row of rows) builder.add(row);
  return builder.finish();
}
