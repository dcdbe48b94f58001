import type { HttpRequest, HttpResponse } from "../http/http-request.js";
import type { StoreContext } from "./store-context.js";

/**
 * Sends one request, signed anew for each attempt. All that the stores are asked may be asked twice: reads change
 * nothing, a PUT has the same bytes again, and what a repeated create means is told apart by who sends it.
 *
 * @throws HttpRefusal, HttpFailure, DeltaError `ABORTED` or `CLOSED`
 */
export function ask(
  { service, client }: StoreContext,
  request: HttpRequest,
  signal: AbortSignal | undefined,
): Promise<HttpResponse> {
  return client.send({
    prepare: (attempt) => service.authorize(request, { now: attempt.now, signal: attempt.signal }),
    classify: (status, headers, body) => service.classify(status, headers, body),
    renew: (renewing) => service.renew(renewing),
    repeatable: true,
    signal,
  });
}
