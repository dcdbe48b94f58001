import { foldColumnName } from "../schema/column-name.js";

/** Up to three of `names` that somebody who wrote `name` may have meant, the nearest first. */
export function nearNames(name: string, names: readonly string[]): readonly string[] {
  const folded = foldColumnName(name);
  const most = Math.ceil(folded.length / 3);
  return names
    .map((candidate) => ({ candidate, distance: editDistance(folded, foldColumnName(candidate)) }))
    .filter(({ distance }) => distance <= most)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/** Levenshtein's: insertions, deletions and replacements of UTF-16 units. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(replace, previous[j]! + 1, row[j - 1]! + 1));
    }
    previous = row;
  }
  return previous[b.length]!;
}
