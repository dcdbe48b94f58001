import { isDeltaError } from "@asyncdelta/kernel-core";
import { CHANNELS, spanChannel } from "./channels.js";
import { sampleMainThread } from "./main-thread.js";
import { watchSockets } from "./sockets.js";
import type { SpanContext } from "./span.js";
import type { Trace, TraceSpan } from "./trace.js";

/** A recording under way. */
export interface TraceRecorder {
  /** Ends the recording and gives what was seen; what is still under way is marked as unfinished. Call it once. */
  stop(): Trace;
}

/**
 * Records every span of this process until it is stopped: operations, requests, decoding, HTTP sockets, and how busy the
 * main thread is. Without a recorder (or another subscriber of the channels) nothing is measured.
 */
export function recordTrace(title: string): TraceRecorder {
  const startedAt = new Date().toISOString();
  const origin = performance.now();
  const cpu = process.cpuUsage();
  const open = new Map<number, SpanContext>();
  const spans: TraceSpan[] = [];
  const subscribers = {
    start(context: SpanContext) {
      open.set(context.id, context);
    },
    end() {},
    asyncStart() {},
    asyncEnd(context: SpanContext) {
      if (open.delete(context.id)) spans.push(toSpan(context, origin, performance.now()));
    },
    error() {},
  };
  for (const name of CHANNELS) spanChannel(name).subscribe(subscribers);
  const stopSampling = sampleMainThread(origin);
  const stopSockets = watchSockets(origin);
  return {
    stop() {
      const now = performance.now();
      const used = process.cpuUsage(cpu);
      for (const name of CHANNELS) spanChannel(name).unsubscribe(subscribers);
      for (const context of open.values()) spans.push({ ...toSpan(context, origin, now), outcome: "unfinished" });
      spans.push(...stopSockets(now));
      spans.sort((a, b) => a.start - b.start || b.end - a.end);
      return {
        title,
        startedAt,
        duration: now - origin,
        spans,
        mainThread: stopSampling(now),
        cpu: (used.user + used.system) / 1000,
      };
    },
  };
}

function outcomeOf({ kind, error, cancelled }: SpanContext): TraceSpan["outcome"] {
  if (error === undefined) return cancelled ? "cancelled" : "ok";
  return kind === "request" && isDeltaError(error, "FILE_NOT_FOUND") ? "absent" : "failed";
}

function toSpan(context: SpanContext, origin: number, now: number): TraceSpan {
  const { id, parent, kind, name, url, bytes, items, thread } = context;
  return {
    id,
    kind,
    name,
    start: Math.max(0, context.startedAt - origin),
    end: now - origin,
    outcome: outcomeOf(context),
    ...(parent !== undefined && { parent }),
    ...(url !== undefined && { url }),
    ...(bytes > 0 && { bytes }),
    ...(items > 0 && { items }),
    ...(thread !== undefined && { lane: thread }),
  };
}
