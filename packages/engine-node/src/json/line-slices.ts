const NEWLINE = 0x0a;

/**
 * Cuts bytes behind line ends into slices of about `size`; a longer line is a slice of its own. Where the first is to be shorter, each
 * is twice as long as the one before.
 */
export function* lineSlices(
  bytes: Uint8Array,
  size: number,
  first: number = size,
): Generator<Uint8Array, void, undefined> {
  let next = first;
  for (let start = 0; start < bytes.length; ) {
    const end = sliceEnd(bytes, start, next);
    yield bytes.subarray(start, end);
    start = end;
    next = Math.min(2 * next, size);
  }
}

function sliceEnd(bytes: Uint8Array, start: number, size: number): number {
  if (bytes.length - start <= size) return bytes.length;
  const last = bytes.lastIndexOf(NEWLINE, start + size - 1);
  if (last >= start) return last + 1;
  const next = bytes.indexOf(NEWLINE, start + size);
  return next < 0 ? bytes.length : next + 1;
}
