import type { StatSource } from "./stat-source.js";

/** What to look for in statistics: a place for a value, or the members of an object by name. */
export type Wanted = number | ReadonlyMap<string, Wanted>;

/** The text of a value in JSON: of a string its content, else what stands there. */
export interface StatText {
  readonly text: string;
  readonly quoted: boolean;
}

/** Bytes of a text in UTF-8. */
export interface Utf8Text {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/**
 * Takes single values out of the JSON text of statistics: numbers as they are written, since decimals of 38 digits and
 * longs do not survive `JSON.parse`, and nothing but what is wanted. It works on bytes, and makes no text of what is not asked for.
 */
export class StatsScanner implements StatSource {
  readonly #wanted: Members | number;
  /** Where each value starts (-1 for none) and ends, quotes aside. */
  readonly #starts: Int32Array;
  readonly #ends: Int32Array;
  readonly #quoted: Uint8Array;
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;
  #end = 0;

  /** Values are put at the numbers in `wanted`, which are below `count`. */
  constructor(wanted: Wanted, count: number) {
    this.#wanted = prepare(wanted);
    this.#starts = new Int32Array(count);
    this.#ends = new Int32Array(count);
    this.#quoted = new Uint8Array(count);
  }

  /** Looks for the values of one text, which are there until the next call. `false` for text that is no JSON. */
  scan({ bytes, start, end }: Utf8Text): boolean {
    this.#starts.fill(-1);
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    try {
      this.#value(this.#wanted, 0);
      this.#skipBlanks();
      return this.#at === end;
    } catch (error) {
      // What is no JSON may also be an escape that `JSON.parse` refuses.
      if (error !== INVALID && !(error instanceof SyntaxError)) throw error;
      return false;
    }
  }

  /** A value as it is written. */
  text(place: number): StatText | undefined {
    const start = this.#starts[place]!;
    if (start < 0) return undefined;
    const content = decoder.decode(this.#bytes.subarray(start, this.#ends[place]!));
    const quoted = this.#quoted[place] === 1;
    const text = quoted && content.includes("\\") ? (JSON.parse(`"${content}"`) as string) : content;
    return { text, quoted };
  }

  /** A number without an exponent that a double holds exactly as `digits / 10 ** scale`, and so comes out as `Number` reads it. */
  number(place: number): number | undefined {
    const bytes = this.#bytes;
    const start = this.#starts[place]!;
    const end = this.#ends[place]!;
    if (start < 0 || this.#quoted[place] === 1 || end - start > MOST_DIGITS) return undefined;
    const isNegative = bytes[start] === MINUS;
    let digits = 0;
    let scale = -1;
    for (let at = isNegative ? start + 1 : start; at < end; at++) {
      const byte = bytes[at]!;
      if (byte >= ZERO && byte <= NINE) {
        digits = digits * 10 + (byte - ZERO);
        if (scale >= 0) scale++;
      } else if (byte === POINT) scale = 0;
      else return undefined;
    }
    if (digits > Number.MAX_SAFE_INTEGER) return undefined;
    // Both are exact, so that dividing rounds once, as it should.
    const value = scale > 0 ? digits / TENS[scale]! : digits;
    return isNegative ? -value : value;
  }

  #value(wanted: Members | number | undefined, depth: number): void {
    this.#skipBlanks();
    const byte = this.#peek();
    if (byte === OPEN_BRACE) this.#object(typeof wanted === "object" ? wanted : undefined, depth);
    else if (byte === OPEN_BRACKET) this.#array(depth);
    else if (byte === QUOTE) {
      const start = this.#at + 1;
      const isEscaped = this.#string();
      if (typeof wanted !== "number") return;
      this.#put(wanted, start, this.#at - 1, 1);
      // An escape that is none makes all of it no JSON.
      if (isEscaped) this.text(wanted);
    } else {
      const start = this.#at;
      const isNull = byte === LETTER_N;
      this.#scalar();
      if (typeof wanted === "number" && !isNull) this.#put(wanted, start, this.#at, 0);
    }
  }

  #put(place: number, start: number, end: number, quoted: number): void {
    this.#starts[place] = start;
    this.#ends[place] = end;
    this.#quoted[place] = quoted;
  }

