const ASCII = /^[\x20-\x7e]*$/;
// Control characters, line separators, and the marks that reorder what follows them.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** Text as a terminal can show it on one line: what would move the cursor, recolour or reorder becomes an escape. */
export function displayText(text: string): string {
  if (ASCII.test(text)) return text;
  return text.replace(UNSAFE, (c) => SHORT[c] ?? `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
