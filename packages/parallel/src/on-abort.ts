/** Those that wait for one signal, behind the one listener that it has. */
class Waiters {
  static readonly #of: WeakMap<AbortSignal, Waiters> = new WeakMap();
  readonly #signal: AbortSignal;
  readonly #calls: Set<() => void> = new Set();
  readonly #onAbort = (): void => {
    this.#leave();
    for (const call of this.#calls) call();
  };

  private constructor(signal: AbortSignal) {
    this.#signal = signal;
    Waiters.#of.set(signal, this);
    signal.addEventListener("abort", this.#onAbort);
  }

  static of(signal: AbortSignal): Waiters {
    return Waiters.#of.get(signal) ?? new Waiters(signal);
  }

  add(call: () => void): void {
    this.#calls.add(call);
  }

  delete(call: () => void): void {
    if (this.#calls.delete(call) && this.#calls.size === 0) this.#leave();
  }

  #leave(): void {
    this.#signal.removeEventListener("abort", this.#onAbort);
    if (Waiters.#of.get(this.#signal) === this) Waiters.#of.delete(this.#signal);
  }
}

/**
 * Calls `listener` when the signal aborts; never for one that has aborted already, and never twice. However many wait for a
 * signal this way, it has one listener: Node 20 takes more than ten for a leak, and warns.
 *
 * @returns what ends the waiting; safe to repeat
 *
 * @example
 * const stopWaiting = onAbort(signal, () => socket.destroy());
 * socket.once("close", stopWaiting);
 */
export function onAbort(signal: AbortSignal | undefined, listener: () => void): () => void {
  if (signal === undefined || signal.aborted) return () => {};
  const waiters = Waiters.of(signal);
  // One of its own, since the same function may wait twice.
  const call = (): void => listener();
  waiters.add(call);
  return () => waiters.delete(call);
}
