import type { HttpRequest, HttpResponse } from "../http/http-request.js";
import { originOf } from "../http/split-url.js";
import type { StoreContext } from "./store-context.js";

export interface AskOptions {
  readonly signal: AbortSignal | undefined;
  /** Bytes that the answer will have: they are counted until they are here. */
  readonly expectedBytes?: number | undefined;
}

/**
 * Sends one request, signed anew for each attempt. All that the stores are asked may be asked twice: reads change
 * nothing, a PUT has the same bytes again, and what a repeated create means is told apart by who sends it.
 *
 * @throws HttpRefusal, HttpFailure, DeltaError `ABORTED` or `CLOSED`
 */
export function ask(
  { service, client }: StoreContext,
  request: HttpRequest,
  { signal, expectedBytes }: AskOptions,
): Promise<HttpResponse> {
  let sent: HttpRequest | undefined;
  const keep = (signed: HttpRequest): HttpRequest => {
    sent = signed;
    return signed;
  };
  return client.send({
    prepare: (attempt) => {
      const signed = service.authorize(request, { now: attempt.now, signal: attempt.signal });
      return signed instanceof Promise ? signed.then(keep) : keep(signed);
    },
    classify: (status, headers, body) => service.classify(status, headers, body),
    renew: (renewing) => service.renew(renewing, sent),
    origin: originOf(request.url),
    repeatable: true,
    expectedBytes,
    signal,
  });
}
