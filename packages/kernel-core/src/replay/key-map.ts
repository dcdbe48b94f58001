/**
 * A map from keys (bytes) to small integers, for millions of keys in little memory: only a seeded 128-bit hash of each
 * key is kept (MurmurHash3 x86_128), in typed arrays. Two keys of a table of 10^9 files share a hash with a
 * probability below 10^-20.
 */
export class KeyMap {
  readonly #seed: number;
  #size = 0;
  #mask: number;
  /** Four words of hash for each slot. */
  #hashes: Uint32Array;
  /** Value + 1, or 0 for an empty slot. */
  #values: Int32Array;
  readonly #hash = new Uint32Array(4);

  /** `random` is a number in [0, 1). */
  constructor(random: number) {
    this.#seed = Math.floor(random * 0x1_0000_0000) >>> 0;
    this.#mask = 63;
    this.#hashes = new Uint32Array(64 * 4);
    this.#values = new Int32Array(64);
  }

  get size(): number {
    return this.#size;
  }

  /** The value of a key, or -1. */
  get(bytes: Uint8Array, start: number, end: number): number {
    if (this.#size === 0) return -1;
    hash128(bytes, start, end, this.#seed, this.#hash);
    return this.#values[this.#slot(this.#hash)]! - 1;
  }

  /** Keeps `value` (not negative) for a key that has none, and returns the value it had, or -1. */
  putIfAbsent(bytes: Uint8Array, start: number, end: number, value: number): number {
    hash128(bytes, start, end, this.#seed, this.#hash);
    const slot = this.#slot(this.#hash);
    const known = this.#values[slot]! - 1;
    if (known >= 0) return known;
    this.#hashes.set(this.#hash, slot * 4);
    this.#values[slot] = value + 1;
    if (++this.#size * 2 > this.#mask) this.#grow();
    return -1;
  }

  #slot(hash: Uint32Array): number {
    const [hashes, values, mask] = [this.#hashes, this.#values, this.#mask];
    let slot = hash[0]! & mask;
    for (; values[slot] !== 0; slot = (slot + 1) & mask) {
      const at = slot * 4;
      if (
        hashes[at] === hash[0] &&
        hashes[at + 1] === hash[1] &&
        hashes[at + 2] === hash[2] &&
        hashes[at + 3] === hash[3]
      ) {
        break;
      }
    }
    return slot;
  }

  #grow(): void {
    const [hashes, values] = [this.#hashes, this.#values];
    const capacity = (this.#mask + 1) * 2;
    this.#mask = capacity - 1;
    this.#hashes = new Uint32Array(capacity * 4);
    this.#values = new Int32Array(capacity);
    for (let old = 0; old < values.length; old++) {
      if (values[old] === 0) continue;
      const hash = hashes.subarray(old * 4, old * 4 + 4);
      const slot = this.#slot(hash);
      this.#hashes.set(hash, slot * 4);
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
export function hash128(bytes: Uint8Array, start: number, end: number, seed: number, into: Uint32Array): void {
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
