import { ESCAPED, PLAIN, TEXT_CLASS } from "./byte-class.js";

const TAB = 0x09;
export const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
export const QUOTE = 0x22;
export const COMMA = 0x2c;
const PLUS = 0x2b;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
export const COLON = 0x3a;
export const OPEN_BRACKET = 0x5b;
export const BACKSLASH = 0x5c;
export const CLOSE_BRACKET = 0x5d;
export const OPEN_BRACE = 0x7b;
export const CLOSE_BRACE = 0x7d;

/** Deeper values are refused rather than left to overflow the stack. */
const MAX_DEPTH = 1000;

/** Why a line cannot be understood. */
export class LineFault extends Error {}

/**
 * Walks over the bytes of JSON lines (RFC 8259), one value after the other, and checks every one of them, also those that
 * nobody wants. All bytes are UTF-8, and every line ends in a newline, which no value can hold: so no step needs to
 * look for the end.
 */
export class LineScanner {
  readonly bytes: Uint8Array;
  /** The same bytes, for what `Buffer` does faster. */
  readonly #buffer: Buffer;
  /** The next byte. */
  at = 0;
  /** Where the line's newline is. */
  lineEnd = 0;
  /** Whether the last number was an integer in form (no fraction, no exponent). */
  isInteger = false;
  /** Whether the last string has escapes. */
  isEscaped = false;
  #depth = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** Goes to the start of a line. */
  startLine(at: number): void {
    this.at = at;
    this.lineEnd = this.#buffer.indexOf(NEWLINE, at);
    this.#depth = 0;
  }

  /** Goes to the next byte that is not blank, and gives it. */
  peek(): number {
    const { bytes } = this;
    let byte = bytes[this.at]!;
    while (byte === SPACE || byte === TAB || byte === RETURN) byte = bytes[++this.at]!;
    return byte;
  }

  /** Passes this byte and the blanks before it. */
  expect(byte: number): void {
    if (this.peek() !== byte) this.fail();
    this.at++;
  }

  /** Passes the string that starts here. */
  skipString(): void {
    const { bytes } = this;
    if (bytes[this.at] !== QUOTE) this.fail();
    // The hottest loop of all: an imported binding would be looked up for every byte.
    const textClass = TEXT_CLASS;
    const escaped = ESCAPED;
    let at = this.at + 1;
    let isEscaped = false;
    for (;;) {
      while (textClass[bytes[at]!] === PLAIN) at++;
      if (bytes[at] === QUOTE) break;
      isEscaped = true;
      if (bytes[at] === BACKSLASH && escaped[bytes[at + 1]!] !== 0) at += 2;
      else at = this.skipUnicodeEscape(at);
    }
    this.isEscaped = isEscaped;
    this.at = at + 1;
  }

  /** The position behind the `\u` escape at `at`; anything else there is no JSON. */
  skipUnicodeEscape(at: number): number {
    this.at = at;
    if (this.bytes[at] !== BACKSLASH || this.bytes[at + 1] !== 0x75) this.fail();
    this.codeUnit(at + 2);
    return at + 6;
  }

  /** The UTF-16 unit that four hexadecimal digits name. */
  codeUnit(at: number): number {
    let unit = 0;
    for (let i = at; i < at + 4; i++) {
      const byte = this.bytes[i]!;
      const letter = byte | 0x20;
      if (byte >= ZERO && byte <= 0x39) unit = unit * 16 + byte - ZERO;
      else if (letter >= 0x61 && letter <= 0x66) unit = unit * 16 + letter - 0x57;
      else this.fail();
    }
    return unit;
  }

  /** Passes the number that starts here. */
  skipNumber(): void {
    const { bytes } = this;
    let at = this.at;
    if (bytes[at] === MINUS) at++;
    const first = at;
    while (isDigit(bytes[at]!)) at++;
    if (at === first || (bytes[first] === ZERO && at > first + 1)) this.fail();
    this.isInteger = true;
    if (bytes[at] === POINT) at = this.#skipDigits(at + 1);
    if (bytes[at] === 0x65 || bytes[at] === 0x45) {
      at++;
      if (bytes[at] === PLUS || bytes[at] === MINUS) at++;
      at = this.#skipDigits(at);
    }
    this.at = at;
  }

  #skipDigits(from: number): number {
    let at = from;
    while (isDigit(this.bytes[at]!)) at++;
    if (at === from) this.fail();
    this.isInteger = false;
    return at;
  }

  /** Passes `null` if that is what comes next. */
  skipNull(): boolean {
    if (this.bytes[this.at] !== 0x6e) return false;
    this.skipWord(NULL);
    return true;
  }

  skipWord(word: Uint8Array): void {
    for (let i = 0; i < word.length; i++) if (this.bytes[this.at + i] !== word[i]) this.fail();
    this.at += word.length;
  }

  /** Passes a value of any kind, and checks it. */
  skipValue(): void {
    switch (this.peek()) {
      case QUOTE:
        this.skipString();
        return;
      case OPEN_BRACE:
        this.#skipItems(CLOSE_BRACE);
        return;
      case OPEN_BRACKET:
        this.#skipItems(CLOSE_BRACKET);
        return;
      case 0x6e:
        this.skipWord(NULL);
        return;
      case 0x74:
        this.skipWord(TRUE);
        return;
      case 0x66:
        this.skipWord(FALSE);
        return;
      default:
        this.skipNumber();
    }
  }

  /** Passes an object or array. */
  #skipItems(close: number): void {
    this.open();
    if (this.peek() !== close) {
      for (;;) {
        if (close === CLOSE_BRACE) {
          this.peek();
          this.skipString();
          this.expect(COLON);
        }
        this.skipValue();
        if (this.peek() !== COMMA) break;
        this.at++;
      }
    }
    this.close(close);
  }

  /** Passes the bracket or brace that opens a value. */
  open(): void {
    if (++this.#depth > MAX_DEPTH) throw new LineFault(`nested more than ${MAX_DEPTH} deep.`);
    this.at++;
  }

  /** Passes the one that closes it. */
  close(byte: number): void {
    this.expect(byte);
    this.#depth--;
  }

  /** The text of a number or word between two positions. */
  ascii(from: number, to: number): string {
    return this.#buffer.toString("latin1", from, to);
  }

  /** Not JSON. */
  fail(): never {
    if (this.at >= this.lineEnd) throw new LineFault("not JSON: the line ends in the midst of a value.");
    const column = this.at - this.bytes.lastIndexOf(NEWLINE, this.at);
    throw new LineFault(`not JSON at byte ${column} of the line.`);
  }
}

const NULL: Uint8Array = new TextEncoder().encode("null");
export const TRUE: Uint8Array = new TextEncoder().encode("true");
export const FALSE: Uint8Array = new TextEncoder().encode("false");

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= 0x39;
}
