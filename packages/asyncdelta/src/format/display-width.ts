import { eastAsianWidth } from "get-east-asian-width";

/** Latin, Greek, Cyrillic and punctuation: one column each, nothing that combines. */
const NARROW =
  /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u0590\u2010-\u2027\u2030-\u205e\u20a0-\u20cf]*$/;

/** Columns of a terminal that the text takes: two for a wide character or an emoji, none for a mark on its own. */
export function displayWidth(text: string): number {
  if (NARROW.test(text)) return text.length;
  let width = 0;
  for (const grapheme of graphemes(text)) width += graphemeWidth(grapheme);
  return width;
}

/** The text cut to at most `width` terminal columns, with an ellipsis where something was cut. */
export function truncated(text: string, width: number): string {
  // No need to measure a novel: hardly any grapheme is longer than this.
  const head = text.length > width * 32 ? text.slice(0, width * 32) : text;
  if (head.length === text.length && displayWidth(text) <= width) return text;
  if (NARROW.test(head)) return `${head.slice(0, width - 1)}…`;
  let kept = "";
  let used = 0;
  for (const grapheme of graphemes(head)) {
    used += graphemeWidth(grapheme);
    if (used > width - 1) break;
    kept += grapheme;
  }
  return `${kept}…`;
}

let segmenter: Intl.Segmenter | undefined;

function* graphemes(text: string): Generator<string> {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  for (const { segment } of segmenter.segment(text)) yield segment;
}

const INVISIBLE = /^[\p{Mn}\p{Me}\p{Cf}]*$/u;

function graphemeWidth(grapheme: string): number {
  if (INVISIBLE.test(grapheme)) return 0;
  // A variation selector asks for the emoji form, which is wide.
  return grapheme.includes("\ufe0f") ? 2 : eastAsianWidth(grapheme.codePointAt(0)!);
}
