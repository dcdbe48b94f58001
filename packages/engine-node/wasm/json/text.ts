/** Strings of JSON, which end at the latest at the newline that every line has. What nobody can understand traps. */

const NEWLINE: u32 = 0x0a;
export const QUOTE: u32 = 0x22;
const BACKSLASH: u32 = 0x5c;
const LETTER_U: u32 = 0x75;
const EVEN: u64 = 0x5555555555555555;

/** For each set of bytes to drop out of eight: where each of the bytes that are kept comes from. */
const SHUFFLES: usize = memory.data(2048, 16);
/** What the byte behind a backslash stands for; 0 for `u` and for bytes that may not follow one. */
const ESCAPED: usize = memory.data(256);

for (let mask: u32 = 0; mask < 256; mask++) {
  let to: usize = SHUFFLES + mask * 8;
  for (let from: u32 = 0; from < 8; from++) {
    if ((mask & (1 << from)) == 0) store<u8>(to++, <u8>from);
  }
}
store<u8>(ESCAPED + QUOTE, QUOTE);
store<u8>(ESCAPED + BACKSLASH, BACKSLASH);
store<u8>(ESCAPED + 0x2f, 0x2f);
store<u8>(ESCAPED + 0x62, 0x08);
store<u8>(ESCAPED + 0x66, 0x0c);
store<u8>(ESCAPED + 0x6e, NEWLINE);
store<u8>(ESCAPED + 0x72, 0x0d);
store<u8>(ESCAPED + 0x74, 0x09);

/** Where {@link copyText} stopped writing. */
export let copyEnd: usize = 0;

/** Passes the string that starts here. */
export function skipText(from: usize): usize {
  let at = from + 1;
  while (true) {
    const stops = ends(v128.load(at));
    if (stops != 0) {
      at += ctz(stops);
      break;
    }
    at += 16;
  }
  // Where there is one escape there are many.
  while (load<u8>(at) != QUOTE) {
    at = skipBlocks(at);
    if (load<u8>(at) != QUOTE) at = skipEscape(at);
  }
  return at + 1;
}

/** Copies what the string that starts here stands for, and passes it. May write up to 64 bytes behind its end. */
export function copyText(from: usize, into: usize): usize {
  let at = from + 1;
  let to = into;
  while (true) {
    const bytes = v128.load(at);
    v128.store(to, bytes);
    const stops = ends(bytes);
    if (stops != 0) {
      at += ctz(stops);
      to += ctz(stops);
      break;
    }
    at += 16;
    to += 16;
  }
  copyEnd = to;
  while (load<u8>(at) != QUOTE) {
    at = copyBlocks(at, copyEnd);
    if (load<u8>(at) != QUOTE) at = copyEscape(at, copyEnd);
  }
  return at + 1;
}

/** One bit for each of 16 bytes that does not stand for itself. */
@inline
function ends(bytes: v128): u32 {
  const quotes = i8x16.eq(bytes, i8x16.splat(<i8>QUOTE));
  const slashes = i8x16.eq(bytes, i8x16.splat(<i8>BACKSLASH));
  const controls = i8x16.lt_u(bytes, i8x16.splat(0x20));
  return <u32>i8x16.bitmask(v128.or(v128.or(quotes, slashes), controls));
}

/** One bit for each of 64 bytes. */
@inline
function bits(a: v128, b: v128, c: v128, d: v128): u64 {
  return (
    <u64>i8x16.bitmask(a) |
    (<u64>i8x16.bitmask(b) << 16) |
    (<u64>i8x16.bitmask(c) << 32) |
    (<u64>i8x16.bitmask(d) << 48)
  );
}

@inline
function equal(at: usize, byte: u32): u64 {
  const all = i8x16.splat(<i8>byte);
  return bits(
    i8x16.eq(v128.load(at), all),
    i8x16.eq(v128.load(at, 16), all),
    i8x16.eq(v128.load(at, 32), all),
    i8x16.eq(v128.load(at, 48), all),
  );
}

@inline
function controls(at: usize): u64 {
  const space = i8x16.splat(0x20);
  return bits(
    i8x16.lt_u(v128.load(at), space),
    i8x16.lt_u(v128.load(at, 16), space),
    i8x16.lt_u(v128.load(at, 32), space),
    i8x16.lt_u(v128.load(at, 48), space),
  );
}

/**
 * Of 64 bytes, those that follow a backslash which is not escaped by another block (`carry`): runs of backslashes are told apart
 * by where they start (as in simdjson).
 */
@inline
function followers(slashes: u64, carry: u64): u64 {
  return ((slashes & ~carry) << 1) | carry;
}

/** The backslashes, with each run that starts at an odd place carried on to the byte behind it. */
@inline
function carried(slashes: u64, carry: u64, follows: u64): u64 {
  const open = slashes & ~carry;
  return (open & ~EVEN & ~follows) + open;
}

/** Of the 64 bytes that {@link look} has looked at: where a string ends or something else must be done, what is escaped, what is to be dropped. */
let stops: u64 = 0;
let escaped: u64 = 0;
let drops: u64 = 0;

