import type { Data, RecordBatch } from "apache-arrow";
import type { DecodedBatch } from "../wasm-request.js";

const ALIGNMENT = 8;
const ABSENT = -1;

/** Copies the columns of a batch into one buffer, as `recordBatch` reads them. They must begin at the start of their buffers. */
export function packBatch({ numRows, data }: RecordBatch): DecodedBatch {
  const nodes: number[] = [];
  const copies: { readonly at: number; readonly bytes: Uint8Array }[] = [];
  let size = 0;
  const place = (array: ArrayBufferView | undefined, length: number): number => {
    if (array === undefined) return ABSENT;
    const at = size;
    copies.push({ at, bytes: new Uint8Array(array.buffer, array.byteOffset, length) });
    size = Math.ceil((at + length) / ALIGNMENT) * ALIGNMENT;
    return at;
  };
  const pack = ({ length, nullCount, nullBitmap, valueOffsets, values, children }: Data): void => {
    const validity = nullCount === 0 ? ABSENT : place(nullBitmap, (length + 7) >> 3);
    const offsets = place(valueOffsets as Int32Array | undefined, (length + 1) * 4);
    const bytes = (values as ArrayBufferView | undefined)?.byteLength ?? 0;
    nodes.push(length, nullCount, validity, offsets, place(values, bytes), bytes);
    for (const child of children) pack(child);
  };
  for (const column of data.children) pack(column);
  const buffer = new ArrayBuffer(size);
  for (const { at, bytes } of copies) new Uint8Array(buffer).set(bytes, at);
  return { numRows, buffer, nodes };
}
