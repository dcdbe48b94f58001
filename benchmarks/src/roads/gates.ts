import type { Clock } from "@asyncdelta/kernel-core";
import { Semaphore } from "@asyncdelta/parallel";
import type { Gate } from "./gated-storage.js";

/** The first byte of every request takes `ms` longer, as over a network. Waits without holding up the event loop. */
export function latencyGate(clock: Clock, ms: number): Gate {
  return {
    async enter({ signal }) {
      const due = performance.now() + ms;
      return { arrived: () => clock.sleep(Math.max(0, due - performance.now()), { signal }), leave() {} };
    },
  };
}

/** One request at a time: what a kernel that waits for each gives. */
export function singleFileGate(): Gate {
  const semaphore = new Semaphore(1);
  return {
    async enter({ signal }) {
      const permit = await semaphore.acquire({ signal });
      return { arrived: async () => {}, leave: () => permit.release() };
    },
  };
}

/** Knows how many requests are under way, most and on average. */
export interface FlightGate extends Gate {
  readonly most: number;
  /** Requests times milliseconds since the start. */
  area(): number;
}

export function flightGate(): FlightGate {
  let [now, most, area, since] = [0, 0, 0, performance.now()];
  const change = (by: 1 | -1): void => {
    const time = performance.now();
    area += now * (time - since);
    since = time;
    now += by;
    most = Math.max(most, now);
  };
  return {
    get most() {
      return most;
    },
    area: () => area + now * (performance.now() - since),
    async enter() {
      change(1);
      return { arrived: async () => {}, leave: () => change(-1) };
    },
  };
}
