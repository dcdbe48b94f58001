import { DeltaError } from "@asyncdelta/kernel-core";

export interface SplitUrl {
  /** `https://host:port`, as WHATWG writes it. */
  readonly origin: string;
  /** Path and query, byte for byte as given, with the `/` that HTTP wants in front. */
  readonly target: string;
  /** All before the query: what may be shown. */
  readonly shown: string;
}

const URL_PARTS = /^(https?:\/\/[^/?#\\@]+)([^?#]*)(\?[^#]*)?(?:#.*)?$/is;

/**
 * Cuts a URL without normalising it, since a signature covers each of its characters.
 *
 * @throws DeltaError `INVALID_ARGUMENT`
 */
export function splitUrl(url: string): SplitUrl {
  const parts = URL_PARTS.exec(url);
  const base = parts?.[1];
  if (base === undefined || !URL.canParse(base)) {
    throw new DeltaError(
      "INVALID_ARGUMENT",
      "A request needs an absolute http: or https: URL without user or password.",
    );
  }
  const path = parts?.[2] ?? "";
  return { origin: new URL(base).origin, target: `${path || "/"}${parts?.[3] ?? ""}`, shown: base + path };
}
