/**
 * How often there was a wanted row in what a filter was applied to. All files of a scan add to one, so that each learns from those
 * before it.
 */
export class HitRate {
  #tried = 0;
  #hits = 0;

  add(isHit: boolean): void {
    this.#tried++;
    if (isHit) this.#hits++;
  }

  /** Whether to look first would mostly be a round trip for nothing. */
  get isHigh(): boolean {
    return this.#hits >= 2 && this.#hits * 2 > this.#tried;
  }
}
