/** Finds single values in the JSON text of statistics, as `StatsScanner` does, which is asked again where this gives up. */

const INVALID: i32 = 0;
const FOUND: i32 = 1;
/** There is an escape in what is wanted. */
const GIVEN_UP: i32 = 2;

/** What is there of a wanted value. */
@unmanaged
class Place {
  kind: i32;
  /** Where its text starts and ends, quotes aside. */
  start: usize;
  end: usize;
  number: f64;
}

const NUMBER: i32 = 1;
const TEXT: i32 = 2;
const QUOTED: i32 = 3;

/** A member of an object that is wanted: a value to be put at a place, or an object with such members. */
@unmanaged
class Member {
  name: usize;
  nameLength: i32;
  /** -1 for an object. */
  place: i32;
  children: usize;
  childCount: i32;
}

const QUOTE: u32 = 0x22;
const PLUS: u32 = 0x2b;
const COMMA: u32 = 0x2c;
const MINUS: u32 = 0x2d;
const POINT: u32 = 0x2e;
const ZERO: u32 = 0x30;
const COLON: u32 = 0x3a;
const OPEN_BRACKET: u32 = 0x5b;
const BACKSLASH: u32 = 0x5c;
const CLOSE_BRACKET: u32 = 0x5d;
const LETTER_E: u32 = 0x65;
const LETTER_F: u32 = 0x66;
const LETTER_N: u32 = 0x6e;
const LETTER_T: u32 = 0x74;
const OPEN_BRACE: u32 = 0x7b;
const CLOSE_BRACE: u32 = 0x7d;
/** `null`, `true`, and `false` without its first letter, in the order of their bytes. */
const NULL: u32 = 0x6c6c756e;
const TRUE: u32 = 0x65757274;
const ALSE: u32 = 0x65736c61;

const MOST_DEPTH: i32 = 500;
/** Bytes of a number that a double may hold exactly: digits, a sign and a point. */
const MOST_DIGITS: usize = 18;
const MOST_EXACT: u64 = 9007199254740991;
const TENS: usize = memory.data(152, 8);

let power: f64 = 1;
for (let exponent: usize = 0; exponent <= MOST_DIGITS; exponent++) {
  store<f64>(TENS + exponent * 8, power);
  power *= 10;
}

let at: usize = 0;
let end: usize = 0;
let places: usize = 0;
/** What to answer where the text is not passed. */
let fault: i32 = INVALID;

/** Looks for what `root` wants, and gives whether the text is JSON, or that it has given up. */
export function scan(root: Member, from: usize, to: usize, toPlaces: usize, placeCount: i32): i32 {
  at = from;
  end = to;
  places = toPlaces;
  fault = INVALID;
  for (let i = 0; i < placeCount; i++) placeAt(i).kind = 0;
  if (!passValue(root, 0)) return fault;
  passBlanks();
  return at == end ? FOUND : INVALID;
}

@inline
function placeAt(index: i32): Place {
  return changetype<Place>(places + <usize>index * offsetof<Place>());
}

@inline
function peek(): u32 {
  return at < end ? load<u8>(at) : 0;
}

@inline
function take(byte: u32): bool {
  if (at >= end || load<u8>(at) != byte) return false;
  at++;
  return true;
}

@inline
function passBlanks(): void {
  while (at < end) {
    const byte: u32 = load<u8>(at);
    if (byte > 0x20 || (byte != 0x20 && byte != 0x0a && byte != 0x0d && byte != 0x09)) return;
    at++;
  }
}

function giveUp(): bool {
  fault = GIVEN_UP;
  return false;
}

/** Without `wanted` nothing is kept of it. */
function passValue(wanted: Member | null, depth: i32): bool {
  passBlanks();
  const byte = peek();
  const place = wanted == null ? -1 : wanted.place;
  if (byte == OPEN_BRACE) return passObject(place < 0 ? wanted : null, depth);
  if (byte == OPEN_BRACKET) return passArray(depth);
  const start = at;
  if (byte == QUOTE) {
    if (!passString()) return false;
    if (place < 0) return true;
    if (isEscaped) return giveUp();
    const found = placeAt(place);
    found.kind = QUOTED;
    found.start = start + 1;
    found.end = at - 1;
    return true;
  }
  if (byte == LETTER_N) return passWord(NULL);
  let isNumber = false;
  if (byte == LETTER_T) {
    if (!passWord(TRUE)) return false;
  } else if (byte == LETTER_F) {
    at++;
    if (!passWord(ALSE)) return false;
  } else {
    if (!passNumber()) return false;
    isNumber = true;
  }
  if (place >= 0) {
    const found = placeAt(place);
    found.kind = isNumber && isExact(start, found) ? NUMBER : TEXT;
    found.start = start;
    found.end = at;
  }
  return true;
}

