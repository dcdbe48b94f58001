import { type ByteValues, type FixedValues, fixedValues, wordsOf } from "./values.js";

/** Arrow's decimals: 128 bits, little-endian, two's complement. */
const WIDTH = 16;

/** Decimals on INT32 and INT64: the sign is carried on. */
export function decimalFromInts(values: FixedValues): FixedValues {
  const { count, width } = values;
  const from = wordsOf(values);
  const to = new Int32Array(count * 4);
  const words = width / 4;
  for (let i = 0; i < count; i++) {
    let word = 0;
    for (let w = 0; w < 4; w++) {
      word = w < words ? from[i * words + w]! : word >> 31;
      to[i * 4 + w] = word;
    }
  }
  return fixedValues(WIDTH, count, new Uint8Array(to.buffer));
}

/** Decimals on FIXED_LEN_BYTE_ARRAY: big-endian. */
export function decimalFromFixed({ count, width, bytes }: FixedValues): FixedValues {
  const to = new Uint8Array(count * WIDTH);
  for (let i = 0; i < count; i++) reverse(bytes, i * width, (i + 1) * width, to, i * WIDTH);
  return fixedValues(WIDTH, count, to);
}

/** Decimals on BYTE_ARRAY: big-endian, each as long as it needs. */
export function decimalFromBytes({ count, source, starts, ends }: ByteValues): FixedValues {
  const to = new Uint8Array(count * WIDTH);
  for (let i = 0; i < count; i++) reverse(source, starts[i]!, ends[i]!, to, i * WIDTH);
  return fixedValues(WIDTH, count, to);
}

function reverse(from: Uint8Array, start: number, end: number, to: Uint8Array, at: number): void {
  const fill = start < end && from[start]! >= 0x80 ? 0xff : 0;
  let low = end;
  for (let i = 0; i < WIDTH; i++) to[at + i] = low > start ? from[--low]! : fill;
  // What does not fit may only repeat the sign.
  const overflows = low > start && (to[at + WIDTH - 1]! >= 0x80 ? 0xff : 0) !== fill;
  let rest = !overflows;
  while (low > start) rest = from[--low]! === fill && rest;
  if (!rest) throw new Error("a decimal does not fit into 128 bits");
}
