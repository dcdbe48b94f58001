import { countRows, type RowRanges } from "@asyncdelta/kernel-core";

/** Wanted rows among consecutive ones. */
export interface RowsPiece {
  readonly start: number;
  readonly end: number;
  /** By their distance from the start. */
  readonly rows: RowRanges;
  /** How many wanted rows are in the pieces before, and in those up to this one. */
  readonly before: number;
  readonly upTo: number;
}

/** Cuts `length` rows into pieces of at most `most` wanted ones; pieces without any are left out, but for their rows. */
export function splitRows(rows: RowRanges, length: number, most: number): RowsPiece[] {
  const all = countRows(rows);
  if (all <= most) return [{ start: 0, end: length, rows, before: 0, upTo: all }];
  const pieces: RowsPiece[] = [];
  let [start, before, pair] = [0, 0, 0];
  /** The next wanted row, which lies in that pair. */
  let row = rows[0]!;
  while (pair < rows.length) {
    const [first, firstRow] = [pair, row];
    let count = 0;
    let last = pair;
    let end = row;
    while (pair < rows.length && count < most) {
      last = pair;
      end = Math.min(rows[pair + 1]!, row + most - count);
      count += end - row;
      row = end;
      if (end < rows[pair + 1]!) continue;
      pair += 2;
      row = rows[pair]!;
    }
    const own = rows.slice(first, last + 2);
    own[0] = firstRow;
    own[own.length - 1] = end;
    for (let at = 0; at < own.length; at++) own[at]! -= start;
    const next = pair < rows.length ? row : length;
    pieces.push({ start, end: next, rows: own, before, upTo: before + count });
    before += count;
    start = next;
  }
  return pieces;
}
