import type { JsonObject, JsonValue } from "../engine/json.js";

/**
 * Parses one JSON text (RFC 8259) as `JSON.parse` does, except that an integer which a double cannot hold exactly comes
 * as a `bigint`. Numbers with a fraction or an exponent keep what a double can hold.
 *
 * Throws a `SyntaxError` that gives the position (in UTF-16 units) where the text stops being JSON.
 */
export function parseExactJson(text: string): JsonValue {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    // The same refusal, in words that are the same on every platform.
    return new ExactParser(text).parse();
  }
  // A look at the numbers that came out costs less than one at the text that went in.
  return isExact(value, 0) ? value : new ExactParser(text).parse();
}

/** The shortest JSON text of a value; a `bigint` is written as a plain integer. `parseExactJson` gives the value back. */
export function stringifyExactJson(value: JsonValue): string {
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(stringifyExactJson).join(",")}]`;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${stringifyExactJson(member)}`).join(",")}}`;
}

/** Whether no number in it can have been rounded from an integer: rounding never brings one into the safe range. */
function isExact(value: JsonValue, depth: number): boolean {
  if (typeof value === "number") return value <= Number.MAX_SAFE_INTEGER && value >= -Number.MAX_SAFE_INTEGER;
  if (typeof value !== "object" || value === null) return true;
  if (depth > MAX_DEPTH) return false;
  if (Array.isArray(value)) {
    for (const item of value as readonly JsonValue[]) if (!isExact(item, depth + 1)) return false;
    return true;
  }
  for (const key in value) if (!isExact((value as JsonObject)[key]!, depth + 1)) return false;
  return true;
}

const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
/** Deeper text is refused rather than left to overflow the stack. */
const MAX_DEPTH = 1000;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

class ExactParser {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): JsonValue {
    const value = this.#value();
    if (!Number.isNaN(this.#skipBlanks())) throw this.#unexpected();
    return value;
  }

  #value(): JsonValue {
    switch (this.#skipBlanks()) {
      case QUOTE:
        return this.#string();
      case OPEN_BRACE:
        return this.#object();
      case OPEN_BRACKET:
        return this.#array();
      case 0x74:
        return this.#word("true", true);
      case 0x66:
        return this.#word("false", false);
      case 0x6e:
        return this.#word("null", null);
      default:
        return this.#number();
    }
  }

  #object(): JsonValue {
    const object: Record<string, JsonValue> = {};
    this.#open();
    if (this.#skipBlanks() === CLOSE_BRACE) return this.#close(object);
    for (;;) {
      if (this.#skipBlanks() !== QUOTE) throw this.#unexpected();
      const key = this.#string();
      if (this.#skipBlanks() !== COLON) throw this.#unexpected();
      this.#at++;
      const value = this.#value();
      if (key === "__proto__") {
        // An assignment would set the prototype; JSON.parse makes a property.
        Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
      } else object[key] = value;
      const next = this.#skipBlanks();
      if (next === CLOSE_BRACE) return this.#close(object);
      if (next !== COMMA) throw this.#unexpected();
      this.#at++;
    }
  }

  #array(): JsonValue {
    const array: JsonValue[] = [];
    this.#open();
    if (this.#skipBlanks() === CLOSE_BRACKET) return this.#close(array);
    for (;;) {
      array.push(this.#value());
      const next = this.#skipBlanks();
      if (next === CLOSE_BRACKET) return this.#close(array);
      if (next !== COMMA) throw this.#unexpected();
      this.#at++;
    }
  }

  #string(): string {
    const start = this.#at;
    let escaped = false;
    for (let at = start + 1; ; at++) {
      const unit = this.#text.charCodeAt(at);
      if (unit === QUOTE) {
        this.#at = at + 1;
        return escaped ? this.#unescape(start) : this.#text.slice(start + 1, at);
      }
      if (unit === BACKSLASH) {
        escaped = true;
        at++;
      } else if (!(unit >= 0x20)) {
        this.#at = Math.min(at, this.#text.length);
        throw this.#unexpected();
      }
    }
  }

  #unescape(start: number): string {
    try {
      return JSON.parse(this.#text.slice(start, this.#at)) as string;
    } catch {
      this.#at = start;
      throw this.#unexpected();
    }
  }

  #number(): number | bigint {
    NUMBER.lastIndex = this.#at;
    const match = NUMBER.exec(this.#text);
    if (match === null) throw this.#unexpected();
    this.#at = NUMBER.lastIndex;
    const value = Number(match[0]);
    const isInteger = match[1] === undefined && match[2] === undefined;
    return isInteger && !Number.isSafeInteger(value) ? BigInt(match[0]) : value;
  }

  #word<T>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) throw this.#unexpected();
    this.#at += word.length;
    return value;
  }

  #open(): void {
    if (++this.#depth > MAX_DEPTH) throw new SyntaxError(`JSON nested more than ${MAX_DEPTH} deep at ${this.#at}`);
    this.#at++;
  }

  #close<T>(value: T): T {
    this.#depth--;
    this.#at++;
    return value;
  }

  /** The next code unit that is not blank, `NaN` at the end. */
  #skipBlanks(): number {
    for (;;) {
      const unit = this.#text.charCodeAt(this.#at);
      if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return unit;
      this.#at++;
    }
  }

  #unexpected(): SyntaxError {
    const found = this.#at < this.#text.length ? JSON.stringify(this.#text[this.#at]) : "end of text";
    return new SyntaxError(`Unexpected ${found} in JSON at ${this.#at}`);
  }
}
