import type { Predicate } from "./predicate.js";

/** True where all are; without any, always. */
export function and(...predicates: readonly Predicate[]): Predicate {
  return joined("and", predicates);
}

/** True where one is; without any, never. */
export function or(...predicates: readonly Predicate[]): Predicate {
  return joined("or", predicates);
}

/** True where the predicate is false: not where it is unknown. */
export function not(predicate: Predicate): Predicate {
  return predicate.kind === "not" ? predicate.of : { kind: "not", of: predicate };
}

function joined(kind: "and" | "or", predicates: readonly Predicate[]): Predicate {
  const of = predicates.flatMap((predicate) => (predicate.kind === kind ? predicate.of : [predicate]));
  if (of.length === 1) return of[0]!;
  return of.length === 0 ? { kind: "constant", value: kind === "and" } : { kind, of };
}
