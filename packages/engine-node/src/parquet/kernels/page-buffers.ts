import { newBytes } from "../../new-bytes.js";

/**
 * Where what a page is decoded to is copied to, out of the memory that all pages of a thread share: one set for each column,
 * whose pages take turns.
 */
export class PageBuffers {
  #reps: Uint8Array = new Uint8Array(0);
  #defs: Uint8Array = new Uint8Array(0);
  #values: Uint8Array = new Uint8Array(0);
  #offsets: Int32Array = new Int32Array(0);

  reps(length: number): Uint8Array {
    if (this.#reps.length < length) this.#reps = newBytes(withRoom(length));
    return this.#reps.subarray(0, length);
  }

  defs(length: number): Uint8Array {
    if (this.#defs.length < length) this.#defs = newBytes(withRoom(length));
    return this.#defs.subarray(0, length);
  }

  values(length: number): Uint8Array {
    if (this.#values.length < length) this.#values = newBytes(withRoom(length));
    return this.#values.subarray(0, length);
  }

  offsets(length: number): Int32Array {
    if (this.#offsets.length < length) this.#offsets = new Int32Array(newBytes(4 * withRoom(length)).buffer);
    return this.#offsets.subarray(0, length);
  }
}

/** The next page is seldom of exactly the same size. */
function withRoom(length: number): number {
  return length + (length >> 2);
}
