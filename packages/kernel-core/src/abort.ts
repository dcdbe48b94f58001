import { onAbort } from "@asyncdelta/parallel";
import { abortedError, throwIfAborted } from "./errors.js";

/** Lets a failure that follows from an abort end in {@link abortedError}, whatever was thrown below. */
export async function abortable<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  throwIfAborted(signal);
  try {
    return await work();
  } catch (error) {
    throw signal?.aborted ? abortedError(signal) : error;
  }
}

/**
 * Runs work with a signal of its own, which aborts when the caller's does and when the work fails: what was asked for
 * beside what failed ends with it.
 */
export async function stoppedOnFailure<T>(
  signal: AbortSignal | undefined,
  work: (own: AbortSignal) => Promise<T>,
): Promise<T> {
  throwIfAborted(signal);
  const own = new AbortController();
  const stopWaiting = onAbort(signal, () => own.abort(signal?.reason));
  try {
    return await work(own.signal);
  } catch (error) {
    own.abort();
    throw error;
  } finally {
    stopWaiting();
  }
}

/** The same as {@link abortable} for an iteration; also between two items. */
export async function* abortableItems<T>(
  signal: AbortSignal | undefined,
  items: () => AsyncIterable<T>,
): AsyncGenerator<T, void, undefined> {
  throwIfAborted(signal);
  try {
    for await (const item of items()) {
      yield item;
      throwIfAborted(signal);
    }
  } catch (error) {
    throw signal?.aborted ? abortedError(signal) : error;
  }
}
