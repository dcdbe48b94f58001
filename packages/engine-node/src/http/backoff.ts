/** The wait before retry number `index` (from 0 on): anything from 0 to a bound that doubles, so that those who failed together part. */
export function backoff(
  index: number,
  random: () => number,
  settings: { readonly backoffMs: number; readonly longestBackoffMs: number },
): number {
  return random() * Math.min(settings.longestBackoffMs, settings.backoffMs * 2 ** Math.min(index, 30));
}