/** Looks at 64 bytes of a string; `carry` is what it gave for those before: whether a backslash at their end escapes the first. */
@inline
function look(at: usize, carry: u64): u64 {
  const quotes = equal(at, QUOTE);
  const slashes = equal(at, BACKSLASH);
  const follows = followers(slashes, carry);
  const runs = carried(slashes, carry, follows);
  escaped = (EVEN ^ (runs << 1)) & follows;
  stops = (quotes & ~escaped) | controls(at) | (escaped & ~(quotes | slashes));
  drops = slashes & ~escaped;
  return u64(runs < (slashes & ~carry));
}

/** Goes to the end of a string, or to an escape that stands for more than itself or to a control character. */
function skipBlocks(from: usize): usize {
  let at = from;
  let carry: u64 = 0;
  while (true) {
    carry = look(at, carry);
    if (stops != 0) break;
    at += 64;
  }
  const index = <usize>ctz(stops);
  return at + index - <usize>((escaped >> (<u64>index)) & 1);
}

/** The same, and copies what it passes, without the backslashes of escapes. */
function copyBlocks(from: usize, into: usize): usize {
  let at = from;
  let to = into;
  let carry: u64 = 0;
  while (true) {
    carry = look(at, carry);
    if (stops != 0) break;
    to = copyBlock(at, to, drops, 64);
    at += 64;
  }
  const index = <usize>ctz(stops);
  const isEscaped = <usize>((escaped >> (<u64>index)) & 1);
  // The backslash in front of it is none of what is passed, and has been dropped if it ended the last block.
  const length: usize = index == 0 ? 0 : index - isEscaped;
  copyEnd = copyBlock(at, to, drops & (((<u64>1) << (<u64>length)) - 1), length);
  return at + index - isEscaped;
}

/** Copies `length` of 64 bytes, without those to drop. */
@inline
function copyBlock(at: usize, into: usize, drop: u64, length: usize): usize {
  if (drop == 0) {
    v128.store(into, v128.load(at));
    v128.store(into, v128.load(at, 16), 16);
    v128.store(into, v128.load(at, 32), 32);
    v128.store(into, v128.load(at, 48), 48);
    return into + length;
  }
  let to = into;
  for (let done: usize = 0; done < length; done += 8) {
    const mask = <usize>((drop >> (<u64>done)) & 0xff);
    const bytes = v128.load64_zero(at + done);
    const shuffle = v128.load64_zero(SHUFFLES + mask * 8);
    store<i64>(to, i64x2.extract_lane(i8x16.swizzle(bytes, shuffle), 0));
    to += min<usize>(8, length - done) - <usize>popcnt(mask);
  }
  return to;
}

/** Passes the escape that starts here. */
function skipEscape(at: usize): usize {
  if (load<u8>(at) != BACKSLASH) unreachable();
  const next: u32 = load<u8>(at + 1);
  if (load<u8>(ESCAPED + next) != 0) return at + 2;
  if (next != LETTER_U) unreachable();
  codeUnit(at + 2);
  return at + 6;
}

/** The same, and writes what it stands for; half a surrogate pair is U+FFFD. */
function copyEscape(at: usize, into: usize): usize {
  if (load<u8>(at) != BACKSLASH) unreachable();
  const next: u32 = load<u8>(at + 1);
  const plain = load<u8>(ESCAPED + next);
  if (plain != 0) {
    store<u8>(into, plain);
    copyEnd = into + 1;
    return at + 2;
  }
  if (next != LETTER_U) unreachable();
  const unit = codeUnit(at + 2);
  if (unit < 0xd800 || unit > 0xdfff) {
    copyEnd = writeUtf8(into, unit);
    return at + 6;
  }
  if (unit < 0xdc00 && load<u8>(at + 6) == BACKSLASH && load<u8>(at + 7) == LETTER_U) {
    const low = codeUnit(at + 8);
    if (low >= 0xdc00 && low <= 0xdfff) {
      copyEnd = writeUtf8(into, 0x10000 + ((unit - 0xd800) << 10) + low - 0xdc00);
      return at + 12;
    }
  }
  copyEnd = writeUtf8(into, 0xfffd);
  return at + 6;
}

/** The UTF-16 unit that four hexadecimal digits name. */
function codeUnit(at: usize): u32 {
  let unit: u32 = 0;
  for (let i = at; i < at + 4; i++) {
    const byte: u32 = load<u8>(i);
    const digit = byte - 0x30;
    const letter = (byte | 0x20) - 0x61;
    if (digit < 10) unit = unit * 16 + digit;
    else if (letter < 6) unit = unit * 16 + letter + 10;
    else unreachable();
  }
  return unit;
}

function writeUtf8(into: usize, point: u32): usize {
  if (point < 0x80) {
    store<u8>(into, point);
    return into + 1;
  }
  let to = into;
  if (point < 0x800) {
    store<u8>(to++, 0xc0 | (point >> 6));
  } else {
    if (point < 0x10000) {
      store<u8>(to++, 0xe0 | (point >> 12));
    } else {
      store<u8>(to++, 0xf0 | (point >> 18));
      store<u8>(to++, 0x80 | ((point >> 12) & 0x3f));
    }
    store<u8>(to++, 0x80 | ((point >> 6) & 0x3f));
  }
  store<u8>(to++, 0x80 | (point & 0x3f));
  return to;
}
