import { copyBy16 } from "./copy";

/** Picks indexes by ranges of their positions, which begin at `before`: pairs of where each starts and ends. */
export function pickIndexes(indexes: usize, ranges: usize, pairs: usize, before: usize, to: usize): void {
  for (let pair: usize = 0; pair < pairs; pair++) {
    const end = <usize>load<u32>(ranges + pair * 8, 4) - before;
    for (let at = <usize>load<u32>(ranges + pair * 8) - before; at < end; at++) {
      store<u32>(to, load<u32>(indexes + at * 4));
      to += 4;
    }
  }
}

/** Picks values of four bytes by indexes that are all within the dictionary. */
export function gather4(dictionary: usize, indexes: usize, count: usize, to: usize): void {
  for (let i: usize = 0; i < count; i++) {
    store<u32>(to + i * 4, load<u32>(dictionary + <usize>load<u32>(indexes + i * 4) * 4));
  }
}

export function gather8(dictionary: usize, indexes: usize, count: usize, to: usize): void {
  for (let i: usize = 0; i < count; i++) {
    store<u64>(to + i * 8, load<u64>(dictionary + <usize>load<u32>(indexes + i * 4) * 8));
  }
}

/** The same for values of any width. */
export function gatherWide(dictionary: usize, width: usize, indexes: usize, count: usize, to: usize): void {
  for (let i: usize = 0; i < count; i++) {
    copyBy16(to + i * width, dictionary + <usize>load<u32>(indexes + i * 4) * width, width);
  }
}

/** How many bytes values of any length will take that lie between offsets. */
export function gatheredBytes(offsets: usize, indexes: usize, count: usize): f64 {
  let sum: u64 = 0;
  for (let i: usize = 0; i < count; i++) {
    const at = offsets + <usize>load<u32>(indexes + i * 4) * 4;
    sum += load<u32>(at, 4) - load<u32>(at);
  }
  return <f64>sum;
}

/** The greatest distance between `count` values' offsets, unsigned. */
export function longest(offsets: usize, count: usize): u32 {
  let most: u32 = 0;
  for (let i: usize = 0; i < count; i++) {
    const at = offsets + i * 4;
    most = max<u32>(most, load<u32>(at, 4) - load<u32>(at));
  }
  return most;
}

/** Picks values of any length: their bytes, of which it gives the number, and where each begins and the last ends. */
export function gatherBytes(
  offsets: usize,
  bytes: usize,
  indexes: usize,
  count: usize,
  toOffsets: usize,
  toBytes: usize,
): u32 {
  let to = toBytes;
  store<u32>(toOffsets, 0);
  for (let i: usize = 0; i < count; i++) {
    const at = offsets + <usize>load<u32>(indexes + i * 4) * 4;
    const start = <usize>load<u32>(at);
    const length = <usize>load<u32>(at, 4) - start;
    copyBy16(to, bytes + start, length);
    to += length;
    store<u32>(toOffsets + i * 4, <u32>(to - toBytes), 4);
  }
  return <u32>(to - toBytes);
}
