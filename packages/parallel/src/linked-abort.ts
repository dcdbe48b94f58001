import { onAbort } from "./on-abort.js";

/** A run's own abort controller, which follows the caller's signal through one listener, always removed. */
export class LinkedAbort {
  readonly #controller: AbortController = new AbortController();
  /** Leaves the caller's signal: the run is over. */
  readonly detach: () => void;

  constructor(outer: AbortSignal | undefined, listener: () => void) {
    this.detach = onAbort(outer, listener);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Stops the run's tasks. `undefined` gives the platform's own AbortError as the reason. */
  abort(reason: unknown): void {
    this.detach();
    this.#controller.abort(reason);
  }
}
