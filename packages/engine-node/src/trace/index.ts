export { type ChromeEvent, type ChromeTrace, chromeTrace } from "./chrome-trace.js";
export { type Lane, type LaneGroup, laneGroups } from "./lanes.js";
export { recordTrace, type TraceRecorder } from "./record-trace.js";
export type { SpanContext, SpanKind } from "./span.js";
export type { BusySlice, Trace, TraceSpan } from "./trace.js";
export { tracedBelow, tracedStorage } from "./traced-storage.js";
