/** Tells rows apart by texts of theirs: a column of texts is its bytes, and where each starts and the last one ends. */
import { folded, hashBytes, MIX } from "./hash";
import { offsetAt } from "./offsets";

const SLOTS: u32 = 8192;
const TABLE: usize = memory.data(8192 * 4, 8);

const NO_TEXT: u64 = 0xd6e8feb86659fd93;

/** Whether two stretches of bytes are the same. */
function isSame(a: usize, b: usize, length: i32): bool {
  let at = 0;
  for (; at + 16 <= length; at += 16) {
    if (v128.any_true(v128.xor(v128.load(a + at), v128.load(b + at)))) return false;
  }
  for (; at < length; at++) if (load<u8>(a + at) != load<u8>(b + at)) return false;
  return true;
}

/**
 * The least number of texts, up to `most`, after which all of `count` texts come again and again, the last time wholly; 0 for none.
 */
export function periodOf(offsets: usize, bytes: usize, count: i32, most: i32): i32 {
  const origin = offsetAt(offsets, 0);
  const first = offsetAt(offsets, 1) - origin;
  let period = 1;
  for (; period < count; period++) {
    const start = offsetAt(offsets, period);
    if (offsetAt(offsets, period + 1) - start == first && isSame(bytes + origin, bytes + start, first)) break;
    if (period == most) return 0;
  }
  if (count % period != 0) return 0;
  const length = offsetAt(offsets, period) - origin;
  for (let text = period; text <= count; text++) {
    if (offsetAt(offsets, text) - offsetAt(offsets, text - period) != length) return 0;
  }
  const rest = offsetAt(offsets, count) - origin - length;
  return isSame(bytes + origin, bytes + origin + length, rest) ? period : 0;
}

@inline
function isNull(validity: usize, bit: i32): bool {
  return validity != 0 && ((load<u8>(validity + (bit >> 3)) >> <u8>(bit & 7)) & 1) == 0;
}

// What is the same for all rows of a call.
let entries: usize = 0;
let texts: usize = 0;
let textBytes: usize = 0;
let textValidity: usize = 0;
let textBit: i32 = 0;
let wanted: usize = 0;
let wantedCount: i32 = 0;

function hashOf(first: i32): u32 {
  let hash: u64 = 0;
  for (let at = 0; at < wantedCount; at++) {
    const text = first + offsetAt(wanted, at);
    if (isNull(textValidity, textBit + text)) {
      hash = (hash ^ NO_TEXT) * MIX;
      continue;
    }
    const start = offsetAt(texts, text);
    hash = hashBytes(hash, textBytes + start, offsetAt(texts, text + 1) - start);
  }
  return folded(hash);
}

function areSame(a: i32, b: i32): bool {
  for (let at = 0; at < wantedCount; at++) {
    const place = offsetAt(wanted, at);
    const lacks = isNull(textValidity, textBit + a + place);
    if (lacks != isNull(textValidity, textBit + b + place)) return false;
    if (lacks) continue;
    const left = offsetAt(texts, a + place);
    const right = offsetAt(texts, b + place);
    const length = offsetAt(texts, a + place + 1) - left;
    if (offsetAt(texts, b + place + 1) - right != length) return false;
    if (!isSame(textBytes + left, textBytes + right, length)) return false;
  }
  return true;
}

/**
 * Numbers `rows` rows, each of which has `width` entries or none, by the texts at `places` among its entries: rows get the same number
 * where all these are the same, or where they are null or have none. `firsts` are told the first row of each number. Gives how many
 * numbers there are, or -1 for rows of another width and where there would be more numbers than `most`.
 */
export function numberRows(
  offsets: usize,
  rows: i32,
  rowValidity: usize,
  firstRowBit: i32,
  width: i32,
  textOffsets: usize,
  bytes: usize,
  validity: usize,
  firstBit: i32,
  places: usize,
  placeCount: i32,
  numbers: usize,
  firsts: usize,
  most: i32,
): i32 {
  entries = offsets;
  texts = textOffsets;
  textBytes = bytes;
  textValidity = validity;
  textBit = firstBit;
  wanted = places;
  wantedCount = placeCount;
  memory.fill(TABLE, 0, SLOTS * 4);
  let count = 0;
  let empty = -1;
  for (let row = 0; row < rows; row++) {
    const first = offsetAt(entries, row);
    const length = isNull(rowValidity, firstRowBit + row) ? 0 : offsetAt(entries, row + 1) - first;
    let number = -1;
    let slot: u32 = 0;
    if (length == 0) number = empty;
    else {
      if (length != width || first % width != 0) return -1;
      slot = hashOf(first) & (SLOTS - 1);
      for (; ; slot = (slot + 1) & (SLOTS - 1)) {
        const known = load<i32>(TABLE + ((<usize>slot) << 2)) - 1;
        if (known < 0) break;
        if (areSame(first, offsetAt(entries, offsetAt(firsts, known)))) {
          number = known;
          break;
        }
      }
    }
    if (number < 0) {
      if (count == most) return -1;
      number = count++;
      store<i32>(firsts + ((<usize>number) << 2), row);
      if (length == 0) empty = number;
      else store<i32>(TABLE + ((<usize>slot) << 2), count);
    }
    store<i32>(numbers + ((<usize>row) << 2), number);
  }
  return count;
}

/**
 * The rows that are valid and whose number is wanted, a byte for each, as pairs of a first row and the one behind the last. Gives
 * how many pairs there are.
 */
export function selectRows(numbers: usize, rows: i32, isWanted: usize, validity: usize, firstBit: i32, pairs: usize): i32 {
  let count = 0;
  let end = -1;
  for (let row = 0; row < rows; row++) {
    if (load<u8>(isWanted + offsetAt(numbers, row)) == 0 || isNull(validity, firstBit + row)) continue;
    if (row != end) {
      store<i32>(pairs + ((<usize>count) << 3), row);
      count++;
    }
    end = row + 1;
    store<i32>(pairs + ((<usize>count) << 3) - 4, end);
  }
  return count;
}
