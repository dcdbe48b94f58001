import { ClosingScope } from "../closing/closing-scope.js";
import { Connections } from "./connections.js";
import type { HttpClient } from "./http-call.js";
import { type HttpClientOptions, httpSettings } from "./http-options.js";
import { Limits } from "./limits.js";
import { loadUndici } from "./load-undici.js";
import { Measure } from "./measure.js";
import { Pace } from "./pace.js";
import { RetryBudget } from "./retry-budget.js";
import { type OriginState, Sending, type Shared } from "./send.js";
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
  const origins = new Map<string, OriginState>();
  let opening: Promise<Connections> | undefined;
  let open: Connections | undefined;
  let { onFirstWait } = options;
  const openConnections = async (): Promise<Connections> => {
    open = new Connections(await loadUndici(), settings);
    return open;
  };
  const shared: Shared = {
    settings,
    scope,
    limits: new Limits(settings),
    pace: new Pace(),
    time: new ServerTime(settings.clock),
    connections() {
      if (open !== undefined) return open;
      opening ??= openConnections();
      return opening;
    },
    sent(answer) {
      const tell = onFirstWait;
      onFirstWait = undefined;
      tell?.(answer);
    },
    origin(origin) {
      let state = origins.get(origin);
      if (state === undefined) {
        state = { measure: new Measure(), budget: new RetryBudget() };
        origins.set(origin, state);
      }
      return state;
    },
  };
  return {
    async send(call) {
      return new Sending(shared, call).send();
    },
    now: () => settings.clock.now(),
    measured: (origin) => {
      const { firstByteMs, bytesPerMs } = origins.get(origin)?.measure ?? new Measure();
      return { firstByteMs, bytesPerMs };
    },
    async close() {
      await scope.close();
      (await opening)?.destroy();
    },
  };
}
