import { type AnyIterable, type ParallelIterator, parallelFlatMap, parallelMap } from "@asyncdelta/parallel";
import type { Engine } from "../engine/engine.js";

/** How items, each of which has a file to it, are read. */
export interface ReadSteps<T, O, R> {
  /** What comes before the rows: the footer, a deletion vector. */
  open(item: T, signal: AbortSignal): Promise<O>;
  read(opened: O, signal: AbortSignal): AsyncIterable<R>;
}

/**
 * Reads many items in order, several at once. As many are opened ahead as the engine has requests, up to 16. As many are
 * read as it has decodes, or twice as many where a round trip is costly, so that some wait for bytes while others are
 * decoded; never more than it has requests.
 */
export function readAhead<T, O, R>(
  engine: Engine,
  items: AnyIterable<readonly T[]>,
  { open, read }: ReadSteps<T, O, R>,
  signal: AbortSignal | undefined,
): ParallelIterator<R> {
  const { requests, decodes } = engine.limits;
  const opened = parallelMap(flatten(items), (item, context) => open(item, context.signal), {
    concurrency: Math.min(requests, MOST_OPENED_AHEAD),
    signal,
  });
  const reads = engine.storage.roundTrip === "costly" ? 2 * decodes : decodes;
  return parallelFlatMap(opened, (item, context) => read(item, context.signal), {
    concurrency: Math.min(requests, reads),
    signal,
  });
}

/** Footers are small, but an opened file may hold its last few hundred kilobytes. */
const MOST_OPENED_AHEAD = 16;

async function* flatten<T>(batches: AnyIterable<readonly T[]>): AsyncGenerator<T, void, undefined> {
  for await (const batch of batches) yield* batch;
}
