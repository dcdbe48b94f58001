import type { Trace, TraceSpan } from "./trace.js";

/** Spans of which no two overlap. */
export interface Lane {
  readonly label: string;
  readonly spans: readonly TraceSpan[];
}

export interface LaneGroup {
  readonly key: "operation" | "request" | "socket" | "main" | "worker";
  readonly label: string;
  readonly lanes: readonly Lane[];
}

/**
 * Sorts the spans of a trace into lanes: one for each operation, for each request that is under way beside others, each
 * socket, each worker thread, and for what the main thread decodes itself. Groups without spans are left out.
 */
export function laneGroups({ spans }: Trace): LaneGroup[] {
  const of = (kind: TraceSpan["kind"]) => spans.filter((span) => span.kind === kind);
  const decodes = of("decode");
  const groups: LaneGroup[] = [
    { key: "operation", label: "operation", lanes: packed(of("operation")) },
    { key: "request", label: "request", lanes: packed(of("request")) },
    { key: "socket", label: "socket", lanes: byNumber(of("socket")) },
    { key: "worker", label: "worker", lanes: byNumber(decodes.filter(({ lane }) => lane !== 0)) },
    { key: "main", label: "decoding on the main thread", lanes: packed(decodes.filter(({ lane }) => lane === 0)) },
  ];
  return groups.filter(({ lanes }) => lanes.length > 0);
}

/** As few lanes as there are spans at once: each span goes to the first that is free. */
function packed(spans: readonly TraceSpan[]): Lane[] {
  const lanes: TraceSpan[][] = [];
  const ends: number[] = [];
  for (const span of spans) {
    let lane = ends.findIndex((end) => end <= span.start);
    if (lane < 0) lane = lanes.push([]) - 1;
    lanes[lane]!.push(span);
    ends[lane] = span.end;
  }
  return lanes.map((lane, index) => ({ label: String(index + 1), spans: lane }));
}

/** A lane for each socket or thread, in the order in which they first did something, numbered from 1. */
function byNumber(spans: readonly TraceSpan[]): Lane[] {
  const lanes = new Map<number, TraceSpan[]>();
  for (const span of spans) {
    const number = span.lane ?? 0;
    const lane = lanes.get(number);
    if (lane === undefined) lanes.set(number, [span]);
    else lane.push(span);
  }
  return Array.from(lanes.values(), (lane, index) => ({ label: String(index + 1), spans: lane }));
}
