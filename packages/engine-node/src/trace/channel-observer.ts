import type { Observer } from "@asyncdelta/kernel-core";
import { spanChannel } from "./channels.js";
import { traceItems, traceRun } from "./trace-work.js";

/** Publishes the kernel's operations on the channels `asyncdelta:snapshot`, `asyncdelta:scan` and so on. */
export const channelObserver: Observer = {
  run: ({ name, table, version }, work) => traceRun(name, { kind: "operation", name, url: table, version }, work),
  iterate({ name, table, version }, work) {
    // Looked at when the operation is asked for: a plain iteration stays what it is.
    if (!spanChannel(name).hasSubscribers) return work();
    return traceItems(name, { kind: "operation", name, url: table, version }, work);
  },
};
