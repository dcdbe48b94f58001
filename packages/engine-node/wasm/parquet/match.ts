/** How many entries {@link matchIndexes} has found last, and how many of them have a value. */
let entries: usize = 0;
let values: usize = 0;

export function matchedEntries(): usize {
  return entries;
}

export function matchedValues(): usize {
  return values;
}

/**
 * Finds the entries whose value is marked, by a byte for each value of the dictionary, and nulls if `nulls` is 1: their ranges, as pairs
 * of where each starts and ends, the indexes of their values, and their levels. Gives the number of ranges. All indexes are within the dictionary.
 * `levels` is 0 where each entry has a value.
 */
export function matchIndexes(
  indexes: usize,
  levels: usize,
  most: u32,
  count: usize,
  marks: usize,
  nulls: u32,
  toRanges: usize,
  toIndexes: usize,
  toLevels: usize,
): i32 {
  let at = indexes;
  let range = toRanges;
  let found = toIndexes;
  let level = toLevels;
  let isOpen = false;
  for (let i: usize = 0; i < count; ) {
    // Mostly none of several is marked.
    if (levels == 0 && !isOpen && i + 4 <= count) {
      const any =
        load<u8>(marks + <usize>load<u32>(at)) |
        load<u8>(marks + <usize>load<u32>(at, 4)) |
        load<u8>(marks + <usize>load<u32>(at, 8)) |
        load<u8>(marks + <usize>load<u32>(at, 12));
      if (any == 0) {
        i += 4;
        at += 16;
        continue;
      }
    }
    const own: u32 = levels == 0 ? most : load<u8>(levels + i);
    const hasValue = own == most;
    const index = load<u32>(at);
    const isWanted = hasValue ? load<u8>(marks + <usize>index) != 0 : nulls != 0;
    if (isWanted) {
      store<u8>(level++, <u8>own);
      store<u32>(found, index);
      if (hasValue) found += 4;
    }
    if (isWanted != isOpen) {
      store<u32>(range, <u32>i);
      range += 4;
      isOpen = isWanted;
    }
    if (hasValue) at += 4;
    i++;
  }
  if (isOpen) {
    store<u32>(range, <u32>count);
    range += 4;
  }
  values = (found - toIndexes) >> 2;
  entries = level - toLevels;
  return <i32>((range - toRanges) >> 3);
}
