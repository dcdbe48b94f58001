import { checkCount } from "./options.js";

/** A permit of a {@link Semaphore}. Giving it back twice counts once. */
export interface Permit extends Disposable {
  release(): void;
}

interface Waiter {
  grant(): void;
}

/** A fixed number of permits, handed out in the order of asking. */
export class Semaphore {
  #available: number;
  readonly #waiters: Set<Waiter> = new Set();

  /** `RangeError` unless `permits` is a positive integer. */
  constructor(permits: number) {
    checkCount("permits", permits);
    this.#available = permits;
  }

  /** How many permits can be had at once. */
  get available(): number {
    return this.#available;
  }

  /** How many calls are waiting. */
  get waiting(): number {
    return this.#waiters.size;
  }

  /** Waits for a permit. An abort takes the call out of the queue and rejects it with the signal's reason. */
  acquire(options: { readonly signal?: AbortSignal | undefined } = {}): Promise<Permit> {
    const { signal } = options;
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.#available > 0) {
      this.#available -= 1;
      return Promise.resolve(this.#permit());
    }
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiters.delete(waiter);
        signal?.removeEventListener("abort", abort);
      };
      const abort = (): void => {
        leave();
        reject(signal?.reason);
      };
      const waiter: Waiter = {
        grant: () => {
          leave();
          resolve(this.#permit());
        },
      };
      this.#waiters.add(waiter);
      signal?.addEventListener("abort", abort);
    });
  }

  #permit(): Permit {
    let held = true;
    const release = (): void => {
      if (!held) return;
      held = false;
      // The permit goes straight to the first in the queue: a later call cannot overtake it.
      const [first] = this.#waiters;
      if (first === undefined) this.#available += 1;
      else first.grant();
    };
    return { release, [Symbol.dispose]: release };
  }
}
