/** What is known of a column: the caller lays these out in memory, and reads how far they have come. */
@unmanaged
export class Column {
  kind: i32;
  /** 1 where there must be a value. */
  isRequired: i32;
  /** Values so far; nulls behind the last value are not among them yet. */
  length: i32;
  /** Those of them that are not null. */
  valid: i32;
  /** Most values. */
  capacity: i32;
  /** Addresses of Arrow's buffers. Of a deferred column the values are where its strings start. */
  validity: usize;
  offsets: usize;
  values: usize;
  /** Bytes of text, or items of a list or map, so far. */
  end: i32;
  /** Columns of the members, of the element, or of key and value: one behind the other. */
  children: usize;
  childCount: i32;
  /** Of a struct's children, those that are required. */
  requiredCount: i32;
  /** In a struct: its name as it stands in a file, with the quotes. */
  name: usize;
  nameLength: i32;
  /** Of a struct, the number of the object that is read; of its children, that of the last that had them. */
  object: i32;
  seen: i32;
}

export const BOOL: i32 = 0;
export const INT32: i32 = 1;
export const INT64: i32 = 2;
export const UTF8: i32 = 3;
export const DEFERRED: i32 = 4;
export const STRUCT: i32 = 5;
export const LIST: i32 = 6;
export const MAP: i32 = 7;

@inline
export function childOf(column: Column, index: i32): Column {
  return changetype<Column>(column.children + <usize>index * offsetof<Column>());
}

/** Starts anew, with all columns below. */
export function clear(column: Column): void {
  column.length = 0;
  column.valid = 0;
  column.end = 0;
  column.object = 0;
  column.seen = 0;
  if (column.offsets != 0) store<i32>(column.offsets, 0);
  for (let i = 0; i < column.childCount; i++) clear(childOf(column, i));
}

/** Makes nulls of the values that are missing up to `length`. */
export function pad(column: Column, length: i32): void {
  const from = column.length;
  if (from == length) return;
  const missing = length - from;
  padBits(column.validity, from, length);
  const kind = column.kind;
  if (kind == BOOL) padBits(column.values, from, length);
  else if (kind == INT32) memory.fill(column.values + 4 * from, 0, 4 * missing);
  else if (kind == INT64) memory.fill(column.values + 8 * from, 0, 8 * missing);
  else if (column.offsets != 0) {
    const end = column.end;
    for (let i = from + 1; i <= length; i++) store<i32>(column.offsets + 4 * i, end);
  }
  column.length = length;
}

/** Zeroes from one bit to another, and what is left of the byte that the next one is in. */
function padBits(bits: usize, from: i32, to: i32): void {
  const first = (from + 7) >> 3;
  const last = to >> 3;
  if (last >= first) memory.fill(bits + first, 0, last - first + 1);
}

/** Appends a bit: those before it in its byte are there, those behind it become zero. */
@inline
export function putBit(bits: usize, at: i32, bit: i32): void {
  const byte = bits + (at >> 3);
  if ((at & 7) == 0) store<u8>(byte, bit);
  else store<u8>(byte, <i32>load<u8>(byte) | (bit << (at & 7)));
}

@inline
export function hasBit(bits: usize, at: i32): bool {
  return ((<i32>load<u8>(bits + (at >> 3)) >> (at & 7)) & 1) == 1;
}

/** Counts a value that has been stored as one that is there. */
@inline
export function appendValid(column: Column, row: i32): void {
  putBit(column.validity, row, 1);
  column.length = row + 1;
  column.valid++;
}

/** Makes all columns from here on as long as they must be; one without any value is left to the caller. */
export function finish(column: Column, length: i32): void {
  if (column.length == 0) return;
  pad(column, length);
  const inner = column.kind == STRUCT ? length : column.end;
  for (let i = 0; i < column.childCount; i++) finish(childOf(column, i), inner);
}
