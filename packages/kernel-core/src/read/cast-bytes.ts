import type { DataType as ArrowType, Data } from "apache-arrow";
import { newData, validityOf } from "./new-data.js";

/** Binaries of one length as binaries of any. */
export function fixedToBinary(target: ArrowType, data: Data): Data {
  const width = (data.type as ArrowType & { byteWidth: number }).byteWidth;
  const offsets = Int32Array.from({ length: data.length + 1 }, (_, row) => row * width);
  const values = (data.values as Uint8Array).subarray(0, data.length * width);
  return newData(target, data.length, { offsets, values, validity: validityOf(data) });
}

/** Whether each value of a Binary column is UTF-8 text: all of them together are, and none begins inside a letter. */
export function isUtf8(data: Data): boolean {
  const offsets = data.valueOffsets as Int32Array;
  const bytes = data.values as Uint8Array;
  for (let row = 0; row < data.length; row++) {
    const start = offsets[row]!;
    if (start < offsets[row + 1]! && (bytes[start]! & 0xc0) === 0x80) return false;
  }
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(offsets[0]!, offsets[data.length]!));
    return true;
  } catch {
    return false;
  }
}
