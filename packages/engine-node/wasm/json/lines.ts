/**
 * AssemblyScript, made into `src/json/wasm/lines-module.ts` by `build.mjs`: see docs/decisions/022-wasm-json.md. Reads lines of JSON
 * into columns. It traps at whatever it does not understand, and then its columns are worth nothing: the caller, who has a reader
 * for everything, reads those lines again, and says what is wrong with them.
 */

import {
  appendValid,
  BOOL,
  Column,
  childOf,
  clear,
  DEFERRED,
  finish,
  hasBit,
  INT32,
  INT64,
  LIST,
  pad,
  putBit,
  STRUCT,
  UTF8,
} from "./column";
import { copyEnd, copyText, QUOTE, skipText } from "./text";
import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COMMA,
  close,
  integer,
  isEnd,
  LETTER_F,
  LETTER_N,
  LETTER_T,
  OPEN_BRACE,
  OPEN_BRACKET,
  open,
  pass,
  passColon,
  passFalse,
  passName,
  passNull,
  passTrue,
  readInteger,
  skipValue,
  startLine,
} from "./values";

export { clear, finish };

/** Lines read by the last {@link readLines}. */
export let lines: i32 = 0;
/** Rows that they made. */
export let rows: i32 = 0;

/** First byte behind what the module itself keeps in memory. */
export function base(): usize {
  return __heap_base;
}

/** Reads lines up to `to`, or until there are so many rows, and gives where it stopped. */
export function readLines(root: Column, from: usize, to: usize, mostRows: i32): usize {
  let at = from;
  lines = 0;
  rows = 0;
  while (at < to && rows < mostRows) {
    lines++;
    at = pass(at);
    if (!isEnd(at)) {
      if (load<u8>(at) != OPEN_BRACE) unreachable();
      startLine();
      at = pass(readMembers(root, rows, at, true));
      if (!isEnd(at)) unreachable();
    }
    at++;
  }
  return at;
}

/** Reads the strings of a deferred column, rows `from` to `to`, into another. */
export function readDeferred(deferred: Column, into: Column, from: i32, to: i32): void {
  const most = min(to, deferred.length);
  for (let row = from; row < most; row++) {
    if (hasBit(deferred.validity, row)) readText(into, row, load<usize>(deferred.values + 4 * row));
  }
}

/** Reads an object's members into the children of a column. A line whose only member has no column makes no row. */
function readMembers(struct: Column, row: i32, from: usize, isLine: bool): usize {
  const object = ++struct.object;
  let members = 0;
  let wanted = 0;
  let required = 0;
  let next = 0;
  let at = open(from);
  if (load<u8>(at) != CLOSE_BRACE) {
    while (true) {
      const index = findChild(struct, at, next);
      members++;
      if (index < 0) {
        const name = at;
        at = passName(at);
        // With an escape it may be any name.
        if (hasEscape(name, at)) unreachable();
        at = skipValue(passColon(at));
      } else {
        const child = childOf(struct, index);
        if (child.seen == object) unreachable();
        child.seen = object;
        wanted++;
        required += child.isRequired;
        next = index + 1;
        at = readValue(child, row, passColon(at + child.nameLength));
      }
      at = pass(at);
      if (load<u8>(at) != COMMA) break;
      at = pass(at + 1);
    }
  }
  at = close(at, CLOSE_BRACE);
  if (isLine) {
    if (members == 1 && wanted == 0) return at;
    rows++;
  }
  if (required != struct.requiredCount) unreachable();
  return at;
}

/** The child with the name that starts here, from one that it may well be on; -1 for none. */
function findChild(struct: Column, at: usize, next: i32): i32 {
  const count = struct.childCount;
  let index = next;
  for (let tried = 0; tried < count; tried++, index++) {
    if (index >= count) index = 0;
    if (isNamed(childOf(struct, index), at)) return index;
  }
  return -1;
}

/** Names are followed by zeros up to a multiple of 16 bytes. */
function isNamed(child: Column, at: usize): bool {
  const name = child.name;
  let left = child.nameLength;
  if (left == 0) return false;
  for (let done: usize = 0; left > 0; done += 16, left -= 16) {
    const wanted = left >= 16 ? 0xffff : (1 << left) - 1;
    const same = i8x16.bitmask(i8x16.eq(v128.load(at + done), v128.load(name + done)));
    if ((same & wanted) != wanted) return false;
  }
  return true;
}

function hasEscape(from: usize, to: usize): bool {
  for (let at = from; at < to; at++) if (load<u8>(at) == 0x5c) return true;
  return false;
}

function readValue(column: Column, row: i32, from: usize): usize {
  const first: u32 = load<u8>(from);
  if (first == LETTER_N) {
    if (column.isRequired != 0) unreachable();
    return passNull(from);
  }
  const kind = column.kind;
  if (kind == UTF8) {
    if (first != QUOTE) unreachable();
    return readText(column, row, from);
  }
  if (row >= column.capacity) unreachable();
  pad(column, row);
  let at = from;
  if (kind == INT64) {
    at = readInteger(from);
    store<i64>(column.values + 8 * row, integer);
  } else if (kind == BOOL) {
    if (first != LETTER_T && first != LETTER_F) unreachable();
    at = first == LETTER_T ? passTrue(from) : passFalse(from);
    putBit(column.values, row, i32(first == LETTER_T));
  } else if (kind == INT32) {
    at = readInteger(from);
    if (integer != <i64>(<i32>integer)) unreachable();
    store<i32>(column.values + 4 * row, <i32>integer);
  } else if (kind == STRUCT) {
    if (first != OPEN_BRACE) unreachable();
    at = readMembers(column, row, from, false);
  } else if (kind == DEFERRED) {
    if (first != QUOTE) unreachable();
    store<usize>(column.values + 4 * row, from);
    at = skipText(from);
  } else {
    at = kind == LIST ? readElements(column, from) : readEntries(column, from);
    store<i32>(column.offsets + 4 * (row + 1), column.end);
  }
  appendValid(column, row);
  return at;
}

function readText(column: Column, row: i32, from: usize): usize {
  if (row >= column.capacity) unreachable();
  pad(column, row);
  const values = column.values;
  const at = copyText(from, values + column.end);
  const end = <i32>(copyEnd - values);
  column.end = end;
  store<i32>(column.offsets + 4 * (row + 1), end);
  appendValid(column, row);
  return at;
}

function readElements(list: Column, from: usize): usize {
  if (load<u8>(from) != OPEN_BRACKET) unreachable();
  const element = childOf(list, 0);
  let at = open(from);
  if (load<u8>(at) != CLOSE_BRACKET) {
    while (true) {
      at = pass(readValue(element, list.end++, at));
      if (load<u8>(at) != COMMA) break;
      at = pass(at + 1);
    }
  }
  return close(at, CLOSE_BRACKET);
}

function readEntries(map: Column, from: usize): usize {
  if (load<u8>(from) != OPEN_BRACE) unreachable();
  const keys = childOf(map, 0);
  const values = childOf(map, 1);
  let at = open(from);
  if (load<u8>(at) != CLOSE_BRACE) {
    while (true) {
      const entry = map.end++;
      if (load<u8>(at) != QUOTE) unreachable();
      at = passColon(readText(keys, entry, at));
      at = pass(readValue(values, entry, at));
      if (load<u8>(at) != COMMA) break;
      at = pass(at + 1);
    }
  }
  return close(at, CLOSE_BRACE);
}
