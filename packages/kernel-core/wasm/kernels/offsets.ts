/** Of 32-bit numbers the one with an index. */
@inline
export function offsetAt(offsets: usize, index: i32): i32 {
  return load<i32>(offsets + ((<usize>index) << 2));
}
