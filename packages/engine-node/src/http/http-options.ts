import { type Clock, DeltaError } from "@asyncdelta/kernel-core";
import { systemClock } from "../clock.js";

/** How a client sends. All times are milliseconds. */
export interface HttpClientOptions {
  /** Time between attempts, and the time that requests are signed with. Default: the machine's. */
  readonly clock?: Clock | undefined;
  /** From 0 to less than 1, for the jitter. Default: `Math.random`. */
  readonly random?: (() => number) | undefined;
  /** Most requests in flight in all; those beyond wait their turn. Default: 192. */
  readonly requests?: number | undefined;
  /** Most bytes of bodies in flight, counting calls that say what they expect. Default: 256 MiB. */
  readonly bytesInFlight?: number | undefined;
  /** Most sockets, and so requests in flight, of one origin. Default: `requests`. */
  readonly connections?: number | undefined;
  /** How long a name, a connection and its TLS handshake may take together. Default: 10 000. */
  readonly connectMs?: number | undefined;
  /** How long the headers of an answer may take from the sending of the request on. Default: 30 000. */
  readonly firstByteMs?: number | undefined;
  /** How long a body that is waited for may bring nothing, or next to nothing. Default: 30 000. */
  readonly idleMs?: number | undefined;
  /** How long a call may take from the first attempt to the headers of the accepted answer. Default: 180 000. */
  readonly callMs?: number | undefined;
  /** Most attempts after the first. Default: 10. */
  readonly retries?: number | undefined;
  /** The wait before the first retry is at most this, and doubles. Default: 100. */
  readonly backoffMs?: number | undefined;
  /** The wait between two attempts is at most this, unless the server asks for more. Default: 15 000. */
  readonly longestBackoffMs?: number | undefined;
  /**
   * Sends a GET a second time where its first byte takes longer than `afterMs`, or, by `true`, longer than nearly all others
   * of the origin took; the first answer counts. Default: `false`.
   */
  readonly hedge?: boolean | { readonly afterMs: number } | undefined;
  /** `http:` or `https:` URL of a proxy, with its user and password if it needs them. Default: none. */
  readonly proxy?: string | undefined;
  /** Certificates (PEM) of authorities to trust instead of the well-known ones. */
  readonly ca?: string | readonly string[] | undefined;
  /** `false` accepts every certificate: for tests only. Default: `true`. */
  readonly rejectUnauthorized?: boolean | undefined;
  /** Default: `asyncdelta`. */
  readonly userAgent?: string | undefined;
  /** Called once, when the first request is on its way, with the promise of its answer. */
  readonly onFirstWait?: ((answer: Promise<unknown>) => void) | undefined;
}

/** The same with every default in its place. */
export interface HttpSettings {
  readonly clock: Clock;
  readonly random: () => number;
  readonly requests: number;
  readonly bytesInFlight: number;
  readonly connections: number;
  readonly connectMs: number;
  readonly firstByteMs: number;
  readonly idleMs: number;
  readonly callMs: number;
  readonly retries: number;
  readonly backoffMs: number;
  readonly longestBackoffMs: number;
  readonly hedge: boolean | { readonly afterMs: number };
  readonly proxy: URL | undefined;
  readonly ca: string | readonly string[] | undefined;
  readonly rejectUnauthorized: boolean;
  readonly userAgent: string;
}

/** @throws DeltaError `INVALID_ARGUMENT` */
export function httpSettings(options: HttpClientOptions): HttpSettings {
  const requests = whole("requests", options.requests ?? 192, 1);
  return {
    clock: options.clock ?? systemClock(),
    random: options.random ?? Math.random,
    requests,
    bytesInFlight: whole("bytesInFlight", options.bytesInFlight ?? 256 * 1024 * 1024, 1),
    connections: Math.min(requests, whole("connections", options.connections ?? requests, 1)),
    connectMs: milliseconds("connectMs", options.connectMs ?? 10_000),
    firstByteMs: milliseconds("firstByteMs", options.firstByteMs ?? 30_000),
    idleMs: milliseconds("idleMs", options.idleMs ?? 30_000),
    callMs: milliseconds("callMs", options.callMs ?? 180_000),
    retries: whole("retries", options.retries ?? 10, 0),
    backoffMs: milliseconds("backoffMs", options.backoffMs ?? 100),
    longestBackoffMs: milliseconds("longestBackoffMs", options.longestBackoffMs ?? 15_000),
    hedge: hedgeOf(options.hedge),
    proxy: proxyOf(options.proxy),
    ca: options.ca,
    rejectUnauthorized: options.rejectUnauthorized ?? true,
    userAgent: options.userAgent ?? "asyncdelta",
  };
}

function hedgeOf(hedge: HttpClientOptions["hedge"]): HttpSettings["hedge"] {
  if (typeof hedge === "object") milliseconds("hedge.afterMs", hedge.afterMs);
  return hedge ?? false;
}

/** The text is not shown: it may hold a password. */
function proxyOf(proxy: string | undefined): URL | undefined {
  if (proxy === undefined) return undefined;
  const url = URL.canParse(proxy) ? new URL(proxy) : undefined;
  if (url?.protocol === "http:" || url?.protocol === "https:") return url;
  throw new DeltaError("INVALID_ARGUMENT", "proxy must be an http: or https: URL.");
}

function whole(name: string, value: number, least: number): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new DeltaError("INVALID_ARGUMENT", `${name} must be a whole number from ${least} on, not ${value}.`);
}

function milliseconds(name: string, value: number): number {
  if (value > 0 && value <= 0x7fffffff) return value;
  throw new DeltaError("INVALID_ARGUMENT", `${name} must be a positive number of milliseconds, not ${value}.`);
}
