/** AssemblyScript, made into `src/json/decode/text-scan-module.ts` by `build.mjs`: see docs/decisions/061-small-tables.md. */

const QUOTE: u8 = 0x22;
const BACKSLASH: u8 = 0x5c;
const EVEN: u64 = 0x5555555555555555;

/** For each set of bytes to drop out of eight: where each of the bytes that are kept comes from. */
const SHUFFLES: usize = memory.data(2048, 16);
/** Where the last {@link copyText} ended. */
const ENDS: usize = memory.data(8, 8);

for (let mask: u32 = 0; mask < 256; mask++) {
  let to: usize = SHUFFLES + mask * 8;
  for (let from: u32 = 0; from < 8; from++) {
    if ((mask & (1 << from)) == 0) store<u8>(to++, <u8>from);
  }
}

/** Address of two words: where {@link copyText} stopped reading, and where it stopped writing. */
export function ends(): usize {
  return ENDS;
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
function equal(at: usize, byte: u8): u64 {
  const all = i8x16.splat(byte);
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
 * From a byte inside a JSON string on: the position of the quote that ends it; or, as its complement, that of what only the
 * caller understands, an escape of anything but a quote or backslash, or a control character.
 */
export function skipText(from: usize): i32 {
  let at = from;
  let carry: u64 = 0;
  while (true) {
    const quotes = equal(at, QUOTE);
    const slashes = equal(at, BACKSLASH);
    let escaped: u64 = carry;
    if (slashes != 0) {
      // A backslash escapes what follows, unless it is escaped itself: runs of them are told apart by where they start.
      const open = slashes & ~carry;
      const follows = (open << 1) | carry;
      const oddStarts = open & ~EVEN & ~follows;
      const sum = oddStarts + open;
      escaped = (EVEN ^ (sum << 1)) & follows;
      carry = u64(sum < open);
    } else {
      carry = 0;
    }
    const strange = controls(at) | (escaped & ~(quotes | slashes));
    const stops = (quotes & ~escaped) | strange;
    if (stops != 0) {
      const index = <usize>ctz(stops);
      const bit: u64 = 1 << (<u64>index);
      if ((strange & bit) == 0) return <i32>(at + index);
      return ~(<i32>(at + index - <usize>((escaped & bit) != 0)));
    }
    at += 64;
  }
}

/** The same, and copies what it passes to `into`, without the backslashes of escapes. May write up to 64 bytes beyond. */
export function copyText(from: usize, into: usize): i32 {
  let at = from;
  let to = into;
  let carry: u64 = 0;
  while (true) {
    const quotes = equal(at, QUOTE);
    const slashes = equal(at, BACKSLASH);
    let escaped: u64 = carry;
    if (slashes != 0) {
      const open = slashes & ~carry;
      const follows = (open << 1) | carry;
      const oddStarts = open & ~EVEN & ~follows;
      const sum = oddStarts + open;
      escaped = (EVEN ^ (sum << 1)) & follows;
      carry = u64(sum < open);
    } else {
      carry = 0;
    }
    const strange = controls(at) | (escaped & ~(quotes | slashes));
    const stops = (quotes & ~escaped) | strange;
    let drop = slashes & ~escaped;
    if (stops == 0) {
      to = copyBlock(at, to, drop, 64);
      at += 64;
      continue;
    }
    let index = <usize>ctz(stops);
    const bit: u64 = 1 << (<u64>index);
    let result = <i32>(at + index);
    if ((strange & bit) != 0) {
      if ((escaped & bit) != 0) {
        if (index == 0) {
          // The backslash before it ended the last block, and has been dropped.
          store<i32>(ENDS, <i32>to);
          return ~(<i32>(at - 1));
        }
        index--;
        result--;
      }
      result = ~result;
    }
    drop &= (<u64>1 << <u64>index) - 1;
    store<i32>(ENDS, <i32>copyBlock(at, to, drop, index));
    return result;
  }
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
    const mask = <usize>((drop >> <u64>done) & 0xff);
    const bytes = v128.load64_zero(at + done);
    const shuffle = v128.load64_zero(SHUFFLES + mask * 8);
    store<i64>(to, i64x2.extract_lane(i8x16.swizzle(bytes, shuffle), 0));
    to += min<usize>(8, length - done) - <usize>popcnt(mask);
  }
  return to;
}
