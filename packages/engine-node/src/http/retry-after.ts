import type { HttpHeaders } from "./http-request.js";

/**
 * How many milliseconds the server asks to wait, or `undefined` where it does not say: `Retry-After` in seconds or as a date
 * (RFC 9110, 10.2.3), or Azure's `x-ms-retry-after-ms`. `now` is the server's time, for an answer without `Date`.
 */
export function retryAfter(headers: HttpHeaders, now: number): number | undefined {
  const exact = headers["x-ms-retry-after-ms"] ?? headers["retry-after-ms"];
  if (exact !== undefined && /^\d{1,12}$/.test(exact)) return Number(exact);
  const value = headers["retry-after"]?.trim();
  if (value === undefined || value === "") return undefined;
  if (/^\d{1,9}(\.\d{1,9})?$/.test(value)) return Number(value) * 1000;
  if (!/^[A-Z][a-z]+,? /.test(value)) return undefined;
  const until = Date.parse(value.endsWith("GMT") ? value : `${value} GMT`);
  if (Number.isNaN(until)) return undefined;
  const sent = Date.parse(headers.date ?? "");
  return Math.max(0, until - (Number.isNaN(sent) ? now : sent));
}
