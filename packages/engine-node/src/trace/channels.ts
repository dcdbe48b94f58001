import { AsyncLocalStorage } from "node:async_hooks";
import { type TracingChannel, tracingChannel } from "node:diagnostics_channel";
import { type SpanContext, type SpanKind, shownUrl } from "./span.js";

/** Every channel, by the name behind `asyncdelta:`. */
export const CHANNELS = ["snapshot", "refresh", "files", "scan", "changes", "request", "decode"] as const;

export type ChannelName = (typeof CHANNELS)[number];

export type SpanChannel = TracingChannel<SpanContext, SpanContext>;

const channels = new Map<ChannelName, SpanChannel>(
  CHANNELS.map((name) => [name, tracingChannel<SpanContext, SpanContext>(`asyncdelta:${name}`)]),
);

/** The span in which the running code is. */
const current = new AsyncLocalStorage<SpanContext>();

/** What a span is about, said by whoever starts it. */
export interface SpanStart {
  readonly kind: SpanKind;
  readonly name: string;
  readonly url?: string | undefined;
  readonly version?: number | undefined;
  readonly thread?: number | undefined;
  readonly bytes?: number | undefined;
  /** The span that it is part of; by default the one in which the running code is. */
  readonly parent?: number | undefined;
  /** `performance.now()` when it began, where that is known only later. */
  readonly startedAt?: number | undefined;
}

/** A span under way. */
export interface OpenSpan {
  readonly context: SpanContext;
  /** Runs code inside the span, so that what it starts is part of it. */
  run<T>(work: () => T): T;
  /** Ends the span. Later calls do nothing. */
  end(): void;
  /** Ends it with the error that it failed with. */
  fail(error: unknown): void;
}

let count = 0;

/** The channel `asyncdelta:<name>`, as `diagnostics_channel` has it. */
export function spanChannel(name: ChannelName): SpanChannel {
  return channels.get(name)!;
}

/** The number of the span in which the running code is. */
export function currentSpan(): number | undefined {
  return current.getStore()?.id;
}

/** Whether anybody listens to any channel. */
export function isTraceListenedTo(): boolean {
  return CHANNELS.some((name) => channels.get(name)!.hasSubscribers);
}

/** Starts a span, or returns `undefined` where nobody listens: then it costs one look. */
export function openSpan(channelName: ChannelName, start: SpanStart): OpenSpan | undefined {
  const channel = channels.get(channelName)!;
  // To whichever of its five: who only counts errors is somebody too.
  if (!channel.hasSubscribers) return undefined;
  const context: SpanContext = {
    kind: start.kind,
    name: start.name,
    id: ++count,
    parent: start.parent ?? currentSpan(),
    startedAt: start.startedAt ?? performance.now(),
    url: shownUrl(start.url),
    version: start.version,
    thread: start.thread,
    bytes: start.bytes ?? 0,
    items: 0,
    cancelled: false,
  };
  channel.start.publish(context);
  channel.end.publish(context);
  let ended = false;
  const end = (error?: { readonly error: unknown }): void => {
    if (ended) return;
    ended = true;
    if (error !== undefined) {
      context.error = error.error;
      channel.error.publish(context);
    }
    channel.asyncStart.publish(context);
    channel.asyncEnd.publish(context);
  };
  return {
    context,
    run: (work) => current.run(context, work),
    end: () => end(),
    fail: (error) => end({ error }),
  };
}
