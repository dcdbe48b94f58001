import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { shownUrl } from "./span.js";
import type { TraceSpan } from "./trace.js";

/** What undici says of a request on its own channels. */
interface UndiciMessage {
  readonly request: { readonly method?: string; readonly origin?: string | URL; readonly path?: string };
  readonly socket?: object;
}

/**
 * Watches HTTP requests from their headers to the end of their answers, each on the lane of its socket, through undici's
 * own channels. Returns the function that ends it at a moment and gives the spans.
 */
export function watchSockets(origin: number): (end: number) => TraceSpan[] {
  const lanes = new WeakMap<object, number>();
  const open = new Map<object, Omit<TraceSpan, "end" | "outcome">>();
  const spans: TraceSpan[] = [];
  let sockets = 0;

  const finish = (outcome: TraceSpan["outcome"]) => (message: unknown) => {
    const { request } = message as UndiciMessage;
    const span = open.get(request);
    if (span === undefined || !open.delete(request)) return;
    spans.push({ ...span, end: performance.now() - origin, outcome });
  };
  const heard: Record<string, (message: unknown) => void> = {
    "undici:client:sendHeaders": (message) => {
      const { request, socket = request } = message as UndiciMessage;
      const lane = lanes.get(socket) ?? ++sockets;
      lanes.set(socket, lane);
      const url = shownUrl(`${request.origin ?? ""}${request.path ?? ""}`);
      const start = performance.now() - origin;
      open.set(request, { id: 0, kind: "socket", name: request.method ?? "GET", start, url, lane });
    },
    "undici:request:trailers": finish("ok"),
    "undici:request:error": finish("failed"),
  };
  for (const [name, hear] of Object.entries(heard)) subscribe(name, hear);
  return (end) => {
    for (const [name, hear] of Object.entries(heard)) unsubscribe(name, hear);
    for (const span of open.values()) spans.push({ ...span, end: end - origin, outcome: "unfinished" });
    return spans;
  };
}
