import type { Data } from "apache-arrow";
import { PLAIN_BYTES } from "../actions/file-key.js";
import { type KernelMemory, kernelMemory } from "../kernels/kernel-memory.js";
import { MemoryLayout } from "../kernels/memory-layout.js";

const encoder = new TextEncoder();
/** Bits for each key: of paths that are none of them one in so many is looked at all the same. */
const BITS = 32;
const MOST_BITS = 1 << 20;

/** Tells at once of most paths that they are none of some keys of files. */
export class KeyFilter {
  readonly #memory: KernelMemory;
  readonly #bits: Uint8Array;
  readonly #mask: number;

  private constructor(memory: KernelMemory, bits: Uint8Array, mask: number) {
    this.#memory = memory;
    this.#bits = bits;
    this.#mask = mask;
  }

  /** Nothing where there is no WebAssembly, or not enough memory. */
  static of(keys: Iterable<string>): KeyFilter | undefined {
    const memory = kernelMemory();
    if (memory === undefined) return undefined;
    const ends: number[] = [0];
    let text = "";
    for (const key of keys) {
      text += key;
      ends.push(text.length);
    }
    const bytes = encoder.encode(text);
    // Keys are URLs, or parts of them, which are ASCII.
    if (bytes.length !== text.length) return undefined;
    const count = ends.length - 1;
    const layout = new MemoryLayout(memory);
    const offsets = layout.put(Int32Array.from(ends));
    const texts = layout.put(bytes);
    const hashes = layout.take(4 * count);
    if (!layout.fill()) return undefined;
    memory.kernels.hashTexts(offsets, texts, count, hashes);
    const mask = 2 ** Math.ceil(Math.log2(Math.min(MOST_BITS, Math.max(64, BITS * count)))) - 1;
    const bits = new Uint8Array((mask + 1) / 8);
    for (const hash of memory.words.subarray(hashes >> 2, (hashes >> 2) + count)) {
      const bit = hash & mask;
      bits[bit >> 3]! |= 1 << (bit & 7);
    }
    return new KeyFilter(memory, bits, mask);
  }

  /**
   * Which of `rows` have a path, in a column of texts, that may be one of the keys: their places in `rows`. Nothing where not all paths
   * are their own keys.
   */
  find(paths: Data, rows: Int32Array): Int32Array | undefined {
    const memory = this.#memory;
    const layout = new MemoryLayout(memory);
    const { offsets, bytes } = layout.texts(paths);
    const wanted = layout.put(rows);
    const plain = layout.put(PLAIN_BYTES);
    const bits = layout.put(this.#bits);
    const places = layout.take(4 * rows.length);
    if (!layout.fill()) return undefined;
    const { kernels } = memory;
    const found = kernels.findTexts(offsets, bytes, paths.length, wanted, rows.length, plain, bits, this.#mask, places);
    return found < 0 ? undefined : memory.words.slice(places >> 2, (places >> 2) + found);
  }
}
