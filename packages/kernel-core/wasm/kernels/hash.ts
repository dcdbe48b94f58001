/** Odd, and its bits are as good as random. */
export const MIX: u64 = 0x9e3779b97f4a7c15;

/** A hash of bytes behind what `hash` is of. Texts of strangers may be made to collide: it only tells where to look. */
@inline
export function hashBytes(hash: u64, from: usize, length: i32): u64 {
  let left = length;
  hash ^= <u64>left;
  for (; left >= 8; left -= 8, from += 8) hash = rotl((hash ^ load<u64>(from)) * MIX, 29);
  if (left > 0) hash ^= load<u64>(from) & ((<u64>1 << (<u64>left << 3)) - 1);
  return hash * MIX;
}

/** Half as many bits of it. */
@inline
export function folded(hash: u64): u32 {
  return <u32>(hash >> 32) ^ <u32>(hash >> 51);
}