function passObject(wanted: Member | null, depth: i32): bool {
  if (depth > MOST_DEPTH) return false;
  at++;
  passBlanks();
  if (take(CLOSE_BRACE)) return true;
  let next = 0;
  do {
    passBlanks();
    const start = at + 1;
    if (!passString()) return false;
    let member: Member | null = null;
    if (wanted != null) {
      if (isEscaped) return giveUp();
      const index = findMember(wanted, start, <i32>(at - 1 - start), next);
      if (index >= 0) {
        member = memberAt(wanted, index);
        next = index + 1;
      }
    }
    passBlanks();
    if (!take(COLON)) return false;
    if (!passValue(member, depth + 1)) return false;
    passBlanks();
  } while (take(COMMA));
  return take(CLOSE_BRACE);
}

@inline
function memberAt(object: Member, index: i32): Member {
  return changetype<Member>(object.children + <usize>index * offsetof<Member>());
}

/** The number of the member with a name, from one on that it may well be; -1 for none. */
function findMember(object: Member, start: usize, length: i32, next: i32): i32 {
  const count = object.childCount;
  let index = next;
  for (let tried = 0; tried < count; tried++, index++) {
    if (index >= count) index = 0;
    const member = memberAt(object, index);
    if (member.nameLength == length && memory.compare(member.name, start, length) == 0) return index;
  }
  return -1;
}

function passArray(depth: i32): bool {
  if (depth > MOST_DEPTH) return false;
  at++;
  passBlanks();
  if (take(CLOSE_BRACKET)) return true;
  do {
    if (!passValue(null, depth + 1)) return false;
    passBlanks();
  } while (take(COMMA));
  return take(CLOSE_BRACKET);
}

/** Whether the last string had an escape. */
let isEscaped: bool = false;

function passString(): bool {
  isEscaped = false;
  if (peek() != QUOTE) return false;
  const quotes = i8x16.splat(<i8>QUOTE);
  const slashes = i8x16.splat(<i8>BACKSLASH);
  let to = at + 1;
  while (to < end) {
    const bytes = v128.load(to);
    const stops = <u32>i8x16.bitmask(v128.or(i8x16.eq(bytes, quotes), i8x16.eq(bytes, slashes)));
    if (stops == 0) {
      to += 16;
      continue;
    }
    to += ctz(stops);
    if (to >= end) return false;
    if (load<u8>(to) == QUOTE) {
      at = to + 1;
      return true;
    }
    isEscaped = true;
    to += 2;
  }
  return false;
}

function passWord(letters: u32): bool {
  if (end - at < 4 || load<u32>(at) != letters) return false;
  at += 4;
  return true;
}

function passNumber(): bool {
  take(MINUS);
  if (!take(ZERO) && !passDigits()) return false;
  if (take(POINT) && !passDigits()) return false;
  if ((peek() | 0x20) == LETTER_E) {
    at++;
    if (!take(PLUS)) take(MINUS);
    if (!passDigits()) return false;
  }
  return true;
}

@inline
function passDigits(): bool {
  const start = at;
  while (at < end && <u32>load<u8>(at) - ZERO < 10) at++;
  return at > start;
}

/** Whether the number that has been passed is one without an exponent that a double holds exactly as digits by a power of ten. */
function isExact(start: usize, place: Place): bool {
  if (at - start > MOST_DIGITS) return false;
  const isNegative = load<u8>(start) == MINUS;
  let digits: u64 = 0;
  let scale: usize = 0;
  let isFraction: usize = 0;
  for (let from = start + <usize>isNegative; from < at; from++) {
    const byte: u32 = load<u8>(from);
    if (byte == POINT) isFraction = 1;
    else {
      if (byte - ZERO >= 10) return false;
      digits = digits * 10 + <u64>(byte - ZERO);
      scale += isFraction;
    }
  }
  if (digits > MOST_EXACT) return false;
  // Both are exact, so that dividing rounds once, as it should.
  const value = scale > 0 ? <f64>digits / load<f64>(TENS + scale * 8) : <f64>digits;
  place.number = isNegative ? -value : value;
  return true;
}
