import { grow } from "../../arrow/grow.js";
import { ESCAPED, PLAIN, TEXT_CLASS } from "./byte-class.js";
import type { ColumnBuffers } from "./column-buffers.js";
import { JsonColumn } from "./json-column.js";
import { BACKSLASH, LineFault, type LineScanner, QUOTE } from "./line-scanner.js";

/** Offsets are signed 32-bit numbers. */
const MOST_BYTES = 2 ** 31 - 1;

/**
 * Utf8: the string's bytes with its escapes resolved. An escaped surrogate that has no partner becomes U+FFFD, as in
 * `TextEncoder`.
 */
export class Utf8Column extends JsonColumn {
  #bytes: Uint8Array = new Uint8Array(0);
  /** Where the next value starts. */
  #end = 0;
  #offsets: Int32Array = new Int32Array(1);

  protected readValue(scanner: LineScanner): void {
    const { bytes } = scanner;
    let at = scanner.at;
    if (bytes[at] !== QUOTE) this.mismatch("text");
    at++;
    let end = this.#end;
    // What a string stands for never takes more bytes than the string.
    if (end + scanner.lineEnd - at > MOST_BYTES) throw new LineFault("over 2 GiB of text in one batch.");
    this.#bytes = grow(this.#bytes, end + scanner.lineEnd - at);
    const into = this.#bytes;
    // An imported binding would be looked up for every byte.
    const textClass = TEXT_CLASS;
    const escaped = ESCAPED;
    for (;;) {
      let byte = bytes[at]!;
      while (textClass[byte] === PLAIN) {
        into[end++] = byte;
        byte = bytes[++at]!;
      }
      if (byte === QUOTE) break;
      const plain = byte === BACKSLASH ? escaped[bytes[at + 1]!]! : 0;
      if (plain !== 0) {
        into[end++] = plain;
        at += 2;
      } else {
        const next = scanner.skipUnicodeEscape(at);
        const point = codePoint(scanner, at);
        end = writeUtf8(into, end, point);
        at = point > 0xffff ? next + 6 : next;
      }
    }
    scanner.at = at + 1;
    this.#end = end;
    const count = this.length + 1;
    this.#offsets = grow(this.#offsets, count + 1);
    this.#offsets[count] = end;
  }

  override appendNull(): void {
    super.appendNull();
    this.#offsets = grow(this.#offsets, this.length + 1);
    this.#offsets[this.length] = this.#end;
  }

  finish(): ColumnBuffers {
    const { length } = this;
    const values = this.#bytes.slice(0, this.#end);
    const offsets = this.#offsets.slice(0, length + 1);
    this.#end = 0;
    return { length, offsets, values, ...this.validity.finish() };
  }
}

/** The code point of the `\u` escape at `at`, and of the one behind it where the two are a surrogate pair. */
function codePoint(scanner: LineScanner, at: number): number {
  const unit = scanner.codeUnit(at + 2);
  if (unit < 0xd800 || unit > 0xdfff) return unit;
  const { bytes } = scanner;
  if (unit < 0xdc00 && bytes[at + 6] === 0x5c && bytes[at + 7] === 0x75) {
    const low = scanner.codeUnit(at + 8);
    if (low >= 0xdc00 && low <= 0xdfff) return 0x10000 + ((unit - 0xd800) << 10) + low - 0xdc00;
  }
  return 0xfffd;
}

function writeUtf8(into: Uint8Array, at: number, point: number): number {
  let end = at;
  if (point < 0x80) {
    into[end++] = point;
    return end;
  }
  if (point < 0x800) {
    into[end++] = 0xc0 | (point >> 6);
  } else if (point < 0x10000) {
    into[end++] = 0xe0 | (point >> 12);
    into[end++] = 0x80 | ((point >> 6) & 0x3f);
  } else {
    into[end++] = 0xf0 | (point >> 18);
    into[end++] = 0x80 | ((point >> 12) & 0x3f);
    into[end++] = 0x80 | ((point >> 6) & 0x3f);
  }
  into[end++] = 0x80 | (point & 0x3f);
  return end;
}
