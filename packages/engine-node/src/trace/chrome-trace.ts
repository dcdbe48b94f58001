import { laneGroups } from "./lanes.js";
import type { Trace } from "./trace.js";

/** An event of Chrome's trace format; times are microseconds. */
export interface ChromeEvent {
  readonly ph: "b" | "e" | "M" | "C" | "X";
  readonly name: string;
  readonly cat?: string;
  readonly id?: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly args?: object;
}

export interface ChromeTrace {
  readonly traceEvents: readonly ChromeEvent[];
  readonly displayTimeUnit: "ms";
  readonly otherData: object;
}

/**
 * Traces in the format that Perfetto and Chrome open. Spans are asynchronous pairs of events (`b`, `e`), which are drawn
 * right where they overlap. Each trace is a process of its own, each lane a thread.
 */
export function chromeTrace(traces: readonly Trace[]): ChromeTrace {
  const traceEvents = traces.flatMap((trace, index) => traceEventsOf(trace, index + 1));
  return {
    traceEvents,
    displayTimeUnit: "ms",
    otherData: { program: "asyncdelta", node: process.versions.node, startedAt: traces[0]?.startedAt },
  };
}

function traceEventsOf(trace: Trace, pid: number): ChromeEvent[] {
  const events: ChromeEvent[] = [{ ph: "M", name: "process_name", pid, tid: 0, ts: 0, args: { name: trace.title } }];
  let tid = 0;
  let id = 0;
  for (const { label, lanes } of laneGroups(trace)) {
    for (const lane of lanes) {
      tid++;
      const name = lanes.length === 1 ? label : `${label} ${lane.label}`;
      events.push({ ph: "M", name: "thread_name", pid, tid, ts: 0, args: { name } });
      events.push({ ph: "M", name: "thread_sort_index", pid, tid, ts: 0, args: { sort_index: tid } });
      for (const span of lane.spans) {
        const { start, end, url, bytes, items, outcome } = span;
        const pair = { name: span.name, cat: name, id: `${pid}.${++id}`, pid, tid };
        events.push({ ph: "b", ...pair, ts: micros(start), args: { url, bytes, items, outcome } });
        events.push({ ph: "e", ...pair, ts: micros(Math.max(start, end)) });
      }
    }
  }
  for (const { start, end, busy } of trace.mainThread) {
    events.push({ ph: "C", name: "main thread busy %", pid, tid: 0, ts: micros(start), args: { busy: busy * 100 } });
    if (end >= trace.duration) {
      events.push({ ph: "C", name: "main thread busy %", pid, tid: 0, ts: micros(end), args: { busy: 0 } });
    }
  }
  return events;
}

function micros(milliseconds: number): number {
  return Math.round(milliseconds * 1000);
}
