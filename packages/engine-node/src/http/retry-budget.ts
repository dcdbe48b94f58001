/** What a bucket holds when all is well. */
const CAPACITY = 500;

/** What a retry takes: an answer that did not come has cost its server more than one that was refused. */
export const RETRY_COST = 5;
export const TIMEOUT_COST = 10;

/**
 * The retries that an origin is worth, for all calls together: when most requests fail, repeating them all only adds to
 * the trouble. Each retry takes some, and each success gives some back.
 */
export class RetryBudget {
  #left: number = CAPACITY;

  get left(): number {
    return this.#left;
  }

  /** Takes the cost of a retry, or nothing and returns `false` where the rest is less. */
  take(cost: number): boolean {
    if (cost > this.#left) return false;
    this.#left -= cost;
    return true;
  }

  /** A call has succeeded, after a retry that had taken `cost`, or at once (0). */
  giveBack(cost: number): void {
    this.#left = Math.min(CAPACITY, this.#left + Math.max(1, cost));
  }
}
