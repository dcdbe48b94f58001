/** Values of JSON other than strings, and values of any kind that nobody wants. What nobody can understand traps. */

import { QUOTE, skipText } from "./text";

const NEWLINE: u32 = 0x0a;
const SPACE: u32 = 0x20;
export const COMMA: u32 = 0x2c;
const MINUS: u32 = 0x2d;
const POINT: u32 = 0x2e;
export const COLON: u32 = 0x3a;
export const OPEN_BRACKET: u32 = 0x5b;
export const CLOSE_BRACKET: u32 = 0x5d;
export const OPEN_BRACE: u32 = 0x7b;
export const CLOSE_BRACE: u32 = 0x7d;
const LETTER_E: u32 = 0x65;
export const LETTER_F: u32 = 0x66;
export const LETTER_N: u32 = 0x6e;
export const LETTER_T: u32 = 0x74;
/** The words, as four bytes of memory. */
const NULL: u32 = 0x6c6c756e;
const TRUE: u32 = 0x65757274;
const ALSE: u32 = 0x65736c61;

/** Deeper values are left to the caller, whose stack is known to hold them. */
const MOST_DEPTH: i32 = 64;
let depth: i32 = 0;

export function startLine(): void {
  depth = 0;
}

/** Goes to the next byte that is not blank. A newline is none. */
@inline
export function pass(at: usize): usize {
  return <u32>load<u8>(at) > SPACE ? at : passBlanks(at);
}

function passBlanks(from: usize): usize {
  let at = from;
  while (true) {
    const byte: u32 = load<u8>(at);
    if (byte != SPACE && byte != 0x09 && byte != 0x0d) return at;
    at++;
  }
}

/** Goes into the object or array that starts here, to what comes first. */
export function open(at: usize): usize {
  if (++depth > MOST_DEPTH) unreachable();
  return pass(at + 1);
}

/** Passes what ends it. */
export function close(at: usize, byte: u32): usize {
  if (load<u8>(at) != byte) unreachable();
  depth--;
  return at + 1;
}

/** Passes the colon behind a name, and goes to the value. */
export function passColon(from: usize): usize {
  const at = pass(from);
  if (load<u8>(at) != COLON) unreachable();
  return pass(at + 1);
}

export function passNull(at: usize): usize {
  if (load<u32>(at) != NULL) unreachable();
  return at + 4;
}

export function passTrue(at: usize): usize {
  if (load<u32>(at) != TRUE) unreachable();
  return at + 4;
}

export function passFalse(at: usize): usize {
  if (load<u32>(at + 1) != ALSE) unreachable();
  return at + 5;
}

/** Passes a string that is the name of a member. */
export function passName(at: usize): usize {
  if (load<u8>(at) != QUOTE) unreachable();
  return skipText(at);
}

/** Passes the value that starts here. */
export function skipValue(from: usize): usize {
  const first: u32 = load<u8>(from);
  if (first == QUOTE) return skipText(from);
  if (first == OPEN_BRACE) {
    let at = open(from);
    if (load<u8>(at) != CLOSE_BRACE) {
      while (true) {
        at = pass(skipValue(passColon(passName(at))));
        if (load<u8>(at) != COMMA) break;
        at = pass(at + 1);
      }
    }
    return close(at, CLOSE_BRACE);
  }
  if (first == OPEN_BRACKET) {
    let at = open(from);
    if (load<u8>(at) != CLOSE_BRACKET) {
      while (true) {
        at = pass(skipValue(at));
        if (load<u8>(at) != COMMA) break;
        at = pass(at + 1);
      }
    }
    return close(at, CLOSE_BRACKET);
  }
  if (first == LETTER_N) return passNull(from);
  if (first == LETTER_T) return passTrue(from);
  if (first == LETTER_F) return passFalse(from);
  return skipNumber(from);
}

@inline
function isDigit(at: usize): bool {
  return <u32>load<u8>(at) - 0x30 < 10;
}

function skipDigits(from: usize): usize {
  if (!isDigit(from)) unreachable();
  let at = from + 1;
  while (isDigit(at)) at++;
  return at;
}

function skipNumber(from: usize): usize {
  const first = load<u8>(from) == MINUS ? from + 1 : from;
  let at = skipDigits(first);
  if (load<u8>(first) == 0x30 && at > first + 1) unreachable();
  if (load<u8>(at) == POINT) at = skipDigits(at + 1);
  if ((<u32>load<u8>(at) | 0x20) == LETTER_E) {
    at++;
    if (load<u8>(at) == 0x2b || load<u8>(at) == MINUS) at++;
    at = skipDigits(at);
  }
  return at;
}

/** The last integer. */
export let integer: i64 = 0;

/** Reads the integer of 64 bits that starts here; one in another form than digits traps, though it may be whole. */
export function readInteger(from: usize): usize {
  const isNegative = load<u8>(from) == MINUS;
  const first = isNegative ? from + 1 : from;
  let value: u64 = 0;
  let at = first;
  while (true) {
    const digit = <u32>load<u8>(at) - 0x30;
    if (digit > 9) break;
    value = value * 10 + digit;
    at++;
  }
  const digits = at - first;
  // 19 digits fit into 64 bits without a sign.
  if (digits == 0 || digits > 19 || (load<u8>(first) == 0x30 && digits > 1)) unreachable();
  if (value > <u64>i64.MAX_VALUE + <u64>isNegative) unreachable();
  const next: u32 = load<u8>(at);
  if (next == POINT || (next | 0x20) == LETTER_E) unreachable();
  integer = isNegative ? -(<i64>value) : <i64>value;
  return at;
}

/** Whether a line ends here. */
@inline
export function isEnd(at: usize): bool {
  return load<u8>(at) == NEWLINE;
}
