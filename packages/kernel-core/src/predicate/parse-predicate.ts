import { parseDate, parseTimestamp } from "../read/parse-time.js";
import { col } from "./col.js";
import { hexToBytes } from "./hex.js";
import type { Literal } from "./literal.js";
import { and, not, or } from "./logic.js";
import type { ComparisonOperator, Predicate } from "./predicate.js";
import { isReserved, type Token, tokensOf, unreadable } from "./tokens.js";

/**
 * A predicate from text, in the spelling of SQL and Spark: `fare > 100 and region in ('eu', 'us')`.
 *
 * - comparisons `=`, `==`, `<>`, `!=`, `<`, `<=`, `>`, `>=`, `<=>` of a column with a literal; `is [not] null`, `[not] between`,
 *   `[not] in`, `[not] like 'abc%'` (a beginning, or the whole text); a boolean column alone; `not`, `and`, `or`, parentheses
 * - literals `1`, `-1.5e3`, `'text'` or `"text"` (quotes doubled or behind a backslash), `true`, `null`, `date '2024-02-29'`,
 *   `timestamp '2024-02-29 12:00:00Z'` (UTC unless it has a zone), `X'1F'`, `double('NaN')`
 * - names without case, dotted for fields of structs, in backticks where they have other characters than letters, digits and `_`
 *
 * @throws DeltaError `INVALID_ARGUMENT` for anything else, with the position
 */
export function parsePredicate(text: string): Predicate {
  return new PredicateParser(text).parse();
}

const COMPARISONS: Readonly<Record<string, ComparisonOperator>> = {
  "=": "=",
  "==": "=",
  "!=": "!=",
  "<>": "!=",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
  "<=>": "<=>",
};
/** The operator when both sides change places. */
const MIRRORED: Readonly<Record<string, ComparisonOperator>> = { "<": ">", "<=": ">=", ">": "<", ">=": "<=" };
const TYPED: Readonly<Record<string, "date" | "timestamp">> = {
  date: "date",
  timestamp: "timestamp",
  timestamp_ntz: "timestamp",
  timestamp_ltz: "timestamp",
};
const MOST_DEPTH = 200;

