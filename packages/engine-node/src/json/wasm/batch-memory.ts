/**
 * The memory of a batch: one buffer for all columns, so that it is allocated, and moved to another thread, as one. Columns share
 * none of it, not even zeros: what overlaps, the IPC writer of apache-arrow 21 writes once.
 */
export class BatchMemory {
  readonly #from: Uint8Array;
  readonly #buffer: ArrayBuffer;
  #end = 0;

  /** Takes so many bytes in all, the sizes rounded up by {@link roundUp}; copies are made of `from`. */
  constructor(from: Uint8Array, bytes: number) {
    this.#from = from;
    this.#buffer = new ArrayBuffer(bytes);
  }

  /** A copy of some bytes. */
  bytes(start: number, length: number): Uint8Array {
    const copy = this.zeroBytes(length);
    copy.set(this.#from.subarray(start, start + length));
    return copy;
  }

  /** A copy of 32-bit numbers. */
  words(start: number, length: number): Int32Array {
    const { buffer, byteOffset } = this.bytes(start, 4 * length);
    return new Int32Array(buffer, byteOffset, length);
  }

  /** A copy of 64-bit numbers. */
  longs(start: number, length: number): BigInt64Array {
    const { buffer, byteOffset } = this.bytes(start, 8 * length);
    return new BigInt64Array(buffer, byteOffset, length);
  }

  zeroBytes(length: number): Uint8Array {
    const zeros = new Uint8Array(this.#buffer, this.#end, length);
    this.#end += roundUp(length);
    return zeros;
  }

  zeroWords(length: number): Int32Array {
    const { buffer, byteOffset } = this.zeroBytes(4 * length);
    return new Int32Array(buffer, byteOffset, length);
  }

  zeroLongs(length: number): BigInt64Array {
    const { buffer, byteOffset } = this.zeroBytes(8 * length);
    return new BigInt64Array(buffer, byteOffset, length);
  }
}

/** Bytes that a copy takes: the next may be of 64-bit numbers. */
export function roundUp(bytes: number): number {
  return (bytes + 7) & ~7;
}
