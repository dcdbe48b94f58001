import { setTimeout as sleep } from "node:timers/promises";
import type { Engine } from "asyncdelta";
import { DeltaError } from "asyncdelta";

/** A clock on which waiting between attempts takes next to no time, and is remembered. */
export interface FastClock {
  readonly clock: Engine["clock"];
  /** Milliseconds, as asked for. */
  readonly waits: readonly number[];
}

export function fastClock(longestMs = 1): FastClock {
  const waits: number[] = [];
  return {
    waits,
    clock: {
      now: () => Date.now(),
      async sleep(ms, { signal } = {}) {
        waits.push(ms);
        try {
          await sleep(Math.min(ms, longestMs), undefined, { signal });
        } catch (cause) {
          throw new DeltaError("ABORTED", "The wait was aborted.", { cause: signal?.reason ?? cause });
        }
      },
    },
  };
}
