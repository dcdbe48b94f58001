const N = 624;
const M = 397;

/**
 * The random numbers of Python's `random.Random(seed)`: MT19937, seeded as CPython seeds it with a whole number. The same
 * seed gives the same tables here as there.
 */
export class MersenneTwister {
  readonly #state: Uint32Array = new Uint32Array(N);
  #at = N;

  /** @param seed from 0 to 2^53 - 1 */
  constructor(seed: number) {
    const high = Math.floor(seed / 2 ** 32);
    this.#seed(high === 0 ? [seed >>> 0] : [seed >>> 0, high]);
  }

  /** 32 random bits. */
  next(): number {
    if (this.#at === N) this.#twist();
    let y = this.#state[this.#at++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  /** Python's `getrandbits` of a multiple of 32 bits: words, the least significant first. */
  words(count: number): Uint32Array {
    return Uint32Array.from({ length: count }, () => this.next());
  }

  /** Python's `getrandbits(128)` as 32 hexadecimal digits. */
  hex128(): string {
    return hex(this.words(4), 0);
  }

  /** Python's `randrange(end)`, for `end` below 2^32. */
  below(end: number): number {
    const bits = 32 - Math.clz32(end);
    for (;;) {
      const number = this.next() >>> (32 - bits);
      if (number < end) return number;
    }
  }

  #seed(key: readonly number[]): void {
    const state = this.#state;
    state[0] = 19650218;
    for (let i = 1; i < N; i++) state[i] = Math.imul(1812433253, state[i - 1]! ^ (state[i - 1]! >>> 30)) + i;
    let [i, j] = [1, 0];
    const step = (factor: number, plus: number, minus: number): void => {
      state[i] = (state[i]! ^ Math.imul(state[i - 1]! ^ (state[i - 1]! >>> 30), factor)) + plus - minus;
      if (++i === N) {
        state[0] = state[N - 1]!;
        i = 1;
      }
    };
    for (let k = Math.max(N, key.length); k > 0; k--) {
      step(1664525, key[j]! + j, 0);
      j = (j + 1) % key.length;
    }
    for (let k = N - 1; k > 0; k--) step(1566083941, 0, i);
    state[0] = 0x80000000;
  }

  #twist(): void {
    const state = this.#state;
    for (let i = 0; i < N; i++) {
      const y = (state[i]! & 0x80000000) | (state[(i + 1) % N]! & 0x7fffffff);
      state[i] = state[(i + M) % N]! ^ (y >>> 1) ^ ((y & 1) * 0x9908b0df);
    }
    this.#at = 0;
  }
}

/** Four words from `at` on as 32 hexadecimal digits, the most significant first. */
export function hex(words: Uint32Array, at: number): string {
  let text = "";
  for (let i = at + 3; i >= at; i--) text += words[i]!.toString(16).padStart(8, "0");
  return text;
}

/** 32 hexadecimal digits as a UUID of version 4. */
export function uuid(digits: string): string {
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-a${digits.slice(17, 20)}-${digits.slice(20)}`;
}
