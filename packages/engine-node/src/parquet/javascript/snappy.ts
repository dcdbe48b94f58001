/** Literals from this length on are copied by a call; below, word by word is faster. */
const LONG = 128;

/**
 * Decompresses Snappy ("format_description.txt" of google/snappy) into `output`, which it must fill exactly. It copies
 * words of four bytes, which may reach beyond what is copied but never beyond the arrays.
 *
 * @throws Error when the bytes are damaged.
 */
export function decompressSnappy(input: Uint8Array, output: Uint8Array): void {
  const from = new DataView(input.buffer, input.byteOffset, input.length);
  const to = new DataView(output.buffer, output.byteOffset, output.length);
  const [inEnd, outEnd] = [input.length, output.length];
  // The caller has read the length in front.
  let pos = 0;
  while (pos < inEnd && input[pos]! >= 0x80) pos++;
  pos++;
  let at = 0;
  while (pos < inEnd) {
    const tag = input[pos++]!;
    const kind = tag & 3;
    let length = (tag >>> 2) + 1;
    if (kind === 0) {
      if (length > 60) {
        const bytes = length - 60;
        if (pos + bytes > inEnd) throw cutOff();
        length = 1;
        for (let i = 0, factor = 1; i < bytes; i++, factor *= 256) length += input[pos + i]! * factor;
        pos += bytes;
      }
      if (pos + length > inEnd) throw cutOff();
      if (at + length > outEnd) throw tooLong();
      if (length >= LONG) output.set(input.subarray(pos, pos + length), at);
      else if (pos + length + 4 <= inEnd && at + length + 4 <= outEnd) {
        for (let i = 0; i < length; i += 4) to.setInt32(at + i, from.getInt32(pos + i, true), true);
      } else for (let i = 0; i < length; i++) output[at + i] = input[pos + i]!;
      pos += length;
    } else {
      let offset: number;
      if (kind === 1) {
        length = ((tag >>> 2) & 7) + 4;
        offset = ((tag >>> 5) << 8) | input[pos]!;
        pos += 1;
      } else if (kind === 2) {
        offset = input[pos]! | (input[pos + 1]! << 8);
        pos += 2;
      } else {
        offset = (input[pos]! | (input[pos + 1]! << 8) | (input[pos + 2]! << 16) | (input[pos + 3]! << 24)) >>> 0;
        pos += 4;
      }
      if (pos > inEnd) throw cutOff();
      if (offset === 0 || offset > at) throw new Error("Snappy copies from before its beginning");
      if (at + length > outEnd) throw tooLong();
      const start = at - offset;
      // Nearer than a word, a copy repeats what it has just written.
      if (offset >= 4 && at + length + 4 <= outEnd) {
        for (let i = 0; i < length; i += 4) to.setInt32(at + i, to.getInt32(start + i, true), true);
      } else for (let i = 0; i < length; i++) output[at + i] = output[start + i]!;
    }
    at += length;
  }
  if (at !== outEnd) throw new Error(`Snappy gave ${at} bytes for ${outEnd}`);
}

function cutOff(): Error {
  return new Error("a Snappy element is cut off");
}

function tooLong(): Error {
  return new Error("Snappy gives more bytes than it says");
}
