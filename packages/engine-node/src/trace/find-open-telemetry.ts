import { createRequire } from "node:module";
import { type OpenTelemetryApi, traceToOpenTelemetry } from "./open-telemetry.js";

/** Where `@opentelemetry/api` of any 1.x version keeps what an application has set up. */
const REGISTERED = Symbol.for("opentelemetry.js.api.1");

let looked = false;

/**
 * Bridges to OpenTelemetry, once, if the application has set up tracing there and its package can be found. Costs one look
 * at a global where it has not.
 */
export function findOpenTelemetry(): void {
  const registered = (globalThis as { [REGISTERED]?: { readonly trace?: unknown } })[REGISTERED];
  if (looked || registered?.trace === undefined) return;
  looked = true;
  const require = createRequire(import.meta.url);
  let api: OpenTelemetryApi;
  try {
    api = require("@opentelemetry/api") as OpenTelemetryApi;
  } catch {
    // Set up by a copy that cannot be seen from here: `traceToOpenTelemetry` takes it.
    return;
  }
  traceToOpenTelemetry(api);
}
