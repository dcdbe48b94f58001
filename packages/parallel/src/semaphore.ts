/// <reference lib="esnext.disposable" preserve="true" />
import { onAbort } from "./on-abort.js";
import { checkCount, checkSignal } from "./options.js";

/** What {@link Semaphore.acquire} gives. Releasing it again does nothing. */
export interface Permit extends Disposable {
  /** Gives the permit back. The same as its `Symbol.dispose`, for where `using` is not at hand. */
  release(): void;
}

/** The options of {@link Semaphore.acquire}. */
export interface AcquireOptions {
  /** Aborting it takes the call out of the queue, and rejects it with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /**
   * How many permits to take at once: a positive integer. Default: 1. A weight above the semaphore's total takes the
   * total, so that an item larger than the whole budget passes alone and does not wait for ever.
   */
  readonly weight?: number | undefined;
}

interface Waiter {
  readonly weight: number;
  grant(): void;
}

/**
 * A number of permits, handed out in the order of asking: a later call never overtakes, however small its weight.
 * Permits may count operations, or bytes, with the weights of what is in flight.
 *
 * @example
 * const permit = await semaphore.acquire({ signal });
 * try {
 *   await work();
 * } finally {
 *   permit.release();
 * }
 */
export class Semaphore {
  readonly #permits: number;
  #available: number;
  /** In the order of asking; a Set, so that an abort can leave from the middle. */
  readonly #waiters: Set<Waiter> = new Set();

  /** @throws RangeError if `permits` is not a positive integer. */
  constructor(permits: number) {
    checkCount("permits", permits);
    this.#permits = permits;
    this.#available = permits;
  }

  /** How many permits are free. */
  get available(): number {
    return this.#available;
  }

  /** How many calls are waiting. */
  get waiting(): number {
    return this.#waiters.size;
  }

  /**
   * Resolves with a permit, when it is this call's turn.
   *
   * @throws RangeError or TypeError, at the call, if an option is not as described.
   */
  acquire(options: AcquireOptions = {}): Promise<Permit> {
    const { signal, weight = 1 } = options;
    checkCount("weight", weight);
    checkSignal(signal);
    if (signal?.aborted) return Promise.reject(signal.reason);
    const taken = Math.min(weight, this.#permits);
    const permit = this.tryAcquire(taken);
    if (permit !== undefined) return Promise.resolve(permit);
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiters.delete(waiter);
        stopWaiting();
      };
      const abort = (): void => {
        leave();
        reject(signal?.reason);
        // It may have been the one that all others were waiting behind.
        this.#grant();
      };
      const waiter: Waiter = {
        weight: taken,
        grant: () => {
          leave();
          resolve(this.#take(taken));
        },
      };
      this.#waiters.add(waiter);
      const stopWaiting = onAbort(signal, abort);
    });
  }

  /**
   * A permit, if it is there without waiting: `undefined` where too few are free, or others wait.
   *
   * @throws RangeError if `weight` is not a positive integer.
   */
  tryAcquire(weight = 1): Permit | undefined {
    checkCount("weight", weight);
    const taken = Math.min(weight, this.#permits);
    return this.#waiters.size === 0 && taken <= this.#available ? this.#take(taken) : undefined;
  }

  #take(weight: number): Permit {
    this.#available -= weight;
    let held = true;
    const release = (): void => {
      if (!held) return;
      held = false;
      this.#available += weight;
      this.#grant();
    };
    return { release, [Symbol.dispose]: release };
  }

  #grant(): void {
    for (const waiter of this.#waiters) {
      if (waiter.weight > this.#available) return;
      waiter.grant();
    }
  }
}
