/** Puts values to the entries that are at the highest level, and zeros to the others. */
export function spread1(from: usize, levels: usize, most: u32, count: usize, to: usize): void {
  let at = from;
  for (let i: usize = 0; i < count; i++) {
    const has = <u32>load<u8>(levels + i) == most;
    store<u8>(to + i, has ? load<u8>(at) : 0);
    at += <usize>has;
  }
}

export function spread4(from: usize, levels: usize, most: u32, count: usize, to: usize): void {
  let at = from;
  for (let i: usize = 0; i < count; i++) {
    const has = <u32>load<u8>(levels + i) == most;
    store<u32>(to + i * 4, has ? load<u32>(at) : 0);
    at += (<usize>has) << 2;
  }
}

export function spread8(from: usize, levels: usize, most: u32, count: usize, to: usize): void {
  let at = from;
  for (let i: usize = 0; i < count; i++) {
    const has = <u32>load<u8>(levels + i) == most;
    store<u64>(to + i * 8, has ? load<u64>(at) : 0);
    at += (<usize>has) << 3;
  }
}

export function spreadWide(from: usize, width: usize, levels: usize, most: u32, count: usize, to: usize): void {
  let at = from;
  for (let i: usize = 0; i < count; i++) {
    if (<u32>load<u8>(levels + i) == most) {
      memory.copy(to + i * width, at, width);
      at += width;
    } else memory.fill(to + i * width, 0, width);
  }
}

/** The same for where values of any length begin: nulls have no bytes. */
export function spreadOffsets(offsets: usize, levels: usize, most: u32, count: usize, to: usize): void {
  let at = offsets;
  store<u32>(to, load<u32>(at));
  for (let i: usize = 0; i < count; i++) {
    at += (<usize>(<u32>load<u8>(levels + i) == most)) << 2;
    store<u32>(to + i * 4, load<u32>(at), 4);
  }
}
