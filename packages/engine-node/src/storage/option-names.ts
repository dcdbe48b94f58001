import { DeltaError } from "@asyncdelta/kernel-core";

/** The error of an option that a store does not have. */
export class UnknownOption extends DeltaError {
  constructor(message: string) {
    super("INVALID_ARGUMENT", message);
  }
}

/**
 * Refuses options that a store does not have: a misspelt one must not be as if it had not been given.
 *
 * @throws DeltaError `INVALID_ARGUMENT` naming the option, and the one that was probably meant; never its value
 */
export function checkOptionNames(
  store: string,
  options: Readonly<Record<string, unknown>>,
  known: readonly string[],
): void {
  const unknown = Object.keys(options).find((name) => options[name] !== undefined && !known.includes(name));
  if (unknown === undefined) return;
  const near = nearestName(unknown, known);
  const hint = near === undefined ? "" : ` Did you mean ${near}?`;
  const all = known.length === 0 ? "It has none." : `There are ${known.join(", ")}.`;
  throw new UnknownOption(`${store} has no storage option '${unknown}'.${hint} ${all}`);
}

/** The name that differs least, if it differs in no more than a third of its characters. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, "");
  let nearest: string | undefined;
  let least = Math.floor(name.length / 3) + 1;
  for (const candidate of known) {
    const edits = distance(plain(name), plain(candidate));
    if (edits < least) {
      nearest = candidate;
      least = edits;
    }
  }
  return nearest;
}

/** How many characters must be put in, taken out or replaced (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
