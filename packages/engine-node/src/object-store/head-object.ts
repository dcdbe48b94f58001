import type { ObjectMeta } from "@asyncdelta/kernel-core";
import { HttpRefusal } from "../http/http-call.js";
import type { HttpHeaders, HttpRequest } from "../http/http-request.js";
import { ask } from "./ask.js";
import { parseContentLength, parseContentRange } from "./content-range.js";
import { wrongAnswer } from "./object-error.js";
import type { StoreContext } from "./store-context.js";

/** Size, time and etag of an object. Throws the store's refusal where there is none. */
export async function headObject(
  store: StoreContext,
  url: string,
  signal: AbortSignal | undefined,
): Promise<ObjectMeta> {
  const { service } = store;
  const { headers, size } = (await byHead(store, url, signal)) ?? (await byGet(store, url, signal));
  const etag = service.etagOf(headers);
  const lastModified = service.lastModifiedOf?.(headers) ?? Date.parse(headers["last-modified"] ?? "");
  return {
    url,
    size,
    lastModified: Number.isNaN(lastModified) ? 0 : lastModified,
    ...(etag === undefined ? {} : { etag }),
  };
}

interface Head {
  readonly headers: HttpHeaders;
  readonly size: number;
}

/** Statuses of servers that know GET alone. */
const UNKNOWN_METHOD: ReadonlySet<number> = new Set([405, 501]);

/** What HEAD says; `undefined` where the server does not know it, or does not tell the length. */
async function byHead(store: StoreContext, url: string, signal: AbortSignal | undefined): Promise<Head | undefined> {
  const request: HttpRequest = { method: "HEAD", url: store.service.objectUrl(url), headers: {} };
  try {
    const response = await ask(store, request, { signal });
    await response.cancel();
    const size = parseContentLength(response.headers["content-length"]);
    return size === undefined ? undefined : { headers: response.headers, size };
  } catch (error) {
    if (error instanceof HttpRefusal && UNKNOWN_METHOD.has(error.status)) return undefined;
    throw error;
  }
}

/** The same by asking for one byte. */
async function byGet(store: StoreContext, url: string, signal: AbortSignal | undefined): Promise<Head> {
  const request: HttpRequest = { method: "GET", url: store.service.objectUrl(url), headers: { range: "bytes=0-0" } };
  let headers: HttpHeaders;
  let size: number | undefined;
  try {
    const response = await ask(store, request, { signal });
    await response.cancel();
    headers = response.headers;
    const isPart = response.status === 206;
    size = isPart ? parseContentRange(headers["content-range"])?.total : parseContentLength(headers["content-length"]);
  } catch (error) {
    if (!(error instanceof HttpRefusal && error.refusal.kind === "range")) throw error;
    // Of an empty object not even one byte can be had.
    headers = error.headers;
    size = /^bytes \*\/0$/i.test(headers["content-range"] ?? "") ? 0 : undefined;
  }
  if (size === undefined) throw wrongAnswer(url, "it does not tell the object's length");
  return { headers, size };
}
