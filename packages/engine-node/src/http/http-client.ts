import { abortedError } from "@asyncdelta/kernel-core";
import { ClosingScope } from "../closing/closing-scope.js";
import { Connections } from "./connections.js";
import type { HttpCall, HttpClient } from "./http-call.js";
import { type HttpClientOptions, httpSettings } from "./http-options.js";
import type { HttpResponse } from "./http-request.js";
import { Limits } from "./limits.js";
import { loadUndici } from "./load-undici.js";
import { Measure } from "./measure.js";
import { RetryBudget } from "./retry-budget.js";
import { type CallScope, Sending, type Shared } from "./send.js";
import { ServerTime } from "./server-time.js";

/**
 * A client that sends calls as often as they need: within limits and deadlines, with renewed credentials and a corrected clock.
 * Costs nothing until the first call, and keeps no process alive that has none under way.
 *
 * @throws DeltaError `INVALID_ARGUMENT`
 */
export function httpClient(options: HttpClientOptions = {}): HttpClient {
  const settings = httpSettings(options);
  const scope = new ClosingScope();
  const measures = new Map<string, Measure>();
  const budgets = new Map<string, RetryBudget>();
  let opening: Promise<Connections> | undefined;
  const shared: Shared = {
    settings,
    limits: new Limits(settings),
    time: new ServerTime(settings.clock),
    connections: () => {
      opening ??= loadUndici().then((undici) => new Connections(undici, settings));
      return opening;
    },
    measure: (origin) => entry(measures, origin, () => new Measure()),
    budget: (origin) => entry(budgets, origin, () => new RetryBudget()),
  };
  return {
    send: (call) => send(shared, scope, call),
    now: () => settings.clock.now(),
    measured: (origin) => {
      const { firstByteMs, bytesPerMs } = measures.get(origin) ?? new Measure();
      return { firstByteMs, bytesPerMs };
    },
    async close() {
      await scope.close();
      (await opening)?.destroy();
    },
  };
}

/** The scope is left by what fails, or else when the body has been read. */
async function send(shared: Shared, scope: ClosingScope, call: HttpCall): Promise<HttpResponse> {
  const signal = scope.enter(call.signal);
  const running: CallScope = {
    signal,
    stopped: () => scope.explain(abortedError(signal), call.signal) as Error,
    leave: () => scope.leave(call.signal),
  };
  // While the request is being signed. A failure comes up where the connections are used.
  shared.connections().catch(() => {});
  try {
    return await new Sending(shared, call, running).send();
  } catch (error) {
    running.leave();
    throw signal.aborted ? running.stopped() : error;
  }
}

function entry<T>(map: Map<string, T>, key: string, make: () => T): T {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
