import { CHANNELS, spanChannel } from "./channels.js";
import type { SpanContext } from "./span.js";

/** What is used of `@opentelemetry/api`; the module itself fits. */
export interface OpenTelemetryApi {
  readonly trace: {
    getTracer(name: string): {
      startSpan(name: string, options: object, context: never): OpenTelemetrySpan;
    };
    setSpan(context: never, span: never): unknown;
  };
  readonly context: { active(): unknown };
}

interface OpenTelemetrySpan {
  setAttributes(attributes: never): unknown;
  setStatus(status: { code: number; message?: string }): unknown;
  recordException(error: never): unknown;
  end(time?: number): void;
}

/** `SpanKind.CLIENT` and `SpanStatusCode.ERROR` of OpenTelemetry. */
const CLIENT = 2;
const INTERNAL = 0;
const ERROR = 2;

/**
 * Makes an OpenTelemetry span of every operation, request and piece of decoding from now on: `asyncdelta.snapshot`,
 * `asyncdelta.read` and so on, each the child of what it is part of, and an operation the child of the application's active
 * span. An engine does this by itself in a process where OpenTelemetry has been set up before.
 *
 * @returns a function that ends it
 */
export function traceToOpenTelemetry(api: OpenTelemetryApi): () => void {
  const tracer = api.trace.getTracer("asyncdelta");
  const open = new Map<number, OpenTelemetrySpan>();
  const subscribers = {
    start(context: SpanContext) {
      const { id, name, kind, startedAt } = context;
      const parent = context.parent === undefined ? undefined : open.get(context.parent);
      const active = api.context.active() as never;
      const within = (parent === undefined ? active : api.trace.setSpan(active, parent as never)) as never;
      const options = { kind: kind === "request" ? CLIENT : INTERNAL, startTime: performance.timeOrigin + startedAt };
      open.set(id, tracer.startSpan(`asyncdelta.${name}`, options, within));
    },
    end() {},
    asyncStart() {},
    error() {},
    asyncEnd(context: SpanContext) {
      const span = open.get(context.id);
      if (span === undefined) return;
      open.delete(context.id);
      span.setAttributes(attributesOf(context) as never);
      if (context.error !== undefined) {
        const message = context.error instanceof Error ? context.error.message : String(context.error);
        span.setStatus({ code: ERROR, message });
        span.recordException(context.error as never);
      }
      span.end();
    },
  };
  for (const name of CHANNELS) spanChannel(name).subscribe(subscribers);
  return () => {
    for (const name of CHANNELS) spanChannel(name).unsubscribe(subscribers);
    for (const span of open.values()) span.end();
    open.clear();
  };
}

function attributesOf({ kind, url, bytes, items, version, thread, cancelled }: SpanContext): Record<string, unknown> {
  return {
    "asyncdelta.kind": kind,
    ...(url !== undefined && { "asyncdelta.url": url }),
    ...(bytes > 0 && { "asyncdelta.bytes": bytes }),
    ...(items > 0 && { "asyncdelta.items": items }),
    ...(version !== undefined && { "asyncdelta.version": version }),
    ...(thread !== undefined && { "asyncdelta.thread": thread }),
    ...(cancelled && { "asyncdelta.cancelled": true }),
  };
}
