import type { FileKeys } from "../actions/file-key.js";
import { KeyMap } from "./key-map.js";

/**
 * The keys of files that commits have spoken of, and the number of the newest commit that did. Keys that come as text are kept
 * as text: their actions are objects, and the texts there anyway. Once there are some that come as bytes, from commits too large
 * to be objects, all are kept by their hash.
 */
export class SeenFiles {
  readonly #keys: FileKeys;
  readonly #random: number;
  /** There once there are no texts. */
  #hashed!: KeyMap;
  #texts: Map<string, number> | undefined = new Map();

  /** `keys` makes bytes of texts; `random` (in [0, 1)) seeds the hash. */
  constructor(keys: FileKeys, random: number) {
    this.#keys = keys;
    this.#random = random;
  }

  get size(): number {
    return this.#texts?.size ?? this.#hashed.size;
  }

  /** All of them, as long as they are texts. */
  get texts(): ReadonlyMap<string, number> | undefined {
    return this.#texts;
  }

  /** Keeps the number of a commit for a key that has none, and returns the one it had, or -1. */
  noteText(key: string, commit: number): number {
    if (this.#texts === undefined) return this.#noteHashed(key, commit);
    const known = this.#texts.get(key);
    if (known !== undefined) return known;
    this.#texts.set(key, commit);
    return -1;
  }

  /** The same for a key in UTF-8. */
  noteBytes(bytes: Uint8Array, start: number, end: number, commit: number): number {
    if (this.#texts === undefined) return this.#hashed.putIfAbsent(bytes, start, end, commit);
    // The bytes may be those that `keys` makes of a text.
    const key = bytes.slice(start, end);
    this.hash();
    return this.#hashed.putIfAbsent(key, 0, key.length, commit);
  }

  /** Keeps no texts from now on. */
  hash(): void {
    const texts = this.#texts;
    if (texts === undefined) return;
    this.#texts = undefined;
    this.#hashed = new KeyMap(this.#random, texts.size);
    for (const [text, number] of texts) this.#noteHashed(text, number);
  }

  hasText(key: string): boolean {
    if (this.#texts !== undefined) return this.#texts.has(key);
    this.#keys.write(key);
    return this.hasBytes(this.#keys.bytes, 0, this.#keys.length);
  }

  /** The same for a key in UTF-8, once they are kept by their hash. */
  hasBytes(bytes: Uint8Array, start: number, end: number): boolean {
    return this.#hashed.get(bytes, start, end) >= 0;
  }

  #noteHashed(key: string, commit: number): number {
    this.#keys.write(key);
    return this.#hashed.putIfAbsent(this.#keys.bytes, 0, this.#keys.length, commit);
  }
}
