import type { ColumnData } from "../../arrow/column-data.js";
import { newBytes } from "../../new-bytes.js";
import type { DecodedBatch } from "../wasm-request.js";

const ALIGNMENT = 8;
const ABSENT = -1;

/** What is packed of a column: its type stays behind. */
type Packed = Omit<ColumnData, "type" | "children"> & { readonly children: readonly Packed[] };

/** Copies columns into one buffer, as `recordBatch` reads them. They must begin at the start of their arrays. */
export function packColumns(numRows: number, columns: readonly Packed[]): DecodedBatch {
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
  const pack = ({ length, nullCount, nullBitmap, offsets, values, children }: Packed): void => {
    const validity = nullCount === 0 ? ABSENT : place(nullBitmap, (length + 7) >> 3);
    const starts = place(offsets, (length + 1) * 4);
    const bytes = values?.byteLength ?? 0;
    nodes.push(length, nullCount, validity, starts, place(values, bytes), bytes);
    for (const child of children) pack(child);
  };
  for (const column of columns) pack(column);
  // All but the padding is written to.
  const buffer = newBytes(size).buffer;
  const target = new Uint8Array(buffer);
  for (const { at, bytes } of copies) target.set(bytes, at);
  return { numRows, buffer, nodes };
}
