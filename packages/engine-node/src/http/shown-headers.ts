import type { HttpHeaders } from "./http-request.js";

/** The headers of an answer without what may hold a secret: an error may show them. */
export function shownHeaders(headers: HttpHeaders): HttpHeaders {
  const { "set-cookie": _cookie, location, ...shown } = headers;
  return location === undefined ? shown : { ...shown, location: location.replace(/[?#].*$/s, "") };
}
