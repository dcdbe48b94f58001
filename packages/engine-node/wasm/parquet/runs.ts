/** Where the bytes of the run behind the last header begin. */
export let behind: usize = 0;

/**
 * The header of a run of the RLE and bit-packing hybrid ("Run Length Encoding / Bit-Packing Hybrid (RLE = 3)" in Encodings.md),
 * or -1 where it is cut off.
 */
export function runHeader(from: usize, end: usize): i64 {
  let at = from;
  let header: i64 = 0;
  for (let shift: i64 = 0; shift <= 28; shift += 7) {
    if (at >= end) return -1;
    const byte: i64 = load<u8>(at++);
    header |= (byte & 0x7f) << shift;
    if (byte < 0x80) {
      behind = at;
      return header;
    }
  }
  return -1;
}

/** The end of a bit-packed run: beyond `end` is as good as at it. */
@inline
export function packedEnd(at: usize, groups: i64, width: u32, end: usize): usize {
  const bytes = groups * <i64>width;
  return bytes < <i64>(end - at) ? at + <usize>bytes : end;
}
