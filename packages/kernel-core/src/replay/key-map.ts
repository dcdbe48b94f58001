/** A table that grows is copied at once, which must not take long: so there are many of them. */
const TABLES = 128;
const SMALLEST = 32;

/**
 * A map from keys (bytes) to small integers, for millions of keys in little memory: only a seeded 128-bit hash of each
 * key is kept (MurmurHash3 x86_128), in typed arrays. Two keys of a table of 10^9 files share a hash with a
 * probability below 10^-20.
 */
export class KeyMap {
  readonly #seed: number;
  readonly #tables: (HashTable | undefined)[] = new Array(TABLES).fill(undefined);
  readonly #hash = new Int32Array(4);
  /** Slots that a table has at first. */
  readonly #slots: number;
  #size = 0;

  /** `random` is a number in [0, 1); `expected` how many keys will come at least. */
  constructor(random: number, expected = 0) {
    this.#seed = Math.floor(random * 0x1_0000_0000) >>> 0;
    this.#slots = Math.max(SMALLEST, 2 ** Math.ceil(Math.log2((expected / TABLES) * 2 + 1)));
  }

  get size(): number {
    return this.#size;
  }

  /** The value of a key, or -1. */
  get(bytes: Uint8Array, start: number, end: number): number {
    if (this.#size === 0) return -1;
    const hash = this.#hash;
    hash128(bytes, start, end, this.#seed, hash);
    return this.#tables[hash[3]! & (TABLES - 1)]?.get(hash) ?? -1;
  }

  /** Keeps `value` (not negative) for a key that has none, and returns the value it had, or -1. */
  putIfAbsent(bytes: Uint8Array, start: number, end: number, value: number): number {
    const hash = this.#hash;
    hash128(bytes, start, end, this.#seed, hash);
    const index = hash[3]! & (TABLES - 1);
    let table = this.#tables[index];
    if (table === undefined) {
      table = new HashTable(this.#slots);
      this.#tables[index] = table;
    }
    const known = table.putIfAbsent(hash, value);
    if (known < 0) this.#size++;
    return known;
  }
}

/** Open addressing, at most half full. */
class HashTable {
  #size = 0;
  /** Four words of hash for each slot. */
  #hashes: Int32Array;
  /** Value + 1, or 0 for an empty slot. */
  #values: Int32Array;

  /** `slots` is a power of two. */
  constructor(slots: number) {
    this.#hashes = new Int32Array(slots * 4);
    this.#values = new Int32Array(slots);
  }

  get(hash: Int32Array): number {
    return this.#values[this.#slot(hash[0]!, hash[1]!, hash[2]!, hash[3]!)]! - 1;
  }

  putIfAbsent(hash: Int32Array, value: number): number {
    const slot = this.#slot(hash[0]!, hash[1]!, hash[2]!, hash[3]!);
    const known = this.#values[slot]! - 1;
    if (known >= 0) return known;
    this.#hashes.set(hash, slot * 4);
    this.#values[slot] = value + 1;
    if (++this.#size * 2 > this.#values.length) this.#grow();
    return -1;
  }

  #slot(a: number, b: number, c: number, d: number): number {
    const [hashes, values] = [this.#hashes, this.#values];
    const mask = values.length - 1;
    let slot = a & mask;
    for (; values[slot] !== 0; slot = (slot + 1) & mask) {
      const at = slot * 4;
      if (hashes[at] === a && hashes[at + 1] === b && hashes[at + 2] === c && hashes[at + 3] === d) break;
    }
    return slot;
  }

  #grow(): void {
    const [hashes, values] = [this.#hashes, this.#values];
    this.#hashes = new Int32Array(hashes.length * 2);
    this.#values = new Int32Array(values.length * 2);
    for (let old = 0; old < values.length; old++) {
      if (values[old] === 0) continue;
      const from = old * 4;
      const slot = this.#slot(hashes[from]!, hashes[from + 1]!, hashes[from + 2]!, hashes[from + 3]!);
      for (let word = 0; word < 4; word++) this.#hashes[slot * 4 + word] = hashes[from + word]!;
      this.#values[slot] = values[old]!;
    }
  }
}

const [C1, C2, C3, C4] = [0x239b961b, 0xab0e9789, 0x38b34ae5, 0xa1e38b93];

function rotate(x: number, by: number): number {
  return (x << by) | (x >>> (32 - by));
}

function finish(h: number): number {
  let x = h ^ (h >>> 16);
  x = Math.imul(x, 0x85ebca6b);
  x ^= x >>> 13;
  x = Math.imul(x, 0xc2b2ae35);
  return x ^ (x >>> 16);
}

function word(bytes: Uint8Array, at: number, end: number): number {
  if (at + 4 <= end) return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
  let value = 0;
  for (let i = at; i < end; i++) value |= bytes[i]! << (8 * (i - at));
  return value;
}

/** MurmurHash3_x86_128 (Austin Appleby, public domain). */
export function hash128(bytes: Uint8Array, start: number, end: number, seed: number, into: Int32Array): void {
  let [h1, h2, h3, h4] = [seed, seed, seed, seed];
  let at = start;
  for (; at + 16 <= end; at += 16) {
    h1 ^= Math.imul(rotate(Math.imul(word(bytes, at, end), C1), 15), C2);
    h1 = (Math.imul((rotate(h1, 19) + h2) | 0, 5) + 0x561ccd1b) | 0;
    h2 ^= Math.imul(rotate(Math.imul(word(bytes, at + 4, end), C2), 16), C3);
    h2 = (Math.imul((rotate(h2, 17) + h3) | 0, 5) + 0x0bcaa747) | 0;
    h3 ^= Math.imul(rotate(Math.imul(word(bytes, at + 8, end), C3), 17), C4);
    h3 = (Math.imul((rotate(h3, 15) + h4) | 0, 5) + 0x96cd1c35) | 0;
    h4 ^= Math.imul(rotate(Math.imul(word(bytes, at + 12, end), C4), 18), C1);
    h4 = (Math.imul((rotate(h4, 13) + h1) | 0, 5) + 0x32ac3b17) | 0;
  }
  h4 ^= Math.imul(rotate(Math.imul(word(bytes, at + 12, end), C4), 18), C1);
  h3 ^= Math.imul(rotate(Math.imul(word(bytes, at + 8, end), C3), 17), C4);
  h2 ^= Math.imul(rotate(Math.imul(word(bytes, at + 4, end), C2), 16), C3);
  h1 ^= Math.imul(rotate(Math.imul(word(bytes, at, end), C1), 15), C2);
  const length = end - start;
  h1 ^= length;
  h2 ^= length;
  h3 ^= length;
  h4 ^= length;
  h1 = (h1 + h2 + h3 + h4) | 0;
  h2 = (h2 + h1) | 0;
  h3 = (h3 + h1) | 0;
  h4 = (h4 + h1) | 0;
  h1 = finish(h1);
  h2 = finish(h2);
  h3 = finish(h3);
  h4 = finish(h4);
  h1 = (h1 + h2 + h3 + h4) | 0;
  into[0] = h1;
  into[1] = h2 + h1;
  into[2] = h3 + h1;
  into[3] = h4 + h1;
}
