/** Values in increasing order, one word each; at most {@link MAX_ARRAY} of them. */
export const ARRAY = 0;
/** One bit for each of the 65536 values, least significant first: 4096 words. */
export const BITMAP = 1;
/** Runs in increasing order, two words each: the first value, and how many more follow it. */
export const RUN = 2;

/** Most values of an array container; a serialised container with more is a bitmap. */
export const MAX_ARRAY = 4096;
export const BITMAP_WORDS = 4096;
/** Values that share a container. */
export const CONTAINER_SIZE = 65536;

/**
 * The containers of a Roaring bitmap as columns: container `i` holds the rows from `keys[i] * 65536` on, in `lengths[i]`
 * words from `starts[i]`. All words lie in one array, bitmaps at even positions.
 */
export interface RoaringContainers {
  /** Row div 65536, ascending. */
  readonly keys: Float64Array;
  readonly kinds: Uint8Array;
  readonly starts: Uint32Array;
  readonly lengths: Uint32Array;
  /** Rows in all containers before this one; one entry more than there are containers, the last the cardinality. */
  readonly ranks: Float64Array;
  readonly words: Uint16Array;
}

/** Collects containers in the order of their keys. */
export class ContainerWriter {
  readonly #keys: number[] = [];
  readonly #kinds: number[] = [];
  readonly #starts: number[] = [];
  readonly #lengths: number[] = [];
  readonly #ranks: number[] = [0];
  #end = 0;
  /** Written to at the position that {@link add} gives. */
  words: Uint16Array;

  /** `expectedWords` saves growing where the size is known. */
  constructor(expectedWords: number = 64) {
    this.words = new Uint16Array(expectedWords);
  }

  /** Adds a container and gives the position in `words` at which its `length` words are to be written. */
  add(key: number, kind: number, length: number, cardinality: number): number {
    const start = kind === BITMAP ? this.#end + (this.#end & 1) : this.#end;
    this.#end = start + length;
    if (this.#end > this.words.length) {
      const grown = new Uint16Array(Math.max(this.#end, this.words.length * 2));
      grown.set(this.words);
      this.words = grown;
    }
    this.#keys.push(key);
    this.#kinds.push(kind);
    this.#starts.push(start);
    this.#lengths.push(length);
    this.#ranks.push(this.#ranks[this.#ranks.length - 1]! + cardinality);
    return start;
  }

  finish(): RoaringContainers {
    // An even number of words, so that they can be seen as 32-bit ones too.
    const size = this.#end + (this.#end & 1);
    return {
      keys: Float64Array.from(this.#keys),
      kinds: Uint8Array.from(this.#kinds),
      starts: Uint32Array.from(this.#starts),
      lengths: Uint32Array.from(this.#lengths),
      ranks: Float64Array.from(this.#ranks),
      words: size === this.words.length ? this.words : this.words.slice(0, size),
    };
  }
}

/** Number of bits set in a 32-bit word. */
export function popcount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** How many of `count` increasing words, `stride` apart from `base` on, are less than `value`. */
export function countLess(
  words: Uint16Array | Float64Array,
  base: number,
  count: number,
  value: number,
  stride: number = 1,
): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (words[base + middle * stride]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
