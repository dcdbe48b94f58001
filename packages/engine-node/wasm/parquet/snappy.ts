import { copyBy16 } from "./copy";

const CUT_OFF: i32 = 1;
const TOO_LONG: i32 = 2;
const BEFORE_BEGINNING: i32 = 3;
const TOO_SHORT: i32 = 4;

/** Longer literals are copied by the engine. */
const LONG: usize = 256;
/** For each distance below 16: where each byte of a copy of 16 comes from. */
const PATTERNS: usize = memory.data(256, 16);
/** And after how many bytes it begins anew, in 16. */
const STEPS: usize = memory.data(16, 16);

/** Of a copy, by its tag: its length, what its offset has of the tag, and what of the two bytes behind. None where there are four. */
const ELEMENTS: usize = memory.data(1024, 16);
/** What is copied at once, and more than a short element and its data have. */
const FAR: usize = 144;
const SHORT: usize = 60;

for (let tag: u32 = 0; tag < 256; tag++) {
  const kind = tag & 3;
  const element: u32 =
    kind == 1
      ? (((tag >> 2) & 7) + 4) | ((tag >> 5) << 8) | (0xff << 16)
      : kind == 2
        ? ((tag >> 2) + 1) | (0xffff << 16)
        : 0;
  store<u32>(ELEMENTS + <usize>tag * 4, element);
}

for (let offset: usize = 1; offset < 16; offset++) {
  for (let i: usize = 0; i < 16; i++) store<u8>(PATTERNS + offset * 16 + i, <u8>(i % offset));
  store<u8>(STEPS + offset, <u8>(16 - (16 % offset)));
}

/**
 * Decompresses Snappy ("format_description.txt" of google/snappy), which must fill the output exactly. 0, or what is wrong
 * with it.
 */
export function snappy(input: usize, inEnd: usize, output: usize, outEnd: usize): i32 {
  let pos = input;
  // The caller has read the length in front.
  while (pos < inEnd && load<u8>(pos) >= 0x80) pos++;
  pos++;
  let at = output;
  while (pos < inEnd) {
    // Far from both ends nothing short has to be looked at twice, and is copied by as many bytes as may be without asking how many.
    while (pos + FAR < inEnd && at + FAR < outEnd) {
      let tag: usize = load<u8>(pos);
      if ((tag & 3) == 0) {
        const length = (tag >> 2) + 1;
        if (length > SHORT) break;
        v128.store(at, v128.load(pos + 1));
        v128.store(at + 16, v128.load(pos + 17));
        if (length > 32) {
          v128.store(at + 32, v128.load(pos + 33));
          v128.store(at + 48, v128.load(pos + 49));
        }
        pos += length + 1;
        at += length;
        // A copy comes next, mostly.
        tag = load<u8>(pos);
        if ((tag & 3) == 0) continue;
      }
      const element: usize = load<u32>(ELEMENTS + tag * 4);
      const length = element & 0xff;
      if (length == 0) break;
      const offset = (element & 0x700) | (load<u16>(pos + 1) & (element >> 16));
      if (offset - 1 >= at - output) return BEFORE_BEGINNING;
      if (offset < 16) {
        const pattern = i8x16.swizzle(v128.load(at - offset), v128.load(PATTERNS + offset * 16));
        const step = <usize>load<u8>(STEPS + offset);
        v128.store(at, pattern);
        for (let done = step; done < length; done += step) v128.store(at + done, pattern);
      } else {
        const from = at - offset;
        v128.store(at, v128.load(from));
        v128.store(at + 16, v128.load(from + 16));
        if (length > 32) {
          v128.store(at + 32, v128.load(from + 32));
          v128.store(at + 48, v128.load(from + 48));
        }
      }
      pos += (tag & 3) + 1;
      at += length;
    }
    const tag: usize = load<u8>(pos++);
    const kind = tag & 3;
    if (kind == 0) {
      let less = tag >> 2;
      if (less >= 60) {
        const bytes = less - 59;
        if (bytes > inEnd - pos) return CUT_OFF;
        less = load<u32>(pos) & (<u32>-1 >> (32 - <u32>bytes * 8));
        pos += bytes;
      }
      if (pos >= inEnd || less >= inEnd - pos) return CUT_OFF;
      const length = less + 1;
      if (length > outEnd - at) return TOO_LONG;
      if (length > LONG) memory.copy(at, pos, length);
      else copyBy16(at, pos, length);
      pos += length;
      at += length;
    } else {
      let length: usize;
      let offset: usize;
      if (kind == 1) {
        length = ((tag >> 2) & 7) + 4;
        offset = ((tag >> 5) << 8) | load<u8>(pos);
        pos += 1;
      } else {
        length = (tag >> 2) + 1;
        if (kind == 2) {
          offset = load<u16>(pos);
          pos += 2;
        } else {
          offset = load<u32>(pos);
          pos += 4;
        }
      }
      if (pos > inEnd) return CUT_OFF;
      if (offset == 0 || offset > at - output) return BEFORE_BEGINNING;
      if (length > outEnd - at) return TOO_LONG;
      const from = at - offset;
      if (offset >= 16) copyBy16(at, from, length);
      else {
        // Nearer than 16 bytes, a copy repeats what it has just written.
        const pattern = i8x16.swizzle(v128.load(from), v128.load(PATTERNS + offset * 16));
        const step = <usize>load<u8>(STEPS + offset);
        v128.store(at, pattern);
        for (let done = step; done < length; done += step) v128.store(at + done, pattern);
      }
      at += length;
    }
  }
  return at == outEnd ? 0 : TOO_SHORT;
}
