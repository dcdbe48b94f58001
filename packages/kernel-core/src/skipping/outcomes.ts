/**
 * A set of outcomes that a predicate may have over the rows of a file: bits of {@link TRUE}, {@link FALSE} and
 * {@link UNKNOWN}. What is computed from sets that are too large is too large as well, never too small: so a file without
 * {@link TRUE} in its set has no row to give out, whatever `not`, `or` and null do.
 */
export type Outcomes = number;

export const TRUE = 1;
export const FALSE = 2;
export const UNKNOWN = 4;
export const ANY: number = TRUE | FALSE | UNKNOWN;

export function negated(of: Outcomes): Outcomes {
  return ((of & TRUE) << 1) | ((of & FALSE) >> 1) | (of & UNKNOWN);
}

export function conjoined(a: Outcomes, b: Outcomes): Outcomes {
  return AND[a * 8 + b]!;
}

export function disjoined(a: Outcomes, b: Outcomes): Outcomes {
  return negated(AND[negated(a) * 8 + negated(b)]!);
}

/** For each two sets, the outcomes of `and` for every pair of their members. */
const AND: Uint8Array = Uint8Array.from({ length: 64 }, (_, pair) => {
  let outcomes = 0;
  for (const left of [TRUE, FALSE, UNKNOWN]) {
    for (const right of [TRUE, FALSE, UNKNOWN]) {
      if ((left & (pair >> 3)) === 0 || (right & pair & 7) === 0) continue;
      outcomes |= left === FALSE || right === FALSE ? FALSE : left === UNKNOWN || right === UNKNOWN ? UNKNOWN : TRUE;
    }
  }
  return outcomes;
});
