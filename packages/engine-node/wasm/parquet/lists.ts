let left: i32 = 0;

/** Entries from `start` to the one that begins the row behind the next `rows` rows, or to `end`. A row begins where a repetition level is 0. */
export function rowsEnd(reps: usize, start: i32, end: i32, rows: i32): i32 {
  left = rows;
  let at = start;
  const zeros = i8x16.splat(0);
  for (; at + 16 <= end; at += 16) {
    const begun = popcnt(i8x16.bitmask(i8x16.eq(v128.load(reps + at), zeros)));
    if (begun > left) break;
    left -= begun;
  }
  for (; at < end; at++) {
    if (load<u8>(reps + at) != 0) continue;
    if (left == 0) break;
    left--;
  }
  return at;
}

/** How many rows the last call of {@link rowsEnd} has not met. */
export function rowsLeft(): i32 {
  return left;
}

/**
 * Where each list of a node begins among its items, and behind them where the last one ends: how many lists there are. `defs`
 * may be 0, and all are `most` then. Deeper repetitions belong to an item that has been counted.
 */
export function listOffsets(
  reps: usize,
  defs: usize,
  most: u32,
  entries: i32,
  rep: u32,
  slotDef: u32,
  itemDef: u32,
  to: usize,
): i32 {
  let slot: usize = 0;
  let items: i32 = 0;
  for (let at = 0; at < entries; at++) {
    const level: u32 = defs == 0 ? most : load<u8>(defs + at);
    const repetition: u32 = load<u8>(reps + at);
    if (repetition > rep + 1 || level < slotDef) continue;
    if (repetition <= rep) store<i32>(to + (slot++ << 2), items);
    items += <i32>(level >= itemDef);
  }
  store<i32>(to + (slot << 2), items);
  return <i32>slot;
}

/** The definition levels of a node's slots, which not every entry below it begins. */
export function slotLevels(reps: usize, defs: usize, entries: i32, rep: u32, slotDef: u32, to: usize): i32 {
  let slots = 0;
  for (let at = 0; at < entries; at++) {
    const level: u32 = load<u8>(defs + at);
    if (level < slotDef || <u32>load<u8>(reps + at) > rep) continue;
    store<u8>(to + slots++, <u8>level);
  }
  return slots;
}

/**
 * Where the texts of slots end: a slot for each of `count` levels from `slotDef` on, with the next value where it is `def`, and empty
 * otherwise. Gives how many slots there are.
 */
export function slotOffsets(
  offsets: usize,
  levels: usize,
  count: i32,
  def: u32,
  slotDef: u32,
  distance: i32,
  to: usize,
): i32 {
  let slots: usize = 0;
  let at = offsets;
  let end = load<i32>(at) + distance;
  for (let i = 0; i < count; i++) {
    const level: u32 = load<u8>(levels + i);
    if (level < slotDef) continue;
    if (level == def) {
      at += 4;
      end = load<i32>(at) + distance;
    }
    store<i32>(to + (slots++ << 2), end);
  }
  return <i32>slots;
}

/** Offsets as they are when what they count from lies `distance` bytes further on. */
export function shiftOffsets(offsets: usize, count: i32, distance: i32, to: usize): void {
  const by = i32x4.splat(distance);
  for (let at: usize = 0; at < (<usize>count) << 2; at += 16) {
    v128.store(to + at, i32x4.add(v128.load(offsets + at), by));
  }
}
