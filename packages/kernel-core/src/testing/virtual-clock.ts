import type { Clock } from "../engine/clock.js";
import { abortedError, throwIfAborted } from "../errors.js";

export interface VirtualClockOptions {
  /** Milliseconds since 1970-01-01 UTC at the start; 0 by default. */
  readonly start?: number;
  /**
   * Resolves when the host has nothing left to run, as `() => new Promise(setImmediate)` does. With it the clock moves
   * by itself: whenever all is quiet, to the moment at which the next sleeper wakes. Without it, only `advance` moves it.
   */
  readonly idle?: () => Promise<unknown>;
}

/** A clock for tests: nobody waits for real time, and the order of events is the same in each run. */
export interface VirtualClock extends Clock {
  /** Moves time forward, waking sleepers in the order of their time. */
  advance(ms: number): void;
  /** Keeps a self-moving clock still (while real work is under way) until the returned function is called. */
  hold(): () => void;
  /** How many calls of `sleep` have not ended. */
  readonly sleepers: number;
}

interface Sleeper {
  readonly due: number;
  wake(): void;
}

/** Makes a {@link VirtualClock}. */
export function virtualClock(options: VirtualClockOptions = {}): VirtualClock {
  const { idle } = options;
  let time = options.start ?? 0;
  let events = 0;
  let holds = 0;
  let moving = false;
  const sleepers: Sleeper[] = [];

  function insert(sleeper: Sleeper): void {
    let at = sleepers.length;
    while (at > 0 && sleepers[at - 1]!.due > sleeper.due) at--;
    sleepers.splice(at, 0, sleeper);
    events++;
  }

  function wakeUntil(end: number): void {
    while (sleepers.length > 0 && sleepers[0]!.due <= end) {
      const sleeper = sleepers.shift()!;
      time = Math.max(time, sleeper.due);
      sleeper.wake();
    }
  }

  async function move(quiet: () => Promise<unknown>): Promise<void> {
    moving = true;
    while (sleepers.length > 0 && holds === 0) {
      const before = events;
      await quiet();
      if (events === before && holds === 0 && sleepers.length > 0) wakeUntil(sleepers[0]!.due);
    }
    moving = false;
  }

  function start(): void {
    if (idle !== undefined && !moving && holds === 0 && sleepers.length > 0) void move(idle);
  }

  return {
    now: () => time,
    get sleepers() {
      return sleepers.length;
    },
    advance(ms) {
      const end = time + ms;
      wakeUntil(end);
      time = end;
    },
    hold() {
      let held = true;
      holds++;
      events++;
      return () => {
        if (!held) return;
        held = false;
        holds--;
        events++;
        start();
      };
    },
    async sleep(ms, { signal } = {}) {
      throwIfAborted(signal);
      if (!(ms > 0)) return;
      await new Promise<void>((resolve, reject) => {
        const onAbort = () => {
          sleepers.splice(sleepers.indexOf(sleeper), 1);
          events++;
          reject(abortedError(signal!));
        };
        const sleeper: Sleeper = {
          due: time + ms,
          wake() {
            signal?.removeEventListener("abort", onAbort);
            events++;
            resolve();
          },
        };
        signal?.addEventListener("abort", onAbort, { once: true });
        insert(sleeper);
        start();
      });
    },
  };
}
