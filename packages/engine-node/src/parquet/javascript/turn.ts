import { setImmediate } from "node:timers/promises";
import { throwIfAborted } from "@asyncdelta/kernel-core";

/** Work this long in one go at most, in milliseconds: a fraction of the 20 ms that the event loop may be delayed. */
const SLICE = 4;

/** Keeps decoding from holding up the event loop: asked between pieces of work, it lets others have their turn. */
export class Turn {
  readonly #signal: AbortSignal | undefined;
  #since: number = performance.now();

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  /** Whether it is time to {@link give} others a turn: to be asked where awaiting for nothing would cost too much. */
  get over(): boolean {
    return performance.now() - this.#since > SLICE;
  }

  /**
   * Waits until everything else that was ready has run, if this turn has lasted long enough.
   *
   * @throws `ABORTED` once the signal has aborted.
   */
  async give(): Promise<void> {
    throwIfAborted(this.#signal);
    if (!this.over) return;
    await setImmediate();
    this.#since = performance.now();
    throwIfAborted(this.#signal);
  }
}
