import { newBytes } from "../new-bytes.js";
import type { LentMemory } from "./decoder.js";

/** Buffers beyond this size are not kept: a row group seldom has as many bytes. */
const LARGE = 64 * 1024 * 1024;
/** Sizes are rounded up to a multiple of this, so that what is of about one size fits into the same buffers. */
const STEP = 1024 * 1024;
/** A buffer may be so much larger than what is put into it: else large ones would be used up for small bytes. */
const ROOMY = 4;
/** Buffers that lie unused are kept for so long. */
const IDLE_MS = 5000;

/**
 * Memory that is used again and again. Fresh memory takes five times as long to fill, since the system has to find and clear
 * every page of it first.
 */
export class MemoryPool<B extends ArrayBufferLike> {
  readonly #make: (bytes: number) => B;
  readonly #free: B[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(make: (bytes: number) => B) {
    this.#make = make;
  }

  /** Bytes of undefined content, whose buffer nobody else has until it is given back. */
  take(length: number): Uint8Array<B> {
    const size = Math.max(1, Math.ceil(length / STEP)) * STEP;
    let best = -1;
    for (const [index, { byteLength }] of this.#free.entries()) {
      if (byteLength < length || byteLength > ROOMY * size) continue;
      if (best < 0 || byteLength < this.#free[best]!.byteLength) best = index;
    }
    const buffer = best >= 0 ? this.#free.splice(best, 1)[0]! : this.#make(size);
    return new Uint8Array(buffer, 0, length);
  }

  /** Once nobody reads them any more. */
  give({ buffer }: Uint8Array<B>): void {
    if (buffer.byteLength > LARGE) return;
    this.#free.push(buffer);
    this.#timer ??= setTimeout(() => this.#forget(), IDLE_MS).unref();
    this.#timer.refresh();
  }

  /** For a read whose bytes come in pieces: all of it is given back at once. */
  lend(): LentMemory {
    const taken: Uint8Array<B>[] = [];
    return {
      allocate: (length) => {
        const bytes = this.take(length);
        taken.push(bytes);
        return bytes;
      },
      release: () => {
        for (const bytes of taken.splice(0)) this.give(bytes);
      },
    };
  }

  #forget(): void {
    this.#free.length = 0;
    this.#timer = undefined;
  }
}

/**
 * What this thread shares with the workers. Memory that is not shared counts for the collector, which then runs more often. To be
 * filled by `copyBytes`.
 */
export const windowMemory: MemoryPool<SharedArrayBuffer> = new MemoryPool((bytes) => new SharedArrayBuffer(bytes));

/** What files that come whole are read into. */
export const fileMemory: MemoryPool<ArrayBuffer> = new MemoryPool((bytes) => newBytes(bytes).buffer);
