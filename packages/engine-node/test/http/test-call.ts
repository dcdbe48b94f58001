import type { Clock } from "@asyncdelta/kernel-core";
import type { HttpCall, Refusal, RefusalKind } from "../../src/http/http-call.js";
import type { HttpRequest } from "../../src/http/http-request.js";

const KINDS: Readonly<Record<number, RefusalKind>> = {
  401: "expired",
  403: "denied",
  404: "absent",
  409: "conflict",
  412: "precondition",
  416: "range",
  418: "skewed",
  429: "throttled",
  500: "transient",
  503: "transient",
};

/** A GET of a URL, with the given parts replaced. */
export function call(
  url: string,
  parts: Partial<HttpCall> & { readonly request?: Partial<HttpRequest> } = {},
): HttpCall {
  const { request, ...rest } = parts;
  return {
    prepare: () => ({ method: "GET", url, headers: {}, ...request }),
    classify: (status, _headers, body): Refusal => ({ kind: KINDS[status] ?? "failed", message: body }),
    repeatable: true,
    ...rest,
  };
}

/** A clock on which a sleep takes no time, and is noted. */
export interface NotingClock extends Clock {
  readonly sleeps: number[];
}

export function notingClock(start = 1_700_000_000_000): NotingClock {
  const sleeps: number[] = [];
  let time = start;
  return {
    sleeps,
    now: () => time,
    async sleep(ms, { signal } = {}) {
      signal?.throwIfAborted();
      if (ms > 0) sleeps.push(ms);
      time += ms;
    },
  };
}
