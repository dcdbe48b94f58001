import type { Observer } from "@asyncdelta/kernel-core";
import { type OpenSpan, spanChannel } from "./channels.js";
import { traceItems, traceRun } from "./trace-work.js";

/** The observer of one engine. */
export interface ChannelObserver extends Observer {
  /** Ends the spans of iterations that stand still: whoever dropped them without `return()` does not come back. */
  close(): void;
}

/** Publishes the kernel's operations on the channels `asyncdelta:snapshot`, `asyncdelta:scan` and so on. */
export function channelObserver(): ChannelObserver {
  const idle = new Set<OpenSpan>();
  return {
    run: ({ name, table, version }, work) => traceRun(name, { kind: "operation", name, url: table, version }, work),
    iterate({ name, table, version }, work) {
      // Looked at when the operation is asked for: a plain iteration stays what it is.
      if (!spanChannel(name).hasSubscribers) return work();
      return traceItems(name, { kind: "operation", name, url: table, version }, work, { idle });
    },
    close() {
      for (const span of idle) {
        span.context.cancelled = true;
        span.end();
      }
      idle.clear();
    },
  };
}
