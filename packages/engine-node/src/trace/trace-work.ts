import { isDeltaError } from "@asyncdelta/kernel-core";
import { type ChannelName, type OpenSpan, openSpan, type SpanStart } from "./channels.js";

/** Runs `work` as a span. `note` sees the result, to say what it weighs. */
export function traceRun<T>(
  channel: ChannelName,
  start: SpanStart,
  work: () => Promise<T>,
  note?: (result: T, span: OpenSpan) => void,
): Promise<T> {
  const span = openSpan(channel, start);
  return span === undefined ? work() : runIn(span, work, note);
}

async function runIn<T>(
  span: OpenSpan,
  work: () => Promise<T>,
  note?: (result: T, span: OpenSpan) => void,
): Promise<T> {
  try {
    const result = await span.run(work);
    note?.(result, span);
    span.end();
    return result;
  } catch (error) {
    endWith(span, error);
    throw error;
  }
}

export interface TracedItems<T> {
  /** Sees each item. */
  note?(item: T, span: OpenSpan): void;
  /** Has the span while nothing is asked of the iteration: whoever closes the engine may end it. */
  readonly idle?: Set<OpenSpan>;
}

/**
 * Runs an iteration as a span, from its first `next()` to its last or to `return()`. Written by hand, since every `next()`
 * has to run inside the span.
 */
export function traceItems<T>(
  channel: ChannelName,
  start: SpanStart,
  work: () => AsyncIterable<T>,
  { note, idle }: TracedItems<T> = {},
): AsyncGenerator<T, void, undefined> {
  let span: OpenSpan | undefined;
  let items: AsyncIterator<T> | undefined;
  const within = <R>(step: () => R): R => (span === undefined ? step() : span.run(step));
  const traced: Omit<AsyncGenerator<T, void, undefined>, typeof Symbol.asyncDispose> = {
    async next() {
      try {
        if (items === undefined) {
          span = openSpan(channel, start);
          items = within(() => work()[Symbol.asyncIterator]());
        }
        const source = items;
        if (span !== undefined) idle?.delete(span);
        const result = await within(() => source.next());
        if (result.done) {
          span?.end();
          return { done: true, value: undefined };
        }
        if (span !== undefined) {
          span.context.items++;
          note?.(result.value, span);
          idle?.add(span);
        }
        return result;
      } catch (error) {
        if (span !== undefined) endWith(span, error);
        throw error;
      }
    },
    async return() {
      if (span !== undefined) idle?.delete(span);
      items ??= work()[Symbol.asyncIterator]();
      const source = items;
      try {
        await within(async () => source.return?.());
      } finally {
        if (span !== undefined) {
          span.context.cancelled = true;
          span.end();
        }
      }
      return { done: true, value: undefined };
    },
    async throw(error) {
      await traced.return();
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this as AsyncGenerator<T, void, undefined>;
    },
  };
  return traced as AsyncGenerator<T, void, undefined>;
}

function endWith(span: OpenSpan, error: unknown): void {
  if (isDeltaError(error, "ABORTED")) {
    span.context.cancelled = true;
    span.end();
  } else {
    span.fail(error);
  }
}
