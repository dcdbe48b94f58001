/** Any typed array that a column's buffer can be. */
export type TypedArray =
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

/** The array itself if it holds `length` elements, else a copy with room for at least that many; the new room is zero. */
export function grow<T extends TypedArray>(array: T, length: number): T {
  if (length <= array.length) return array;
  // Doubling keeps appending linear in the number of values.
  const larger = new (array.constructor as new (length: number) => T)(Math.max(length, array.length * 2, 64));
  larger.set(array as never);
  return larger;
}
