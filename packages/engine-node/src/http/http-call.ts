import type { HttpHeaders, HttpRequest, HttpResponse } from "./http-request.js";

/**
 * One logical request: sent as often as it takes, within the client's limits, until the answer is accepted or refused
 * for good.
 */
export interface HttpCall {
  /** What is asked; called once for each attempt, so that each is signed at its own time and with fresh credentials. */
  prepare(attempt: HttpAttempt): HttpRequest | Promise<HttpRequest>;
  /** What an answer is worth that `accepts` did not take. `body` is the answer's text, cut at 64 KiB. */
  classify(status: number, headers: HttpHeaders, body: string): Refusal;
  /** Whether an answer with this status is what was asked for. By default: 200 to 299. */
  accepts?(status: number): boolean;
  /** Called before the next attempt where the refusal's kind is `expired`: fetches new credentials. */
  renew?(signal: AbortSignal | undefined): Promise<void>;
  /**
   * Whether sending it twice does no harm. Where not, it is sent again only if it certainly never arrived, or the answer says that
   * it has not been done (`throttled`, `conflict`, `expired`, `skewed`).
   */
  readonly repeatable: boolean;
  /** `https://host:port` of the URL, where it is known before: the first attempt is then signed with this server's time. */
  readonly origin?: string | undefined;
  /** Bytes that the answer's body will probably have: such calls wait until the client has room for them. By default 0. */
  readonly expectedBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface HttpAttempt {
  /** From 0 on. */
  readonly index: number;
  /** Milliseconds since 1970-01-01 UTC by the clock of the server, as far as it is known. */
  readonly now: number;
  readonly signal: AbortSignal | undefined;
}

/** Why an answer was not accepted. */
export interface Refusal {
  readonly kind: RefusalKind;
  /** The store's own code, `NoSuchKey`. */
  readonly code?: string | undefined;
  /** The store's own words, without secrets. */
  readonly message?: string | undefined;
  /** A URL or region the store says to use instead, where it does. */
  readonly hint?: string | undefined;
}

export type RefusalKind =
  /** Worth another attempt: 500, 502, 503, 504, 408. */
  | "transient"
  /** Worth another attempt, and fewer requests at once: 429, 503 SlowDown. */
  | "throttled"
  /** The credentials have expired: once renewed, worth one more attempt. */
  | "expired"
  /** The server's clock differs: corrected by its `Date`, worth one more attempt. */
  | "skewed"
  /** No such object, bucket or container. */
  | "absent"
  /** No permission. */
  | "denied"
  /** A condition does not hold: the object exists, or has changed. */
  | "precondition"
  /** The range begins behind the object's end. */
  | "range"
  /** Another write to the same object is under way; worth another attempt, after which it may be there. */
  | "conflict"
  /** All else: asking again would not help. */
  | "failed";

/** Sends calls: retries, renews, keeps to limits and deadlines. One for each engine. */
export interface HttpClient {
  /**
   * The accepted answer, once its headers are there.
   *
   * @throws HttpRefusal for an answer refused for good, HttpFailure where none came, DeltaError `ABORTED`
   */
  send(call: HttpCall): Promise<HttpResponse>;
  /** Milliseconds since 1970-01-01 UTC on this machine's clock, for what is not a request. */
  now(): number;
  /** What has been measured of an origin so far: milliseconds to the first byte, bytes a millisecond on one connection. */
  measured(origin: string): { readonly firstByteMs: number; readonly bytesPerMs: number };
  /** Closes sockets; what is under way ends in `CLOSED`. */
  close(): Promise<void>;
}

/** Thrown by {@link HttpClient.send} for an answer that was refused for good. Never leaves the package. */
export class HttpRefusal extends Error {
  override readonly name = "HttpRefusal";
  readonly refusal: Refusal;
  readonly status: number;
  readonly headers: HttpHeaders;
  /** Attempts made, at least 1. */
  readonly attempts: number;

  constructor(refusal: Refusal, status: number, headers: HttpHeaders, attempts: number) {
    super(`HTTP ${status}${refusal.code === undefined ? "" : ` ${refusal.code}`}`);
    this.refusal = refusal;
    this.status = status;
    this.headers = headers;
    this.attempts = attempts;
  }
}

/** Thrown where no answer came, or its body broke off. Never leaves the package. */
export class HttpFailure extends Error {
  override readonly name = "HttpFailure";
  readonly kind: "dns" | "tls" | "refused" | "reset" | "timeout" | "broken" | "protocol";
  readonly attempts: number;

  constructor(kind: HttpFailure["kind"], attempts: number, cause: unknown) {
    super(`HTTP ${kind}`, { cause });
    this.kind = kind;
    this.attempts = attempts;
  }
}
