import { DeltaError } from "../errors.js";

/** A piece of a predicate's text, and where it begins (in UTF-16 units). */
export interface Token {
  readonly kind: "word" | "name" | "number" | "string" | "binary" | "symbol" | "end";
  /** A word in lower case; a name as `col` takes it; a string's content; a symbol itself. */
  readonly text: string;
  readonly at: number;
  /** A word as it was written, which may be a column. */
  readonly written: string;
}

const PART = String.raw`(?:[\p{L}_][\p{L}\p{N}_$]*|${"`(?:[^`]|``)+`"})`;
const LEXERS: readonly (readonly [Token["kind"], RegExp])[] = [
  ["binary", /[xX]'([^']*)'/uy],
  ["name", new RegExp(String.raw`${PART}(?:\.${PART})+|${"`(?:[^`]|``)+`"}`, "uy")],
  ["word", new RegExp(PART, "uy")],
  ["number", /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?:[lLsSyYdDfF]|[bB][dD])?(?![\p{L}\p{N}_])/uy],
  ["string", /'((?:[^'\\]|''|\\.)*)'|"((?:[^"\\]|""|\\.)*)"/suy],
  ["symbol", /<=>|<>|<=|>=|!=|==|[=<>!(),+\-*/%]/uy],
];
/** Words that are no columns. */
const RESERVED: readonly string[] = ["and", "or", "not", "in", "is", "between", "like", "null", "true", "false"];
const COLUMN = new RegExp(String.raw`^${PART}(?:\.${PART})*$`, "u");
const BLANKS = /\s*/uy;

/** Cuts a predicate's text into tokens, the last of which is its end. Throws `INVALID_ARGUMENT` with the position. */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; ; ) {
    BLANKS.lastIndex = at;
    BLANKS.exec(text);
    at = BLANKS.lastIndex;
    if (at === text.length) {
      tokens.push({ kind: "end", text: "", at, written: "" });
      return tokens;
    }
    const token = tokenAt(text, at);
    if (token === undefined) throw unreadable(text, at, `found ${found(text, at)}`);
    tokens.push(token);
    at += token.written.length;
  }
}

/** Whether a word is one that no column can have as its name without backticks. */
export function isReserved(word: string): boolean {
  return RESERVED.includes(word.toLowerCase());
}

/** Whether a column's name can stand in a predicate's text as it is. */
export function isColumnText(column: string): boolean {
  return COLUMN.test(column) && !isReserved(column);
}

/** The error for a text that is no predicate, which shows where. */
export function unreadable(text: string, at: number, why: string): DeltaError {
  const place = at >= text.length ? "its end" : `character ${at + 1}, ${JSON.stringify(text.slice(at, at + 20))}`;
  return new DeltaError(
    "INVALID_ARGUMENT",
    `The predicate ${JSON.stringify(text)} cannot be read at ${place}: ${why}.`,
  );
}

function found(text: string, at: number): string {
  if (text[at] === "'" || text[at] === '"') return "a text without an end";
  if (text[at] === "`") return "a name without an end";
  return /\d/.test(text[at]!)
    ? "a name that begins with a digit, which needs backticks"
    : "what is no part of a predicate";
}

function tokenAt(text: string, at: number): Token | undefined {
  for (const [kind, lexer] of LEXERS) {
    lexer.lastIndex = at;
    const match = lexer.exec(text);
    if (match === null) continue;
    const written = match[0];
    switch (kind) {
      case "word":
        return { kind, text: written.toLowerCase(), at, written };
      case "number":
        return { kind, text: written.replace(/(?:bd|[lsydf])$/i, ""), at, written };
      case "binary":
        return { kind, text: match[1]!, at, written };
      case "string":
        return { kind, text: unescaped(match[1] ?? match[2]!, written[0]!), at, written };
      default:
        return { kind, text: written, at, written };
    }
  }
  return undefined;
}

const ESCAPES: Readonly<Record<string, string>> = { "0": "\0", b: "\b", n: "\n", r: "\r", t: "\t", Z: "\x1a" };

/** Quotes are doubled, as in SQL, or escaped, as in Spark. `\%` and `\_` stay, for LIKE. */
function unescaped(content: string, quote: string): string {
  return content.replace(
    /''|""|\\u([0-9a-fA-F]{4})|\\(.)/gs,
    (sequence, code: string | undefined, letter: string | undefined) => {
      if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
      if (letter === undefined) return sequence[0] === quote ? quote : sequence;
      return letter === "%" || letter === "_" ? sequence : (ESCAPES[letter] ?? letter);
    },
  );
}
