/** A place among the requests of one origin. */
export interface OriginPlace {
  /** The origin has answered that it is too much. */
  throttled(): void;
  /** The origin has answered. */
  succeeded(): void;
  /** Safe to repeat. */
  release(): void;
}

/** So many answers, or a whole round where that is more, raise the limit by one. */
const LEAST_ROUND = 10;

/** How the time from one request to the next, where there is only one at a time, changes with a throttled one and a good one. */
const SLOWER = 1.5;
const FASTER = 0.95;

/** Milliseconds: no pause begins below the first, a shorter one than the shortest is none, and none is longer. */
const FIRST_PAUSE = 5;
const SHORTEST_PAUSE = 1;
const LONGEST_PAUSE = 5_000;

/**
 * How many requests an origin gets at once: half as many each time it says that they are too many, and one more for each round
 * that went well (additive increase, multiplicative decrease, as TCP has it). Where even one at a time is too many, there is a
 * pause between them, which grows and shrinks likewise. Places are given in the order of asking.
 */
export class OriginLimit {
  readonly #most: number;
  #limit: number;
  #inFlight = 0;
  /** How many places have been given so far, and how many had been when the limit was lowered last. */
  #given = 0;
  #givenWhenLowered = 0;
  #pauseMs = 0;
  /** On `performance`'s clock: no place is given before. */
  #notBefore = 0;
  #timer: NodeJS.Timeout | undefined;
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

  /** Between two requests, in milliseconds. */
  get pauseMs(): number {
    return this.#pauseMs;
  }

  /** Whether there is a place, and nobody waiting for it. */
  get isFree(): boolean {
    if (this.#waiting.size > 0 || this.#inFlight >= this.limit) return false;
    return this.#notBefore === 0 || performance.now() >= this.#notBefore;
  }

  tryAcquire(): OriginPlace | undefined {
    return this.isFree ? this.#take() : undefined;
  }

  /** Rejects with the signal's reason. */
  acquire(signal: AbortSignal): Promise<OriginPlace> {
    if (signal.aborted) return Promise.reject(signal.reason);
    const place = this.tryAcquire();
    if (place !== undefined) return Promise.resolve(place);
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#waiting.delete(grant);
        if (this.#waiting.size === 0) this.#disarm();
        reject(signal.reason);
      };
      const grant = (): void => {
        this.#waiting.delete(grant);
        signal.removeEventListener("abort", onAbort);
        resolve(this.#take());
      };
      this.#waiting.add(grant);
      signal.addEventListener("abort", onAbort, { once: true });
      this.#grant();
    });
  }

  #take(): OriginPlace {
    this.#inFlight++;
    return new Place(this, ++this.#given);
  }

  /** A place has been given back. */
  released(): void {
    this.#inFlight--;
    if (this.#pauseMs > 0) this.#notBefore = performance.now() + this.#pauseMs;
    this.#grant();
  }

  /** Requests that were under way when the limit was lowered say nothing about the new one: a burst counts once. */
  lower(number: number, tookMs: number): void {
    if (number <= this.#givenWhenLowered) return;
    this.#givenWhenLowered = this.#given;
    if (this.limit === 1) this.#pause(Math.max(FIRST_PAUSE, (this.#pauseMs + tookMs) * SLOWER - tookMs));
    this.#limit = Math.max(1, Math.floor(Math.min(this.#limit, this.#inFlight) / 2));
  }

  raise(tookMs: number): void {
    if (this.#pauseMs > 0) {
      this.#pause((this.#pauseMs + tookMs) * FASTER - tookMs);
      return;
    }
    if (this.#limit >= this.#most) return;
    this.#limit = Math.min(this.#most, this.#limit + 1 / Math.max(this.limit, LEAST_ROUND));
    this.#grant();
  }

  #pause(ms: number): void {
    this.#pauseMs = ms < SHORTEST_PAUSE ? 0 : Math.min(ms, LONGEST_PAUSE);
  }

  #grant(): void {
    for (const grant of this.#waiting) {
      if (this.#inFlight >= this.limit) return;
      const waitMs = this.#notBefore - performance.now();
      if (waitMs > 0) {
        this.#timer ??= setTimeout(() => {
          this.#timer = undefined;
          this.#grant();
        }, Math.ceil(waitMs));
        return;
      }
      grant();
    }
  }

  #disarm(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

class Place implements OriginPlace {
  readonly #limit: OriginLimit;
  readonly #number: number;
  readonly #takenAt: number = performance.now();
  #isHeld = true;

  constructor(limit: OriginLimit, number: number) {
    this.#limit = limit;
    this.#number = number;
  }

  throttled(): void {
    this.#limit.lower(this.#number, performance.now() - this.#takenAt);
  }

  succeeded(): void {
    this.#limit.raise(performance.now() - this.#takenAt);
  }

  release(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#limit.released();
  }
}
