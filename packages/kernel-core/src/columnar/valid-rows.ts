import type { Data } from "apache-arrow";

/** Rows of a column that are not null, ascending. */
export function validRows(data: Data): Int32Array {
  const { length, nullCount, nullBitmap: bitmap, offset } = data;
  const rows = new Int32Array(length - nullCount);
  if (nullCount === 0) {
    for (let row = 0; row < length; row++) rows[row] = row;
    return rows;
  }
  let count = 0;
  for (let row = 0; row < length && count < rows.length; row++) {
    const bit = offset + row;
    if (((bitmap[bit >> 3]! >> (bit & 7)) & 1) === 1) rows[count++] = row;
  }
  return rows;
}
