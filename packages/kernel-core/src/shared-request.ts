import { onAbort } from "@asyncdelta/parallel";
import { abortedError, throwIfAborted } from "./errors.js";

/**
 * One piece of work that several callers wait for, each with a signal of its own: it is stopped when the last of them
 * has left, and a caller that leaves does not disturb the others.
 */
export class SharedRequest {
  readonly #controller = new AbortController();
  readonly #onAbandoned: () => void;
  #waiting = 0;

  /** `onAbandoned` is called when nobody waits any more, before the signal aborts. */
  constructor(onAbandoned: () => void) {
    this.#onAbandoned = onAbandoned;
  }

  /** Aborts when nobody waits any more. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Waits for one of the results of the work. Rejects with `ABORTED` as soon as `signal` aborts. */
  async wait<T>(result: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    throwIfAborted(signal);
    this.#waiting++;
    return new Promise((resolve, reject) => {
      const leave = () => {
        reject(abortedError(signal!));
        if (--this.#waiting > 0) return;
        this.#onAbandoned();
        this.#controller.abort(signal!.reason);
      };
      const settled = onAbort(signal, leave);
      result.then(
        (value) => {
          settled();
          resolve(value);
        },
        (error) => {
          settled();
          reject(error);
        },
      );
    });
  }
}
