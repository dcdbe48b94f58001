/** How much a new value counts. */
const WEIGHT = 0.15;

/** Below this a body's time is the network's noise, not its rate. */
const LEAST_BYTES = 64 * 1024;

/** How many first bytes must have been seen before any is called late. */
const LEAST_SAMPLES = 8;

/** What has been seen of one origin: moving means, which forget. */
export class Measure {
  #firstByteMs = 30;
  #bytesPerMs = 50_000;
  /** Mean distance of a first byte from the mean. */
  #deviationMs = 15;
  #firstBytes = 0;
  #bodies = 0;

  get firstByteMs(): number {
    return this.#firstByteMs;
  }

  /** Bytes a millisecond on one connection. */
  get bytesPerMs(): number {
    return this.#bytesPerMs;
  }

  /** Longer than nearly all first bytes take, or `undefined` as long as too few have been seen. As TCP's timeout (RFC 6298). */
  get lateMs(): number | undefined {
    return this.#firstBytes < LEAST_SAMPLES ? undefined : this.#firstByteMs + 4 * this.#deviationMs;
  }

  addFirstByte(ms: number): void {
    const isFirst = this.#firstBytes++ === 0;
    this.#deviationMs = isFirst ? ms / 2 : mean(this.#deviationMs, Math.abs(ms - this.#firstByteMs));
    this.#firstByteMs = isFirst ? ms : mean(this.#firstByteMs, ms);
  }

  /** A body that was read as fast as it came. */
  addBody(bytes: number, ms: number): void {
    if (bytes < LEAST_BYTES) return;
    const rate = bytes / Math.max(ms, 0.05);
    this.#bytesPerMs = this.#bodies++ === 0 ? rate : mean(this.#bytesPerMs, rate);
  }
}

function mean(old: number, value: number): number {
  return old + WEIGHT * (value - old);
}
