/** A number from 0 up to, not including, `below`. */
export type Pick = (below: number) => number;

/** A small generator with a seed, so that each case can be had again (mulberry32). */
export function randomFrom(seed: number): Pick {
  let state = Math.imul(seed, 0x9e3779b1);
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** How many random cases to run, where `usual` is how many there are in `npm test`: `ASYNCDELTA_SEEDS` scales it. */
export function scaled(usual: number): number {
  return Math.max(1, Math.round(usual * Number(process.env.ASYNCDELTA_SEEDS ?? "1")));
}
