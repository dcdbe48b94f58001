import { DeltaError } from "@asyncdelta/kernel-core";
import type { Refusal } from "../http/http-call.js";
import type { HttpHeaders, HttpRequest } from "../http/http-request.js";
import type { ObjectService } from "../object-store/object-service.js";
import { shownUrl } from "../object-store/shown-url.js";
import type { HttpStoreSettings } from "./http-store-options.js";

/** Marks the time of modification where it stands for an etag; no etag looks like this, as they are in quotes. */
const MODIFIED = "last-modified ";

/** What is there to know of plain HTTP: URLs are what they are, and nothing is written or listed. RFC 9110. */
export function httpService(settings: HttpStoreSettings): ObjectService {
  const { query, headers, absent } = settings;
  /** Being fetched, or at hand. */
  let token: Promise<string> | undefined;
  let atHand: string | undefined;

  async function bearerToken(): Promise<string | undefined> {
    const { bearerToken: given } = settings;
    if (typeof given !== "function") return given;
    token ??= Promise.resolve().then(given);
    const fetching = token;
    try {
      atHand = await fetching;
      return atHand;
    } catch (error) {
      if (token === fetching) token = undefined;
      throw error;
    }
  }

  function classify(status: number, _headers: HttpHeaders, _body: string): Refusal {
    if (absent.has(status)) return { kind: "absent" };
    if (status === 401 && typeof settings.bearerToken === "function") return { kind: "expired" };
    switch (status) {
      case 401:
      case 403:
      case 407:
        return { kind: "denied" };
      case 412:
        return { kind: "precondition" };
      case 416:
        return { kind: "range" };
      case 429:
        return { kind: "throttled" };
      case 408:
      case 500:
      case 502:
      case 503:
      case 504:
        return { kind: "transient" };
      default:
        return { kind: "failed" };
    }
  }

  return {
    name: "The HTTP server",
    objectUrl(url) {
      if (!/^https?:\/\/[^/?#]+\//i.test(url)) {
        const message = `Not the URL of an object behind HTTP, https://host/path: ${shownUrl(url)}`;
        throw new DeltaError("INVALID_ARGUMENT", message, { path: shownUrl(url) });
      }
      // A URL with a query of its own (the log may name such) has its own signature.
      return query === "" || url.includes("?") ? url : `${url}?${query}`;
    },
    async authorize(request: HttpRequest): Promise<HttpRequest> {
      const bearer = await bearerToken();
      return {
        ...request,
        headers: {
          // Compressed on the way, a body would not have the bytes of the object, nor its length.
          "accept-encoding": "identity",
          ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
          ...headers,
          ...request.headers,
        },
      };
    },
    async renew(_signal, refused) {
      const isOld = refused !== undefined && refused.headers.authorization !== `Bearer ${atHand}`;
      if (!isOld) token = undefined;
    },
    ifMatch(request, etag) {
      const condition = etag.startsWith(MODIFIED)
        ? { "if-unmodified-since": etag.slice(MODIFIED.length) }
        : { "if-match": etag };
      return { ...request, headers: { ...request.headers, ...condition } };
    },
    ifAbsent: undefined,
    putRequest(request) {
      const message = `Tables behind plain HTTP are read only: ${shownUrl(request.url)} was not written. Use the URL of the store behind it (s3:, gs:, az:, abfss:).`;
      throw new DeltaError("STORAGE_FAILED", message, { path: shownUrl(request.url) });
    },
    list: undefined,
    /** A weak etag holds for what is nearly the same (RFC 9110, 8.8.1), which is not enough here. */
    etagOf({ etag, "last-modified": modified }) {
      if (etag !== undefined && /^".*"$/.test(etag)) return etag;
      return modified === undefined ? undefined : MODIFIED + modified;
    },
    classify,
  };
}
