import { onAbort, prefetch } from "@asyncdelta/parallel";
import type { Engine } from "../engine/engine.js";
import { roundTripOf } from "../engine/round-trip.js";
import type { AddsOptions, CheckpointAdds } from "../log/checkpoint-reader.js";
import type { SegmentReader } from "../log/segment-reader.js";

/** Commits of so many bytes are replayed in less time than a checkpoint takes to come from afar, and leave memory for it. */
const SMALL_COMMITS = 16 * 1024 * 1024;

/** The file actions of a segment's checkpoint, which are to be taken once its commits have been replayed. */
export interface LaterAdds {
  readonly adds: AsyncIterable<CheckpointAdds>;
  /** Whether they are on their way. */
  readonly isBegun: boolean;
  /** Stops what is. */
  close(): Promise<void>;
}

/** Begins to read a checkpoint at once where it is far away, unless `lazy`: what is wrong with it is said when its turn comes. */
export function laterAdds(
  engine: Engine,
  { checkpoint, segment }: SegmentReader,
  options: AddsOptions,
  lazy: boolean,
): LaterAdds {
  const isFar = roundTripOf(engine.storage, segment.logRoot) === "costly";
  const bytes = segment.commits.reduce((sum, { size }) => sum + size, 0);
  if (checkpoint === undefined || lazy || !isFar || bytes === 0 || bytes > SMALL_COMMITS) {
    return { adds: checkpoint?.adds(options) ?? none(), isBegun: false, close: async () => {} };
  }
  const own = new AbortController();
  const stopWaiting = onAbort(options.signal, () => own.abort(options.signal?.reason));
  const adds = prefetch(checkpoint.adds({ ...options, signal: own.signal }), 1, { eager: true });
  return {
    adds,
    isBegun: true,
    close: async () => {
      stopWaiting();
      own.abort();
      // Whoever left does not ask any more what was wrong.
      await adds.return().catch(() => {});
    },
  };
}

async function* none(): AsyncGenerator<never, void, undefined> {}
