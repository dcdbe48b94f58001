/** Most requests that begin in one turn of the event loop: 3 ms of them, where the code is cold. docs/decisions/052-http.md. */
const EACH_TURN = 16;

/**
 * Spreads the beginnings of many requests over turns of the event loop, in the order of asking. Between them sockets connect, requests leave
 * and answers come, which would else wait until the last has begun, as would all other work of this thread.
 */
export class Pace {
  #begun = 0;
  readonly #waiting: (() => void)[] = [];

  /** Nothing to wait for, or the promise of a later turn. */
  turn(): Promise<void> | undefined {
    if (this.#begun === EACH_TURN) return new Promise((resolve) => this.#waiting.push(resolve));
    this.#begin();
    return undefined;
  }

  #begin(): void {
    if (this.#begun++ === 0) setImmediate(() => this.#next());
  }

  #next(): void {
    this.#begun = 0;
    for (const go of this.#waiting.splice(0, EACH_TURN)) {
      this.#begin();
      go();
    }
  }
}
