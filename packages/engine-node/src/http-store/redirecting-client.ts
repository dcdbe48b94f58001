import { DeltaError } from "@asyncdelta/kernel-core";
import type { HttpCall, HttpClient } from "../http/http-call.js";
import type { HttpRequest, HttpResponse } from "../http/http-request.js";
import { shownUrl } from "../object-store/shown-url.js";

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const MOST = 5;
/** What goes to another server too: what is asked for, and nothing that says who asks. */
const HARMLESS: ReadonlySet<string> = new Set([
  "accept",
  "accept-encoding",
  "if-match",
  "if-unmodified-since",
  "range",
  "user-agent",
]);

/** A client that goes where a server sends it, for GET and HEAD: files are often kept elsewhere than they are named. */
export function redirectingClient(client: HttpClient): HttpClient {
  return {
    ...client,
    send: (call) => follow(client, call),
  };
}

async function follow(client: HttpClient, call: HttpCall): Promise<HttpResponse> {
  const isWanted = (status: number) => call.accepts?.(status) ?? (status >= 200 && status < 300);
  let first: HttpRequest | undefined;
  let location: string | undefined;
  for (let times = 0; ; times++) {
    const response = await client.send({
      ...call,
      ...(location === undefined ? {} : { origin: new URL(location).origin }),
      accepts: (status) => REDIRECTS.has(status) || isWanted(status),
      prepare: async (attempt) => {
        first = await call.prepare(attempt);
        return location === undefined ? first : moved(first, location);
      },
    });
    if (!REDIRECTS.has(response.status) || isWanted(response.status)) return response;
    await response.cancel();
    location = target(response, location ?? first!.url, times);
  }
}

function moved(request: HttpRequest, url: string): HttpRequest {
  if (new URL(url).origin === new URL(request.url).origin) return { ...request, url };
  const headers = Object.entries(request.headers).filter(([name]) => HARMLESS.has(name.toLowerCase()));
  return { ...request, url, headers: Object.fromEntries(headers) };
}

function target({ headers, status }: HttpResponse, from: string, times: number): string {
  const path = shownUrl(from);
  const fail = (what: string) => new DeltaError("STORAGE_FAILED", `${path}: the server ${what}.`, { path });
  if (times >= MOST) throw fail(`redirects on and on (${MOST} times)`);
  const { location = "" } = headers;
  if (location === "" || !URL.canParse(location, from)) throw fail(`answered ${status} without a place to go`);
  const url = new URL(location, from);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && from.startsWith("http:"))) {
    throw fail(`redirects to ${url.protocol}//${url.host}, which is not encrypted`);
  }
  return url.href;
}