  #object(wanted: Members | undefined, depth: number): void {
    this.#enter(depth);
    if (this.#take(CLOSE_BRACE)) return;
    do {
      this.#skipBlanks();
      const start = this.#at + 1;
      const isEscaped = this.#string();
      const member = wanted === undefined ? undefined : this.#member(wanted, start, this.#at - 1, isEscaped);
      this.#skipBlanks();
      if (!this.#take(COLON)) throw INVALID;
      this.#value(member, depth + 1);
      this.#skipBlanks();
    } while (this.#take(COMMA));
    if (!this.#take(CLOSE_BRACE)) throw INVALID;
  }

  #member(wanted: Members, start: number, end: number, isEscaped: boolean): Members | number | undefined {
    if (isEscaped) {
      const name = JSON.parse(`"${decoder.decode(this.#bytes.subarray(start, end))}"`) as string;
      return wanted.find((member) => member.name === name)?.wanted;
    }
    const bytes = this.#bytes;
    const length = end - start;
    for (let index = 0; index < wanted.length; index++) {
      const { utf8, wanted: of } = wanted[index]!;
      if (utf8.length !== length) continue;
      let at = 0;
      while (at < length && utf8[at] === bytes[start + at]) at++;
      if (at === length) return of;
    }
    return undefined;
  }

  #array(depth: number): void {
    this.#enter(depth);
    if (this.#take(CLOSE_BRACKET)) return;
    do {
      this.#value(undefined, depth + 1);
      this.#skipBlanks();
    } while (this.#take(COMMA));
    if (!this.#take(CLOSE_BRACKET)) throw INVALID;
  }

  #enter(depth: number): void {
    if (depth > MOST_DEPTH) throw INVALID;
    this.#at++;
    this.#skipBlanks();
  }

  /** Passes a string, and says whether it has escapes. */
  #string(): boolean {
    if (this.#peek() !== QUOTE) throw INVALID;
    const bytes = this.#bytes;
    const end = this.#end;
    let isEscaped = false;
    let at = this.#at + 1;
    for (; at < end; at++) {
      const byte = bytes[at]!;
      if (byte === QUOTE) break;
      if (byte === BACKSLASH) {
        isEscaped = true;
        at++;
      }
    }
    if (at >= end) throw INVALID;
    this.#at = at + 1;
    return isEscaped;
  }

  #scalar(): void {
    const byte = this.#peek();
    if (byte === LETTER_N) this.#word(NULL);
    else if (byte === LETTER_T) this.#word(TRUE);
    else if (byte === LETTER_F) this.#word(FALSE);
    else this.#number();
  }

  #word(word: readonly number[]): void {
    for (const byte of word) if (!this.#take(byte)) throw INVALID;
  }

  #number(): void {
    this.#take(MINUS);
    if (!this.#take(ZERO)) this.#digits();
    if (this.#take(POINT)) this.#digits();
    if (this.#take(LETTER_E) || this.#take(CAPITAL_E)) {
      if (!this.#take(PLUS)) this.#take(MINUS);
      this.#digits();
    }
  }

  #digits(): void {
    const bytes = this.#bytes;
    const start = this.#at;
    let at = start;
    while (at < this.#end && bytes[at]! >= ZERO && bytes[at]! <= NINE) at++;
    if (at === start) throw INVALID;
    this.#at = at;
  }

  #take(byte: number): boolean {
    if (this.#peek() !== byte) return false;
    this.#at++;
    return true;
  }

  #peek(): number {
    return this.#at < this.#end ? this.#bytes[this.#at]! : -1;
  }

  #skipBlanks(): void {
    for (;;) {
      const byte = this.#peek();
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return;
      this.#at++;
    }
  }
}

/** The members of an object that are wanted. */
type Members = readonly {
  readonly name: string;
  readonly utf8: Uint8Array;
  readonly wanted: Members | number;
}[];

function prepare(wanted: Wanted): Members | number {
  if (typeof wanted === "number") return wanted;
  return [...wanted].map(([name, of]) => ({ name, utf8: new TextEncoder().encode(name), wanted: prepare(of) }));
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Bytes of a number that may be as exact: digits, a sign and a point. */
const MOST_DIGITS = 18;
/** All of them exact. */
const TENS: readonly number[] = Array.from({ length: MOST_DIGITS }, (_, exponent) => 10 ** exponent);

const QUOTE = 0x22;
const PLUS = 0x2b;
const COMMA = 0x2c;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const CAPITAL_E = 0x45;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const LETTER_E = 0x65;
const LETTER_F = 0x66;
const LETTER_N = 0x6e;
const LETTER_T = 0x74;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const NULL: readonly number[] = [0x6e, 0x75, 0x6c, 0x6c];
const TRUE: readonly number[] = [0x74, 0x72, 0x75, 0x65];
const FALSE: readonly number[] = [0x66, 0x61, 0x6c, 0x73, 0x65];
const MOST_DEPTH = 500;
/** Thrown a million times at worst, so without a stack. */
const INVALID: object = {};
