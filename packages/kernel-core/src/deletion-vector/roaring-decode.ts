import { corruptVector } from "./corrupt-vector.js";
import { RoaringBitmap } from "./roaring-bitmap.js";
import {
  ARRAY,
  BITMAP,
  BITMAP_WORDS,
  CONTAINER_SIZE,
  ContainerWriter,
  MAX_ARRAY,
  popcount,
  RUN,
} from "./roaring-containers.js";

/** First word of a 32-bit Roaring bitmap without run containers. */
export const NO_RUNS_COOKIE = 12346;
/** The same with run containers: then only the low 16 bits; the high ones are the number of containers less one. */
export const RUNS_COOKIE = 12347;
/** From so many containers on, a bitmap with run containers has offsets. */
export const OFFSETS_FROM = 4;

/** Bytes of a bucket that has no container: key, cookie, count. */
const EMPTY_BUCKET_BYTES = 12;
/** Keys above this would make rows beyond 2^53. */
const MAX_BUCKET_KEY = 0x1fffff;

/**
 * Decodes a 64-bit Roaring bitmap in the portable format of RoaringFormatSpec ("Extension for 64-bit implementations").
 * Nothing is believed: counts are held against the bytes that are there before anything is allocated, values must
 * ascend, cardinalities must be those of the headers, offsets those of the containers, and no byte may be left over.
 * What fails ends in `DELETION_VECTOR_CORRUPT`, with `path`.
 */
export function decodeRoaring(bytes: Uint8Array, path: string): RoaringBitmap {
  return new RoaringDecoder(bytes, path).decode();
}

class RoaringDecoder {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #path: string;
  readonly #into: ContainerWriter;
  #at = 0;

  constructor(bytes: Uint8Array, path: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#path = path;
    // Containers take no more than their bytes, and each bitmap (8192 bytes) at most one word to align it.
    this.#into = new ContainerWriter((bytes.length >>> 1) + (bytes.length >>> 13) + 2);
  }

  decode(): RoaringBitmap {
    this.#need(8);
    const buckets = this.#uint32();
    if (this.#uint32() !== 0 || buckets > (this.#bytes.length - 8) / EMPTY_BUCKET_BYTES) {
      throw this.#corrupt("it counts more buckets than it has bytes for");
    }
    let before = -1;
    for (let bucket = 0; bucket < buckets; bucket++) {
      this.#need(4);
      const key = this.#uint32();
      if (key <= before) throw this.#corrupt("its buckets are not in ascending order");
      if (key > MAX_BUCKET_KEY) throw this.#corrupt("it has rows beyond 2^53");
      this.#bucket(key);
      before = key;
    }
    if (this.#at !== this.#bytes.length) {
      throw this.#corrupt(`${this.#bytes.length - this.#at} bytes follow the end of its bitmap`);
    }
    return new RoaringBitmap(this.#into.finish());
  }

  #bucket(bucket: number): void {
    const start = this.#at;
    this.#need(4);
    const cookie = this.#uint32();
    let count: number;
    let runFlags = -1;
    if (cookie === NO_RUNS_COOKIE) {
      this.#need(4);
      count = this.#uint32();
      if (count > CONTAINER_SIZE) throw this.#corrupt(`a bucket has ${count} containers, where 65536 are the most`);
    } else if ((cookie & 0xffff) === RUNS_COOKIE) {
      count = (cookie >>> 16) + 1;
      runFlags = this.#skip((count + 7) >>> 3);
    } else {
      throw this.#corrupt(`a bucket starts with ${cookie}, which is no cookie of the Roaring format`);
    }
    const headers = this.#skip(4 * count);
    const offsets = runFlags < 0 || count >= OFFSETS_FROM ? this.#skip(4 * count) : -1;
    let before = -1;
    for (let index = 0; index < count; index++) {
      const key = this.#view.getUint16(headers + 4 * index, true);
      const cardinality = this.#view.getUint16(headers + 4 * index + 2, true) + 1;
      if (key <= before) throw this.#corrupt("its containers are not in ascending order");
      if (offsets >= 0 && this.#view.getUint32(offsets + 4 * index, true) !== this.#at - start) {
        throw this.#corrupt("the offset of a container is not where the container is");
      }
      const isRun = runFlags >= 0 && (this.#bytes[runFlags + (index >>> 3)]! & (1 << (index & 7))) !== 0;
      this.#container(bucket * CONTAINER_SIZE + key, isRun, cardinality);
      before = key;
    }
  }

  #container(key: number, isRun: boolean, cardinality: number): void {
    if (isRun) this.#runs(key, cardinality);
    else if (cardinality <= MAX_ARRAY) this.#array(key, cardinality);
    else this.#bitmap(key, cardinality);
  }

  #array(key: number, cardinality: number): void {
    const start = this.#words(key, ARRAY, cardinality, cardinality);
    const { words } = this.#into;
    for (let at = start + 1, end = start + cardinality; at < end; at++) {
      if (words[at]! <= words[at - 1]!) throw this.#corrupt("the rows of a container are not in ascending order");
    }
  }

  #bitmap(key: number, cardinality: number): void {
    const start = this.#words(key, BITMAP, BITMAP_WORDS, cardinality);
    const bits = new Uint32Array(this.#into.words.buffer, 2 * start, BITMAP_WORDS / 2);
    let found = 0;
    for (let at = 0; at < bits.length; at++) found += popcount(bits[at]!);
    if (found !== cardinality) throw this.#wrongCount(found, cardinality);
  }

  #runs(key: number, cardinality: number): void {
    this.#need(2);
    const length = 2 * this.#view.getUint16(this.#at, true);
    this.#at += 2;
    const start = this.#words(key, RUN, length, cardinality);
    const { words } = this.#into;
    let found = 0;
    let before = -1;
    for (let at = start, end = start + length; at < end; at += 2) {
      const first = words[at]!;
      const last = first + words[at + 1]!;
      if (first <= before || last >= CONTAINER_SIZE)
        throw this.#corrupt("the runs of a container overlap or do not end in it");
      found += last - first + 1;
      before = last;
    }
    if (found !== cardinality) throw this.#wrongCount(found, cardinality);
  }

  /** Copies the next `length` words into a new container and gives their position there. */
  #words(key: number, kind: number, length: number, cardinality: number): number {
    const from = this.#skip(2 * length);
    const start = this.#into.add(key, kind, length, cardinality);
    const { words } = this.#into;
    new Uint8Array(words.buffer).set(this.#bytes.subarray(from, this.#at), 2 * start);
    return start;
  }

  /** Position of the next `length` bytes, which are passed over. */
  #skip(length: number): number {
    this.#need(length);
    const from = this.#at;
    this.#at += length;
    return from;
  }

  #need(length: number): void {
    if (length > this.#bytes.length - this.#at) {
      throw this.#corrupt(`it ends after ${this.#bytes.length} bytes, in the middle of its bitmap`);
    }
  }

  #uint32(): number {
    const value = this.#view.getUint32(this.#at, true);
    this.#at += 4;
    return value;
  }

  #wrongCount(found: number, cardinality: number): Error {
    return this.#corrupt(`a container has ${found} rows, but ${cardinality} by its header`);
  }

  #corrupt(reason: string): Error {
    return corruptVector(this.#path, reason);
  }
}
