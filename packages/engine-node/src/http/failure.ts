import type { HttpFailure } from "./http-call.js";

/** Why one attempt brought no answer, or none that is whole. */
export class AttemptFailure extends Error {
  readonly kind: HttpFailure["kind"];
  /** Whether a byte of the request may have left: only then can it have had an effect. */
  readonly sent: boolean;
  /** Whether the socket had served before, and so may have been closed by the server in the meantime. */
  readonly stale: boolean;
  /** Whether the next attempt would end no better. */
  readonly permanent: boolean;

  constructor(
    kind: HttpFailure["kind"],
    cause: unknown,
    facts: { sent: boolean; stale?: boolean; permanent?: boolean },
  ) {
    super(`HTTP ${kind}`, { cause });
    this.kind = kind;
    this.sent = facts.sent;
    this.stale = facts.stale ?? false;
    this.permanent = facts.permanent ?? false;
  }
}

/** What went wrong on the wire, told by the error that undici or Node gave. `reused`: the socket had served before. */
export function attemptFailure(error: unknown, sent: boolean, reused: boolean): AttemptFailure {
  const cause = plainCause(error);
  const kind = kindOf(cause.code, sent);
  const permanent = kind === "tls" || PERMANENT.has(cause.code);
  return new AttemptFailure(kind, cause, { sent, stale: kind === "reset" && sent && reused, permanent });
}

/** An error with a message and a code only: undici's own hold what was received, and Node's the sockets. */
export function plainCause(error: unknown): Error & { readonly code: string } {
  // Where a name has several addresses, the first one's error tells as much as all of them.
  const first = error instanceof AggregateError && error.errors.length > 0 ? error.errors[0] : error;
  const { name, code, message } = (first ?? {}) as { name?: unknown; code?: unknown; message?: unknown };
  const text =
    typeof code === "string" && KNOWN.test(code) ? code : name === "HTTPParserError" ? "HPE_UNKNOWN" : "UNKNOWN";
  // Of an unknown error nothing is shown: its words may be anybody's.
  return Object.assign(new Error(text === "UNKNOWN" ? "The connection failed." : String(message)), { code: text });
}

const KNOWN =
  /^(E[A-Z]+|EAI_[A-Z]+|UND_ERR_[A-Z_]+|ERR_(?:TLS|SSL|SOCKET|STREAM)_[A-Z0-9_]+|HPE_[A-Z_]+|PROXY_[0-9]+|.*CERT.*|UNABLE_TO_.*|CRL_.*|.*_MISMATCH)$/;
const TLS = /^(ERR_TLS|ERR_SSL|EPROTO|UNABLE_TO_|CRL_)|CERT|_MISMATCH$/;
const UNREACHABLE = new Set(["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "EHOSTDOWN", "ENETDOWN", "EADDRNOTAVAIL"]);
const PERMANENT = new Set([
  "UND_ERR_INVALID_ARG",
  "UND_ERR_NOT_SUPPORTED",
  "UND_ERR_HEADERS_OVERFLOW",
  "PROXY_403",
  "PROXY_407",
]);

function kindOf(code: string, sent: boolean): HttpFailure["kind"] {
  if (code === "ENOTFOUND" || code.startsWith("EAI_")) return "dns";
  if (UNREACHABLE.has(code) || code.startsWith("PROXY_")) return "refused";
  if (code === "ETIMEDOUT") return "timeout";
  if (code.startsWith("UND_ERR_INVALID") || code.startsWith("HPE_") || PERMANENT.has(code)) return "protocol";
  if (!sent && TLS.test(code)) return "tls";
  return "reset";
}
