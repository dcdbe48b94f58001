import type { Trace, TraceSpan } from "./trace.js";

/** What the spans of a trace add up to. Times are milliseconds. */
export interface TraceFacts {
  readonly requests: number;
  readonly bytes: number;
  /** Requests under way: most, and on average over the whole time. */
  readonly inFlightMost: number;
  readonly inFlightMean: number;
  /** Share of the time in which each worker thread had a task, from 0 to 1. */
  readonly workers: readonly number[];
  /** Share of the time in which the main thread was at work. */
  readonly mainThread: number;
  readonly busyCores: number;
  /** The longest time in which no request was under way, no worker had a task, and the main thread mostly waited. */
  readonly gap: Gap | undefined;
}

export interface Gap {
  readonly start: number;
  readonly end: number;
}

/** Adds up a trace. */
export function traceFacts(trace: Trace): TraceFacts {
  const { spans, duration, mainThread, cpu } = trace;
  const requests = spans.filter(({ kind }) => kind === "request");
  const decodes = spans.filter(({ kind }) => kind === "decode");
  const threads = new Map<number, number>();
  for (const { lane = 0, start, end } of decodes) {
    if (lane !== 0) threads.set(lane, (threads.get(lane) ?? 0) + end - start);
  }
  const busy = mainThread.reduce((sum, slice) => sum + (slice.end - slice.start) * slice.busy, 0);
  return {
    requests: requests.length,
    bytes: requests.reduce((sum, { bytes = 0 }) => sum + bytes, 0),
    inFlightMost: mostAtOnce(requests),
    inFlightMean: requests.reduce((sum, { start, end }) => sum + end - start, 0) / duration,
    workers: [...threads.values()].map((time) => Math.min(1, time / duration)),
    mainThread: Math.min(1, busy / duration),
    busyCores: cpu / duration,
    gap: longestGap(trace, [...requests, ...decodes]),
  };
}

function mostAtOnce(spans: readonly TraceSpan[]): number {
  const ends = spans.map(({ end }) => end).sort((a, b) => a - b);
  let [ended, most] = [0, 0];
  for (const [started, { start }] of spans.entries()) {
    while (ends[ended]! <= start) ended++;
    most = Math.max(most, started + 1 - ended);
  }
  return most;
}

/** Less is no gap that anybody could see. */
const LEAST_GAP = 0.02;

function longestGap({ duration, mainThread }: Trace, spans: readonly TraceSpan[]): Gap | undefined {
  const busy = mainThread.filter((slice) => slice.busy >= 0.5);
  const covered = [...spans, ...busy].sort((a, b) => a.start - b.start);
  let longest: Gap = { start: 0, end: 0 };
  let reached = 0;
  for (const { start, end } of [...covered, { start: duration, end: duration }]) {
    if (start - reached > longest.end - longest.start) longest = { start: reached, end: start };
    reached = Math.max(reached, end);
  }
  return longest.end - longest.start >= duration * LEAST_GAP ? longest : undefined;
}
