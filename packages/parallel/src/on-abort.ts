/** Those that wait for one signal, behind the one listener that it has. */
class Waiters {
  static readonly #of: WeakMap<AbortSignal, Waiters> = new WeakMap();
  readonly #signal: AbortSignal;
  readonly #calls: Set<() => void> = new Set();
  readonly #onAbort = (): void => {
    this.#leave();
    const errors: unknown[] = [];
    for (const call of this.#calls) {
      // Listeners know nothing of each other: a faulty one must not keep the abort from the rest.
      try {
        call();
      } catch (error) {
        errors.push(error);
      }
    }
    for (const error of errors) report(error);
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

/** As an event target does with what its listeners throw: nobody called it who could catch that. */
function report(error: unknown): void {
  if (typeof reportError === "function") {
    reportError(error);
    return;
  }
  queueMicrotask(() => {
    throw error;
  });
}

/**
 * Calls `listener` when the signal aborts; never for one that has aborted already, and never twice. However many wait for a
 * signal this way, it has one listener: Node 20 takes more than ten for a leak, and warns. What a listener throws
 * is reported as uncaught, after all others have been called.
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
