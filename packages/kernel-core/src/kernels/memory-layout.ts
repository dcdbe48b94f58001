import type { Data } from "apache-arrow";
import { type KernelMemory, SLACK } from "./kernel-memory.js";

/** Larger columns are not copied: the memory of the kernels would stay as large. */
const MOST_BYTES = 32 * 1024 * 1024;

/** What is to be where in the memory of the kernels: told first, so that it grows once. */
export class MemoryLayout {
  readonly #memory: KernelMemory;
  readonly #parts: { readonly bytes: Uint8Array; readonly address: number }[] = [];
  #end: number;

  constructor(memory: KernelMemory) {
    this.#memory = memory;
    this.#end = memory.start;
  }

  take(length: number): number {
    const address = this.#end;
    this.#end = (address + length + SLACK + 7) & ~7;
    return address;
  }

  put({ buffer, byteOffset, byteLength }: ArrayBufferView): number {
    const address = this.take(byteLength);
    this.#parts.push({ bytes: new Uint8Array(buffer, byteOffset, byteLength), address });
    return address;
  }

  /** Offsets, and what they count from. */
  texts(data: Data): { readonly offsets: number; readonly bytes: number } {
    const offsets: Int32Array = data.valueOffsets.subarray(0, data.length + 1);
    const [first, last] = [offsets[0]!, offsets[data.length]!];
    const bytes = this.put((data.values as Uint8Array).subarray(first, last));
    return { offsets: this.put(offsets), bytes: bytes - first };
  }

  /** Bits of what is valid, and the number of the first one; no address where all is. */
  validity({ nullCount, nullBitmap: bitmap, offset }: Data): { readonly bits: number; readonly first: number } {
    return nullCount === 0 ? { bits: 0, first: 0 } : { bits: this.put(bitmap), first: offset };
  }

  /** Puts everything there. `false` where there is no room for it. */
  fill(): boolean {
    const memory = this.#memory;
    if (this.#end > MOST_BYTES || !memory.reserve(this.#end)) return false;
    memory.owner = this;
    for (const { bytes, address } of this.#parts) memory.bytes.set(bytes, address);
    return true;
  }
}
