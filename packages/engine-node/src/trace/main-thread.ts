import { performance } from "node:perf_hooks";
import type { BusySlice } from "./trace.js";

/** Milliseconds between two looks at the event loop. A loop that is at work longer is looked at when it is done. */
const SLICE_MS = 4;

/**
 * Samples how busy the main thread is from `origin` on, which the caller has only just taken: it was at work since. Returns
 * the function that ends it at a moment and gives the slices.
 */
export function sampleMainThread(origin: number): (end: number) => BusySlice[] {
  const slices: BusySlice[] = [];
  let last = performance.eventLoopUtilization();
  let from = origin;
  const sample = (now: number): void => {
    const next = performance.eventLoopUtilization();
    const idle = Math.min(now - from, Math.max(0, next.idle - last.idle));
    if (now > from) add(slices, { start: from - origin, end: now - origin, busy: 1 - idle / (now - from) });
    last = next;
    from = now;
  };
  const timer = setInterval(() => sample(performance.now()), SLICE_MS).unref();
  return (end) => {
    clearInterval(timer);
    sample(end);
    return slices;
  };
}

/** Slices that are alike become one. */
function add(slices: BusySlice[], slice: BusySlice): void {
  const previous = slices.at(-1);
  const busy = Math.round(slice.busy * 20) / 20;
  if (previous?.busy === busy) slices[slices.length - 1] = { ...previous, end: slice.end };
  else slices.push({ ...slice, busy });
}
