import { DeltaError } from "@asyncdelta/kernel-core";

export interface SplitUrl {
  /** `https://host:port`, as WHATWG writes it. */
  readonly origin: string;
  /** Host, and port where it is not the scheme's own: what is sent as `Host`. */
  readonly host: string;
  /** Path and query, byte for byte as given, with the `/` that HTTP wants in front. */
  readonly target: string;
  /** All before the query: what may be shown. */
  readonly shown: string;
}

/** What is the same in all URLs of a store. */
interface Server {
  /** As it is written in front of the path. */
  readonly base: string;
  readonly origin: string;
  readonly host: string;
}

const BASE = /^https?:\/\/[^/?#\\@]+(?=[/?#]|$)/i;
const SLASH = 47;

/** The one of the last URL: nearly always the one of the next. */
let last: Server = { base: "-", origin: "", host: "" };

/**
 * Cuts a URL without normalising it, since a signature covers each of its characters.
 *
 * @throws DeltaError `INVALID_ARGUMENT`
 */
export function splitUrl(url: string): SplitUrl {
  const { base, origin, host } = serverOf(url);
  const hash = url.indexOf("#", base.length);
  const rest = url.slice(base.length, hash < 0 ? undefined : hash);
  const query = rest.indexOf("?");
  return {
    origin,
    host,
    target: rest.charCodeAt(0) === SLASH ? rest : `/${rest}`,
    shown: query < 0 ? base + rest : base + rest.slice(0, query),
  };
}

/**
 * The origin of a URL alone.
 *
 * @throws DeltaError `INVALID_ARGUMENT`
 */
export function originOf(url: string): string {
  return serverOf(url).origin;
}

function serverOf(url: string): Server {
  // What stands before the first slash behind it is all of the server's part.
  if (url.startsWith(last.base) && url.charCodeAt(last.base.length) === SLASH) return last;
  const base = BASE.exec(url)?.[0];
  if (base === undefined || !URL.canParse(base)) {
    throw new DeltaError(
      "INVALID_ARGUMENT",
      "A request needs an absolute http: or https: URL without user or password.",
    );
  }
  const { origin, host } = new URL(base);
  last = { base, origin, host };
  return last;
}
