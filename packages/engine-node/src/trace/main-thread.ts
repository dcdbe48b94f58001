import { performance } from "node:perf_hooks";
import type { BusySlice } from "./trace.js";

/** Milliseconds between two looks at the event loop. A loop that is at work longer is looked at when it is done. */
const SLICE_MS = 4;

/** Samples how busy the main thread is. Returns the function that ends it and gives the slices. */
export function sampleMainThread(origin: number): () => BusySlice[] {
  const slices: BusySlice[] = [];
  let last = performance.eventLoopUtilization();
  let from = performance.now();
  const sample = (): void => {
    const now = performance.now();
    const next = performance.eventLoopUtilization();
    const idle = Math.min(now - from, Math.max(0, next.idle - last.idle));
    if (now > from) add(slices, { start: from - origin, end: now - origin, busy: 1 - idle / (now - from) });
    last = next;
    from = now;
  };
  const timer = setInterval(sample, SLICE_MS).unref();
  return () => {
    clearInterval(timer);
    sample();
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
