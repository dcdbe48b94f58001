/** What to look for in statistics: a place for a value, or the members of an object by name. */
export type Wanted = number | ReadonlyMap<string, Wanted>;

/** The text of a value in JSON: of a string its content, else what stands there. */
export interface StatText {
  readonly text: string;
  readonly quoted: boolean;
}

/**
 * Takes single values out of the JSON text of statistics: numbers as they are written, since decimals of 38 digits and
 * longs do not survive `JSON.parse`, and nothing but what is wanted.
 */
export class StatsScanner {
  readonly #wanted: Wanted;
  readonly #values: (StatText | undefined)[];
  #text = "";
  #at = 0;

  /** Values are put at the numbers in `wanted`, which are below `count`. */
  constructor(wanted: Wanted, count: number) {
    this.#wanted = wanted;
    this.#values = new Array(count);
  }

  /** The values of one text; they are overwritten by the next call. `undefined` for text that is no JSON. */
  scan(text: string): readonly (StatText | undefined)[] | undefined {
    this.#values.fill(undefined);
    this.#text = text;
    this.#at = 0;
    try {
      this.#value(this.#wanted, 0);
    } catch {
      return undefined;
    }
    this.#skipBlanks();
    return this.#at === text.length ? this.#values : undefined;
  }

  #value(wanted: Wanted | undefined, depth: number): void {
    this.#skipBlanks();
    const unit = this.#text.charCodeAt(this.#at);
    if (unit === OPEN_BRACE) this.#object(typeof wanted === "object" ? wanted : undefined, depth);
    else if (unit === OPEN_BRACKET) this.#array(depth);
    else if (unit === QUOTE) {
      const text = this.#string(typeof wanted === "number");
      if (typeof wanted === "number") this.#values[wanted] = { text, quoted: true };
    } else {
      const text = this.#scalar();
      if (typeof wanted === "number" && text !== "null") this.#values[wanted] = { text, quoted: false };
    }
  }

  #object(wanted: ReadonlyMap<string, Wanted> | undefined, depth: number): void {
    this.#enter(depth);
    if (this.#take(CLOSE_BRACE)) return;
    do {
      this.#skipBlanks();
      const key = this.#string(wanted !== undefined);
      this.#skipBlanks();
      if (!this.#take(COLON)) throw INVALID;
      this.#value(wanted?.get(key), depth + 1);
      this.#skipBlanks();
    } while (this.#take(COMMA));
    if (!this.#take(CLOSE_BRACE)) throw INVALID;
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

  /** The content of a string where it is asked for, else an empty text. */
  #string(asked: boolean): string {
    if (this.#text.charCodeAt(this.#at) !== QUOTE) throw INVALID;
    const start = this.#at + 1;
    let end = this.#text.indexOf('"', start);
    while (end > 0 && this.#isEscaped(start, end)) end = this.#text.indexOf('"', end + 1);
    if (end < 0) throw INVALID;
    this.#at = end + 1;
    if (!asked) return "";
    const content = this.#text.slice(start, end);
    return content.includes("\\") ? (JSON.parse(`"${content}"`) as string) : content;
  }

  /** Whether an odd number of backslashes stands before the quote. */
  #isEscaped(start: number, quote: number): boolean {
    let at = quote;
    while (at > start && this.#text.charCodeAt(at - 1) === BACKSLASH) at--;
    return (quote - at) % 2 === 1;
  }

  #scalar(): string {
    SCALAR.lastIndex = this.#at;
    const match = SCALAR.exec(this.#text);
    if (match === null) throw INVALID;
    this.#at = SCALAR.lastIndex;
    return match[0];
  }

  #take(unit: number): boolean {
    if (this.#text.charCodeAt(this.#at) !== unit) return false;
    this.#at++;
    return true;
  }

  #skipBlanks(): void {
    for (;;) {
      const unit = this.#text.charCodeAt(this.#at);
      if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return;
      this.#at++;
    }
  }
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const MOST_DEPTH = 500;
/** Thrown a million times at worst, so without a stack. */
const INVALID: object = {};
