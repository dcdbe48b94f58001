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
  let [start, before, count] = [0, 0, 0];
  let own: number[] = [];
  const close = (end: number): void => {
    pieces.push({ start, end, rows: Int32Array.from(own), before, upTo: before + count });
    [start, before, count, own] = [end, before + count, 0, []];
  };
  for (let pair = 0; pair < rows.length; pair += 2) {
    for (let row = rows[pair]!; row < rows[pair + 1]!; ) {
      if (count === most) close(row);
      const end = Math.min(rows[pair + 1]!, row + most - count);
      own.push(row - start, end - start);
      count += end - row;
      row = end;
    }
  }
  close(length);
  return pieces;
}
