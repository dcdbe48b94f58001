import { throwIfAborted } from "@asyncdelta/kernel-core/errors";

/** All decoders together work this long in one go, in milliseconds: a fraction of the 20 ms that others may have to wait. */
const SLICE = 4;

/** When the last turn was given, for all decoders of this thread. */
let since = 0;
/** Those who wait for theirs, and whether the event loop has been asked for it. */
const waiting: (() => void)[] = [];
let isAsked = false;

/** Keeps decoding from holding up the event loop: asked between pieces of work, it lets others have their turn. */
export class Turn {
  readonly #signal: AbortSignal | undefined;

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  /**
   * Waits until everything else that was ready has run, if decoding has gone on for long enough.
   *
   * @throws `ABORTED` once the signal has aborted.
   */
  async give(): Promise<void> {
    throwIfAborted(this.#signal);
    if (performance.now() - since < SLICE) return;
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
      ask();
    });
    throwIfAborted(this.#signal);
  }
}

function ask(): void {
  if (isAsked) return;
  isAsked = true;
  setImmediate(serve);
}

/** One decoder goes on in each round of the event loop: if all did, their slices would add up. */
function serve(): void {
  isAsked = false;
  since = performance.now();
  waiting.shift()?.();
  if (waiting.length > 0) ask();
}
