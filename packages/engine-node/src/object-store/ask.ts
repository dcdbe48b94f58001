import type { HttpAttempt, HttpCall, Refusal } from "../http/http-call.js";
import type { HttpHeaders, HttpRequest, HttpResponse } from "../http/http-request.js";
import { originOf } from "../http/split-url.js";
import type { ObjectService } from "./object-service.js";
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
  return client.send(new StoreCall(service, request, signal, expectedBytes));
}

class StoreCall implements HttpCall {
  readonly repeatable = true;
  readonly origin: string;
  readonly expectedBytes: number | undefined;
  readonly signal: AbortSignal | undefined;
  readonly #service: ObjectService;
  readonly #request: HttpRequest;
  #sent: HttpRequest | undefined;

  constructor(
    service: ObjectService,
    request: HttpRequest,
    signal: AbortSignal | undefined,
    expectedBytes: number | undefined,
  ) {
    this.origin = originOf(request.url);
    this.expectedBytes = expectedBytes;
    this.signal = signal;
    this.#service = service;
    this.#request = request;
  }

  prepare({ now, signal }: HttpAttempt): HttpRequest | Promise<HttpRequest> {
    const signed = this.#service.authorize(this.#request, { now, signal });
    return signed instanceof Promise ? signed.then((request) => this.#keep(request)) : this.#keep(signed);
  }

  classify(status: number, headers: HttpHeaders, body: string): Refusal {
    return this.#service.classify(status, headers, body);
  }

  renew(signal: AbortSignal | undefined): Promise<void> {
    return this.#service.renew(signal, this.#sent);
  }

  #keep(signed: HttpRequest): HttpRequest {
    this.#sent = signed;
    return signed;
  }
}
