import { isDeepStrictEqual } from "node:util";
import { isDeltaError } from "asyncdelta";
import { compareCodePoints } from "./canonical-row.js";

/** What the comparison of a history has found, and how much was compared. */
export class Findings {
  readonly differences: string[] = [];
  readonly counts: Map<string, number> = new Map();

  /** Counts something that was compared, or that could not be, for the summary. */
  count(what: string, by = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + by);
  }

  same(what: string, actual: unknown, expected: unknown): void {
    if (isDeepStrictEqual(actual, expected)) return;
    this.differences.push(`${what}: expected ${shown(expected)}, found ${shown(actual)}`);
  }

  /** Compares texts as multisets; `expected` is sorted. */
  sameTexts(what: string, actual: readonly string[], expected: readonly string[]): void {
    const sorted = [...actual].sort(compareCodePoints);
    if (isDeepStrictEqual(sorted, expected)) return;
    const missing = without(expected, sorted);
    const extra = without(sorted, expected);
    this.differences.push(
      `${what}: of ${expected.length} expected and ${sorted.length} found, ${missing.length} are missing, ` +
        `such as ${shown(missing[0])}, and ${extra.length} were not expected, such as ${shown(extra[0])}`,
    );
  }

  /** Runs a part of the comparison; an error in it is a difference, and the rest goes on. */
  async part(what: string, body: () => Promise<void>): Promise<void> {
    try {
      await body();
    } catch (error) {
      const code = isDeltaError(error) ? ` ${error.code}` : "";
      this.differences.push(`${what}:${code} ${error instanceof Error ? (error.stack ?? error.message) : error}`);
    }
  }
}

function without(texts: readonly string[], taken: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const text of taken) counts.set(text, (counts.get(text) ?? 0) + 1);
  return texts.filter((text) => {
    const count = counts.get(text) ?? 0;
    counts.set(text, count - 1);
    return count <= 0;
  });
}

function shown(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing");
  return text.length > 600 ? `${text.slice(0, 600)}…` : text;
}
