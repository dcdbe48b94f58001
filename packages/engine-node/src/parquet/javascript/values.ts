/** Decoded values of a page or dictionary, nulls left out. */
export type Values = FixedValues | ByteValues;

/** Values of one width, one after the other; booleans take a byte each. */
export interface FixedValues {
  readonly kind: "fixed";
  /** Bytes of a value. */
  readonly width: number;
  readonly count: number;
  /** Aligned so that values of 2, 4 or 8 bytes can be viewed as numbers. */
  readonly bytes: Uint8Array;
}

/** Values of any length: value `i` is `source` from `starts[i]` to `ends[i]`. */
export interface ByteValues {
  readonly kind: "bytes";
  readonly count: number;
  readonly source: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Where values lie one after the other: their starts, and the end of the last. */
  readonly offsets?: Int32Array;
  /** Whether each is known to be UTF-8. */
  readonly isText?: boolean;
}

export function fixedValues(width: number, count: number, bytes: Uint8Array): FixedValues {
  return { kind: "fixed", width, count, bytes };
}

/** Fixed-width bytes as 32-bit words. */
export function wordsOf({ bytes }: FixedValues): Int32Array {
  return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2);
}

/** The bytes from `start` on, copied if they are not aligned for numbers of `alignment` bytes. */
export function aligned(bytes: Uint8Array, start: number, length: number, alignment: number): Uint8Array {
  if ((bytes.byteOffset + start) % alignment === 0) return bytes.subarray(start, start + length);
  return new Uint8Array(bytes.subarray(start, start + length));
}
