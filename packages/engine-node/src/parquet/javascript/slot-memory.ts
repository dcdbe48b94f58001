import { newBytes } from "../../new-bytes.js";

/** Where slots take their arrays from, whose content is undefined. */
export interface SlotMemory {
  take(bytes: number): Uint8Array<ArrayBuffer>;
}

/** Arrays of their own, to be given out. */
export const freshMemory: SlotMemory = { take: newBytes };

const ALIGNMENT = 16;

/** One buffer for all that a batch takes, used again for the next: for who copies batches before he asks for more. */
export class ReusedMemory implements SlotMemory {
  #buffer: ArrayBuffer = new ArrayBuffer(0);
  #at = 0;

  take(bytes: number): Uint8Array<ArrayBuffer> {
    const at = this.#at;
    this.#at += Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
    return this.#at <= this.#buffer.byteLength ? new Uint8Array(this.#buffer, at, bytes) : freshMemory.take(bytes);
  }

  /** Nobody looks at anything that was taken any more. */
  reset(): void {
    if (this.#at > this.#buffer.byteLength) this.#buffer = freshMemory.take(this.#at + (this.#at >> 2)).buffer;
    this.#at = 0;
  }
}

/** A larger array with the same content in front; doubling keeps appending linear in the number of values. */
export function growIn(memory: SlotMemory, array: Uint8Array, bytes: number): Uint8Array {
  const larger = memory.take(Math.max(bytes, array.length * 2, 64));
  larger.set(array);
  return larger;
}
