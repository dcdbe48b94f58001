/**
 * An Arrow array in the memory of WebAssembly: the structs of the Arrow C data interface
 * (<https://arrow.apache.org/docs/format/CDataInterface.html>), read where pointers have 32 bits.
 */
export interface ForeignArray {
  /** The type, in the interface's short form: `i`, `tsu:UTC`, `+s`. */
  readonly format: string;
  readonly length: number;
  readonly nullCount: number;
  /** Where the array starts in its buffers, in values. */
  readonly offset: number;
  /** Addresses; 0 for a buffer that is not there. */
  readonly buffers: readonly number[];
  readonly children: readonly ForeignArray[];
}

/** Reads an array at its two addresses. Valid until the array is freed or memory grows. */
export function readForeignArray(memory: DataView, schema: number, array: number): ForeignArray {
  const long = (address: number): number => Number(memory.getBigInt64(address, true));
  const pointer = (address: number): number => memory.getUint32(address, true);
  const pointers = (address: number, count: number): number[] =>
    Array.from({ length: count }, (_, index) => pointer(address + 4 * index));
  const schemas = pointers(pointer(schema + 32), long(schema + 24));
  const arrays = pointers(pointer(array + 44), long(array + 32));
  return {
    format: readText(memory, pointer(schema)),
    length: long(array),
    nullCount: long(array + 8),
    offset: long(array + 16),
    buffers: pointers(pointer(array + 40), long(array + 24)),
    children: arrays.map((child, index) => readForeignArray(memory, schemas[index]!, child)),
  };
}

/** ASCII that ends in a zero. */
function readText(memory: DataView, address: number): string {
  let text = "";
  for (let code = memory.getUint8(address); code !== 0; code = memory.getUint8(++address)) {
    text += String.fromCharCode(code);
  }
  return text;
}
