import type { BoundPredicate } from "./bound-predicate.js";

/** A condition on one column. */
export type LeafPredicate = Exclude<BoundPredicate, { kind: "and" | "or" | "not" | "constant" }>;

const FALSE: BoundPredicate = { kind: "constant", value: false };

/**
 * The predicate with what is known put in: `known` gives the outcome of a leaf for every row in question, or `undefined`
 * where rows differ. It is true for the same rows; where it was unknown it may have become false.
 */
export function simplify(
  predicate: BoundPredicate,
  known: (leaf: LeafPredicate) => boolean | null | undefined,
): BoundPredicate {
  return fold(predicate, known, true);
}

/** Under `filter`, unknown is as good as false. Beneath a `not` it is not. */
function fold(
  predicate: BoundPredicate,
  known: (leaf: LeafPredicate) => boolean | null | undefined,
  filter: boolean,
): BoundPredicate {
  switch (predicate.kind) {
    case "constant":
      return filter && predicate.value === null ? FALSE : predicate;
    case "not": {
      const of = fold(predicate.of, known, false);
      if (of.kind !== "constant") return of === predicate.of ? predicate : { kind: "not", of };
      const value = of.value === null ? null : !of.value;
      return { kind: "constant", value: filter ? value === true : value };
    }
    case "and":
    case "or":
      return foldParts(predicate, known, filter);
    default: {
      const outcome = known(predicate);
      return outcome === undefined ? predicate : { kind: "constant", value: filter ? outcome === true : outcome };
    }
  }
}

function foldParts(
  predicate: BoundPredicate & { kind: "and" | "or" },
  known: (leaf: LeafPredicate) => boolean | null | undefined,
  filter: boolean,
): BoundPredicate {
  const parts = predicate.of.map((part) => fold(part, known, filter));
  // What one part alone decides: false for all, true for one.
  const decisive = predicate.kind === "or";
  if (parts.some((part) => part.kind === "constant" && part.value === decisive)) {
    return { kind: "constant", value: decisive };
  }
  const open = parts.filter((part) => part.kind !== "constant");
  const unknown = parts.find((part) => part.kind === "constant" && part.value === null);
  if (open.length === 0) return unknown ?? { kind: "constant", value: !decisive };
  if (unknown !== undefined) return { kind: predicate.kind, of: [...open, unknown] };
  return open.length === 1 ? open[0]! : { kind: predicate.kind, of: open };
}

/** Every leaf of a predicate. */
export function leavesOf(predicate: BoundPredicate): readonly LeafPredicate[] {
  switch (predicate.kind) {
    case "constant":
      return [];
    case "and":
    case "or":
      return predicate.of.flatMap(leavesOf);
    case "not":
      return leavesOf(predicate.of);
    default:
      return [predicate];
  }
}
