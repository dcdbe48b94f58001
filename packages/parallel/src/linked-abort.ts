/** A run's own abort controller, which follows the caller's signal through one listener, always removed. */
export class LinkedAbort {
  readonly #controller: AbortController = new AbortController();
  readonly #outer: AbortSignal | undefined;
  readonly #onAbort: () => void;

  constructor(outer: AbortSignal | undefined, onAbort: () => void) {
    this.#outer = outer;
    this.#onAbort = onAbort;
    outer?.addEventListener("abort", onAbort);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Leaves the caller's signal: the run is over. */
  detach(): void {
    this.#outer?.removeEventListener("abort", this.#onAbort);
  }

  /** Stops the run's tasks. `undefined` gives the platform's own AbortError as the reason. */
  abort(reason: unknown): void {
    this.detach();
    this.#controller.abort(reason);
  }
}
