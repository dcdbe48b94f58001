import { onAbort, type ParallelIterator } from "@asyncdelta/parallel";
import { abortableItems } from "../abort.js";

/** What follows a table: an iterator for one consumer that has no end of its own. Leave the loop, or abort the signal, to stop. */
export interface Following<T> extends ParallelIterator<T> {
  /**
   * The version from which a new following has to go on so as to miss nothing and repeat as little as can be: everything of
   * the versions before it has been given out, and the loop has asked for more. `undefined` until it is known.
   *
   * Where row changes are followed, a version is done with when more was asked for and there is no more of it; stopped before
   * that, all of its changes come again.
   */
  readonly resumeFrom: number | undefined;
}

/** What the items of a following are made with. */
export interface FollowingContext {
  /** Aborts when the caller's signal does, and when the loop is left. */
  readonly signal: AbortSignal;
  /** Says where a new following would go on: now, and as soon as more is asked for. */
  moveTo(version: number, whenAsked?: number): void;
}

const DONE = { done: true, value: undefined } as const;

/** Items that may be long in coming, as a {@link Following}: leaving it does not wait for the next one. */
export function followingOf<T>(
  signal: AbortSignal | undefined,
  from: number | undefined,
  items: (context: FollowingContext) => AsyncIterable<T>,
): Following<T> {
  const controller = new AbortController();
  let resumeFrom = from;
  let whenAsked = from;
  let state: "new" | "open" | "over" = "new";
  const moveTo = (version: number, asked = version): void => {
    resumeFrom = version;
    whenAsked = asked;
  };
  const generator = abortableItems(controller.signal, () => items({ signal: controller.signal, moveTo }));
  const stop = (): void => controller.abort(signal?.reason);
  let stopWaiting = (): void => {};

  function open(): void {
    state = "open";
    if (signal?.aborted) stop();
    else stopWaiting = onAbort(signal, stop);
  }

  function end(): void {
    state = "over";
    stopWaiting();
  }

  return {
    get resumeFrom() {
      return resumeFrom;
    },
    async next() {
      if (state === "new") open();
      if (state === "open") resumeFrom = whenAsked;
      try {
        const result = await generator.next();
        return state === "open" ? result : DONE;
      } catch (error) {
        if (state !== "open") return DONE;
        end();
        throw error;
      }
    },
    async return() {
      end();
      controller.abort();
      await generator.return();
      return DONE;
    },
    async [Symbol.asyncDispose]() {
      await this.return();
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
