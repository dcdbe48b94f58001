/** A place among the requests of one origin. */
export interface OriginPlace {
  /** The origin has answered that it is too much. */
  throttled(): void;
  /** The origin has answered. */
  succeeded(): void;
  /** Safe to repeat. */
  release(): void;
}

/**
 * How many requests an origin gets at once: half as many each time it says that they are too many, and one more for each round
 * that went well (additive increase, multiplicative decrease, as TCP has it). Places are given in the order of asking.
 */
export class OriginLimit {
  readonly #most: number;
  #limit: number;
  #inFlight = 0;
  /** How many places have been given so far, and how many had been when the limit was lowered last. */
  #given = 0;
  #givenWhenLowered = 0;
  readonly #waiting: Set<() => void> = new Set();

  constructor(most: number) {
    this.#most = most;
    this.#limit = most;
  }

  /** Requests at once, at least 1. */
  get limit(): number {
    return Math.floor(this.#limit);
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** A place if one is free, and nobody has been waiting for it. */
  tryAcquire(): OriginPlace | undefined {
    return this.#waiting.size === 0 && this.#inFlight < this.limit ? this.#take() : undefined;
  }

  /** Rejects with the signal's reason. */
  acquire(signal: AbortSignal): Promise<OriginPlace> {
    if (signal.aborted) return Promise.reject(signal.reason);
    const place = this.tryAcquire();
    if (place !== undefined) return Promise.resolve(place);
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#waiting.delete(grant);
        reject(signal.reason);
      };
      const grant = (): void => {
        this.#waiting.delete(grant);
        signal.removeEventListener("abort", onAbort);
        resolve(this.#take());
      };
      this.#waiting.add(grant);
      signal.addEventListener("abort", onAbort, { once: true });
    });
  }

  #take(): OriginPlace {
    this.#inFlight++;
    const number = ++this.#given;
    let held = true;
    return {
      throttled: () => this.#lower(number),
      succeeded: () => this.#raise(),
      release: () => {
        if (!held) return;
        held = false;
        this.#inFlight--;
        this.#grant();
      },
    };
  }

  /** Requests that were under way when the limit was lowered say nothing about the new one: a burst counts once. */
  #lower(number: number): void {
    if (number <= this.#givenWhenLowered) return;
    this.#givenWhenLowered = this.#given;
    this.#limit = Math.max(1, Math.floor(Math.min(this.#limit, this.#inFlight) / 2));
  }

  #raise(): void {
    if (this.#limit >= this.#most) return;
    this.#limit = Math.min(this.#most, this.#limit + 1 / this.limit);
    this.#grant();
  }

  #grant(): void {
    for (const grant of this.#waiting) {
      if (this.#inFlight >= this.limit) return;
      grant();
    }
  }
}
