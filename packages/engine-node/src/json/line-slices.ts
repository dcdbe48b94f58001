const NEWLINE = 0x0a;

/** Cuts bytes behind line ends into slices of about `size`; a longer line is a slice of its own. */
export function* lineSlices(bytes: Uint8Array, size: number): Generator<Uint8Array, void, undefined> {
  for (let start = 0; start < bytes.length; ) {
    const end = sliceEnd(bytes, start, size);
    yield bytes.subarray(start, end);
    start = end;
  }
}

function sliceEnd(bytes: Uint8Array, start: number, size: number): number {
  if (bytes.length - start <= size) return bytes.length;
  const last = bytes.lastIndexOf(NEWLINE, start + size - 1);
  if (last >= start) return last + 1;
  const next = bytes.indexOf(NEWLINE, start + size);
  return next < 0 ? bytes.length : next + 1;
}
