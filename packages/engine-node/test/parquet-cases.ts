/** How many random cases to run, where `usual` is how many there are in `npm test`: `ASYNCDELTA_SEEDS` scales it. */
export function cases(usual: number): number {
  return Math.max(1, Math.round(usual * Number(process.env.ASYNCDELTA_SEEDS ?? "1")));
}
