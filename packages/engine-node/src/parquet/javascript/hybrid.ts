/** What a run of levels or dictionary indexes is decoded into. */
export type HybridTarget = Uint8Array | Int32Array;

/** Accumulating bit by bit keeps at most 7 bits over from the byte before. */
const WIDEST_ACCUMULATED = 24;

/**
 * Decodes `count` values of the RLE/bit-packing hybrid encoding ("Run Length Encoding / Bit-Packing Hybrid (RLE = 3)"
 * in Encodings.md) from `source` between `start` and `end` into the front of `target`.
 *
 * @throws Error when the bytes end too early.
 */
export function readHybrid(
  source: Uint8Array,
  start: number,
  end: number,
  width: number,
  target: HybridTarget,
  count: number,
): void {
  if (width > 32) throw new Error(`${width} bits are too wide for levels or indexes`);
  if (width === 0) {
    target.fill(0, 0, count);
    return;
  }
  let at = start;
  let done = 0;
  while (done < count) {
    let header = 0;
    let shift = 0;
    let byte: number;
    do {
      if (at >= end || shift > 28) throw new Error("a run of levels or indexes is cut off");
      byte = source[at++]!;
      header += (byte & 0x7f) * 2 ** shift;
      shift += 7;
    } while (byte >= 0x80);
    if (header % 2 === 0) {
      const bytes = (width + 7) >> 3;
      if (at + bytes > end) throw new Error("a run of levels or indexes is cut off");
      let value = 0;
      for (let i = 0; i < bytes; i++) value |= source[at++]! << (i * 8);
      const run = Math.min(header / 2, count - done);
      target.fill(value, done, done + run);
      done += run;
    } else {
      const values = Math.min(((header - 1) / 2) * 8, count - done);
      // The padding of the last group may be missing.
      if (at + Math.ceil((values * width) / 8) > end) throw new Error("a run of levels or indexes is cut off");
      if (width === 1) unpackBits(source, at, target, done, values);
      else if (width <= WIDEST_ACCUMULATED) unpack(source, at, width, target, done, values);
      else unpackWide(source, at, width, target, done, values);
      at += ((header - 1) / 2) * width;
      done += values;
    }
  }
}

/** The value that all `count` values have, where the first run says so; `undefined` where more than that one must be read. */
export function repeatedValue(
  source: Uint8Array,
  start: number,
  end: number,
  width: number,
  count: number,
): number | undefined {
  let header = 0;
  let shift = 0;
  let at = start;
  let byte: number;
  do {
    if (at >= end || shift > 28) return undefined;
    byte = source[at++]!;
    header += (byte & 0x7f) * 2 ** shift;
    shift += 7;
  } while (byte >= 0x80);
  // Levels and indexes of more than a byte are rare: they take the long way.
  if (header % 2 === 1 || header / 2 < count || width > 8 || at >= end) return undefined;
  return source[at];
}

function unpackBits(source: Uint8Array, start: number, target: HybridTarget, from: number, count: number): void {
  for (let i = 0; i < count; i++) target[from + i] = (source[start + (i >> 3)]! >> (i & 7)) & 1;
}

function unpack(
  source: Uint8Array,
  start: number,
  width: number,
  target: HybridTarget,
  from: number,
  count: number,
): void {
  const mask = (1 << width) - 1;
  let at = start;
  let bits = 0;
  let held = 0;
  for (let i = from; i < from + count; i++) {
    while (held < width) {
      bits |= source[at++]! << held;
      held += 8;
    }
    target[i] = bits & mask;
    bits >>>= width;
    held -= width;
  }
}

function unpackWide(
  source: Uint8Array,
  start: number,
  width: number,
  target: HybridTarget,
  from: number,
  count: number,
): void {
  for (let i = 0; i < count; i++) target[from + i] = readBits(source, start * 8 + i * width, width);
}

/** `width` bits, at most 32, from bit `bit` on, lowest first, as an unsigned number. */
export function readBits(source: Uint8Array, bit: number, width: number): number {
  let value = 0;
  let have = 0;
  let at = Math.floor(bit / 8);
  let skip = bit % 8;
  while (have < width) {
    const take = Math.min(8 - skip, width - have);
    value += ((source[at++]! >> skip) & ((1 << take) - 1)) * 2 ** have;
    have += take;
    skip = 0;
  }
  return value;
}

/**
 * Decodes `count` levels of the deprecated BIT_PACKED encoding, which packs from the highest bit down. Gives the bytes
 * taken.
 */
export function readBitPacked(
  source: Uint8Array,
  start: number,
  end: number,
  width: number,
  target: Uint8Array,
): number {
  const bytes = Math.ceil((target.length * width) / 8);
  if (start + bytes > end) throw new Error("bit-packed levels are cut off");
  for (let i = 0, bit = start * 8; i < target.length; i++) {
    let value = 0;
    for (let b = 0; b < width; b++, bit++) value = (value << 1) | ((source[bit >> 3]! >> (7 - (bit & 7))) & 1);
    target[i] = value;
  }
  return bytes;
}
