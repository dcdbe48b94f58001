import { corruptVector } from "./corrupt-vector.js";

const ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";

/** Value of each ASCII character, 255 for those outside the alphabet. */
const DIGITS: Uint8Array = new Uint8Array(128).fill(255);
for (let digit = 0; digit < ALPHABET.length; digit++) DIGITS[ALPHABET.charCodeAt(digit)] = digit;

/**
 * Decodes Z85, the Base85 of ZeroMQ's RFC 32: each five characters give four bytes. `path` names the vector in the
 * `DELETION_VECTOR_CORRUPT` that a foreign character, a torn group or a group beyond 32 bits ends in.
 */
export function decodeZ85(text: string, path: string): Uint8Array {
  if (text.length % 5 !== 0)
    throw corruptVector(path, `its Base85 text has ${text.length} characters, no multiple of 5`);
  const bytes = new Uint8Array((text.length / 5) * 4);
  for (let from = 0, to = 0; from < text.length; from += 5, to += 4) {
    let word = 0;
    for (let at = from; at < from + 5; at++) {
      const digit = DIGITS[text.charCodeAt(at)] ?? 255;
      if (digit === 255) throw corruptVector(path, `character ${at + 1} of its text is not in the Base85 alphabet`);
      word = word * 85 + digit;
    }
    if (word > 0xffffffff)
      throw corruptVector(path, `characters ${from + 1} to ${from + 5} stand for more than 32 bits`);
    bytes[to] = word >>> 24;
    bytes[to + 1] = word >>> 16;
    bytes[to + 2] = word >>> 8;
    bytes[to + 3] = word;
  }
  return bytes;
}

/** Encodes bytes as Z85; zeros are added to fill the last group of four. */
export function encodeZ85(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 4) {
    let word = 0;
    for (let i = at; i < at + 4; i++) word = word * 256 + (bytes[i] ?? 0);
    let group = "";
    for (let i = 0; i < 5; i++) {
      group = ALPHABET[word % 85]! + group;
      word = Math.floor(word / 85);
    }
    text += group;
  }
  return text;
}