class PredicateParser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokensOf(text);
  }

  parse(): Predicate {
    const predicate = this.#or();
    if (this.#token.kind !== "end") throw this.#unexpected("'and', 'or' or the end");
    return predicate;
  }

  #or(): Predicate {
    const parts = [this.#and()];
    while (this.#take("or")) parts.push(this.#and());
    return or(...parts);
  }

  #and(): Predicate {
    const parts = [this.#not()];
    while (this.#take("and")) parts.push(this.#not());
    return and(...parts);
  }

  #not(): Predicate {
    if (++this.#depth > MOST_DEPTH) throw unreadable(this.#text, this.#token.at, "it is nested too deep");
    const predicate = this.#take("not") || this.#take("!") ? not(this.#not()) : this.#condition();
    this.#depth--;
    return predicate;
  }

  #condition(): Predicate {
    if (this.#take("(")) {
      const predicate = this.#or();
      this.#expect(")");
      return predicate;
    }
    const literal = this.#literal();
    if (literal !== undefined) return this.#afterLiteral(literal);
    const column = this.#column();
    const operator = this.#operator();
    if (operator !== undefined) {
      return { kind: "comparison", operator, column, literal: this.#mustBeLiteral() };
    }
    if (this.#take("is")) {
      const negated = this.#take("not");
      this.#expect("null");
      return negated ? col(column).isNotNull() : col(column).isNull();
    }
    const negated = this.#take("not");
    const predicate = this.#range(column);
    if (predicate !== undefined) return negated ? not(predicate) : predicate;
    if (negated) throw this.#unexpected("'in', 'between' or 'like'");
    return col(column).eq(true);
  }

  /** `in`, `between` and `like`, which a `not` may stand before. */
  #range(column: string): Predicate | undefined {
    if (this.#take("between")) {
      const low = this.#mustBeLiteral();
      this.#expect("and");
      return col(column).between(low, this.#mustBeLiteral());
    }
    if (this.#take("in")) {
      this.#expect("(");
      const literals = [this.#mustBeLiteral()];
      while (this.#take(",")) literals.push(this.#mustBeLiteral());
      this.#expect(")");
      return { kind: "in", column, literals };
    }
    return this.#take("like") ? this.#like(column) : undefined;
  }

  #like(column: string): Predicate {
    const { kind, text, at } = this.#token;
    if (kind !== "string") throw this.#unexpected("a text");
    this.#next++;
    const match = /^((?:[^%_\\]|\\[%_\\])*)(%?)$/s.exec(text);
    if (match === null) {
      throw unreadable(this.#text, at, "'like' takes the beginning of a text and one % at its end, or the whole text");
    }
    const prefix = match[1]!.replace(/\\([%_\\])/g, "$1");
    return match[2] === "%" ? col(column).startsWith(prefix) : col(column).eq(prefix);
  }

  /** `5 < a`, or a condition that depends on no column. */
  #afterLiteral(literal: Literal): Predicate {
    const operator = this.#operator();
    if (operator !== undefined) {
      const column = this.#column();
      return { kind: "comparison", operator: MIRRORED[operator] ?? operator, column, literal };
    }
    if (literal.type === "boolean") return { kind: "constant", value: literal.value };
    if (literal.type === "null") return { kind: "constant", value: null };
    throw this.#unexpected("a comparison");
  }

  #operator(): ComparisonOperator | undefined {
    const { kind, text } = this.#token;
    const operator = kind === "symbol" ? COMPARISONS[text] : undefined;
    if (operator !== undefined) this.#next++;
    return operator;
  }

  #column(): string {
    const { kind, text, written, at } = this.#token;
    if (kind !== "name" && (kind !== "word" || isReserved(text))) throw this.#unexpected("a column");
    this.#next++;
    if (kind === "word" && this.#is("("))
      throw unreadable(this.#text, at, `there are no functions here, such as ${written}`);
    return written;
  }

  #mustBeLiteral(): Literal {
    const literal = this.#literal();
    if (literal !== undefined) return literal;
    const { kind, text } = this.#token;
    const isColumn = kind === "name" || (kind === "word" && !isReserved(text));
    throw this.#unexpected(isColumn ? "a literal, since a column is compared with literals only" : "a literal");
  }

  #literal(): Literal | undefined {
    const { kind, text, at } = this.#token;
    const following = this.#tokens[this.#next + 1];
    if (kind === "symbol" && (text === "-" || text === "+") && following?.kind === "number") {
      this.#next += 2;
      return { type: "number", value: text === "-" ? `-${following.text}` : following.text };
    }
    if (kind === "number" || kind === "string") {
      this.#next++;
      return { type: kind, value: text };
    }
    if (kind === "binary") {
      if (hexToBytes(text) === undefined) throw unreadable(this.#text, at, "X'…' takes pairs of hexadecimal digits");
      this.#next++;
      return { type: "binary", value: text.toLowerCase() };
    }
    if (kind !== "word") return undefined;
    if (text === "true" || text === "false" || text === "null") {
      this.#next++;
      return text === "null" ? { type: "null" } : { type: "boolean", value: text === "true" };
    }
    if (following?.kind === "string" && Object.hasOwn(TYPED, text)) return this.#typed(TYPED[text]!, following);
    return following?.text === "(" && (text === "double" || text === "float") ? this.#special() : undefined;
  }

  #typed(type: "date" | "timestamp", { text, at }: Token): Literal {
    const value = type === "date" ? parseDate(text) : parseTimestamp(text, "zone");
    if (value === undefined) throw unreadable(this.#text, at, `this is no ${type}`);
    this.#next += 2;
    return { type, value: text };
  }

  /** `double('NaN')` and the infinities, which have no other spelling. */
  #special(): Literal {
    this.#next += 2;
    const { kind, text, at } = this.#token;
    const match = /^([+-]?)(nan|inf|infinity)$/i.exec(text.trim());
    if (kind !== "string" || match === null)
      throw unreadable(this.#text, at, "this is for 'NaN', 'Infinity' and '-Infinity'");
    this.#next++;
    this.#expect(")");
    if (match[2]!.toLowerCase() === "nan") return { type: "number", value: "NaN" };
    return { type: "number", value: match[1] === "-" ? "-Infinity" : "Infinity" };
  }

  get #token(): Token {
    return this.#tokens[this.#next]!;
  }

  #is(text: string): boolean {
    const token = this.#token;
    return (token.kind === "word" || token.kind === "symbol") && token.text === text;
  }

  #take(text: string): boolean {
    if (!this.#is(text)) return false;
    this.#next++;
    return true;
  }

  #expect(text: string): void {
    if (!this.#take(text)) throw this.#unexpected(`'${text}'`);
  }

  #unexpected(expected: string): Error {
    return unreadable(this.#text, this.#token.at, `expected ${expected}`);
  }
}
