import { type ByteRange, shortObjectError } from "@asyncdelta/kernel-core";
import { HttpRefusal } from "../http/http-call.js";
import type { HttpRequest, HttpResponse } from "../http/http-request.js";
import { type AskOptions, ask } from "./ask.js";
import { parseContentLength, parseContentRange } from "./content-range.js";
import { wrongAnswer } from "./object-error.js";
import type { ObjectIdentity } from "./object-identity.js";
import { shownUrl } from "./shown-url.js";
import type { StoreContext } from "./store-context.js";

/** An answer whose headers have been checked, and whose body has not been read. */
export interface OpenObject {
  readonly response: HttpResponse;
  /** Bytes at the start of the body that were not asked for: a store may give a whole object instead of a range. */
  readonly skip: number;
  /** Where in the object the wanted bytes end; `undefined` where the store does not say how long it is. */
  readonly end: number | undefined;
  /** Whether the body goes on behind that. */
  readonly goesOn: boolean;
}

/**
 * Asks for the bytes of an object from `start` to before `end` (or to its end), and checks that the answer is about
 * those, and about the same object as before.
 */
export async function openObject(
  store: StoreContext,
  url: string,
  start: number,
  end: number | undefined,
  identity: ObjectIdentity,
  { expectedBytes, signal }: AskOptions,
): Promise<OpenObject> {
  const isWhole = start === 0 && end === undefined;
  let response: HttpResponse;
  try {
    response = await ask(store, getRequest(store, url, start, end, identity), { signal, expectedBytes });
  } catch (error) {
    // A range that begins behind the object's end; `Content-Range: bytes */1000` then says where that is.
    const size = error instanceof HttpRefusal && error.refusal.kind === "range" ? sizeOf(error) : undefined;
    if (size === undefined || size > start) throw error;
    throw shortObjectError(shownUrl(url), rangeOf(start, end ?? start + 1), size);
  }
  try {
    return response.status === 206 && !isWhole
      ? partOf(store, url, response, start, end, identity)
      : wholeOf(store, url, response, start, end, identity);
  } catch (error) {
    await response.cancel();
    throw error;
  }
}

function getRequest(
  { service }: StoreContext,
  url: string,
  start: number,
  end: number | undefined,
  identity: ObjectIdentity,
): HttpRequest {
  const isWhole = start === 0 && end === undefined;
  const headers: Record<string, string> = isWhole
    ? {}
    : { range: `bytes=${start}-${end === undefined ? "" : end - 1}` };
  const request: HttpRequest = { method: "GET", url: service.objectUrl(url), headers };
  return identity.etag === undefined ? request : service.ifMatch(request, identity.etag);
}

function partOf(
  { service }: StoreContext,
  url: string,
  response: HttpResponse,
  start: number,
  end: number | undefined,
  identity: ObjectIdentity,
): OpenObject {
  const { headers } = response;
  const range = parseContentRange(headers["content-range"]);
  // Azurite answers a range that begins just at the end so, instead of by status 416.
  const isEmpty = headers["content-range"] === `bytes ${start}-${start - 1}/${start}`;
  if (isEmpty) throw shortObjectError(shownUrl(url), rangeOf(start, end ?? start + 1), start);
  if (range === undefined) throw wrongAnswer(url, `a part with Content-Range "${headers["content-range"] ?? ""}"`);
  identity.check(service.etagOf(headers), headers, range.total);
  const isRight = range.start === start && (end === undefined ? range.end === range.total : range.end === end);
  if (!isRight) {
    if (end !== undefined && range.total !== undefined && range.total < end) {
      throw shortObjectError(shownUrl(url), rangeOf(start, end), range.total);
    }
    const asked = `the bytes ${start} to ${end === undefined ? "the end" : end - 1} were asked for`;
    throw wrongAnswer(url, `${asked}, "${headers["content-range"]}" came`);
  }
  const length = parseContentLength(headers["content-length"]);
  if (length !== undefined && length !== range.end - range.start) {
    throw wrongAnswer(url, `Content-Range "${headers["content-range"]}" with Content-Length ${length}`);
  }
  return { response, skip: 0, end: range.end, goesOn: false };
}

/** A whole object, also where a part was asked for: it can be cut right if it says how long it is. */
function wholeOf(
  { service }: StoreContext,
  url: string,
  response: HttpResponse,
  start: number,
  end: number | undefined,
  identity: ObjectIdentity,
): OpenObject {
  const { status, headers } = response;
  if (status !== 200) throw wrongAnswer(url, `status ${status} for a GET`);
  const size = parseContentLength(headers["content-length"]);
  identity.check(service.etagOf(headers), headers, size);
  if (size === undefined) {
    if (start === 0 && end === undefined) return { response, skip: 0, end: undefined, goesOn: false };
    throw wrongAnswer(url, "a range was asked for, and an object of unknown length came");
  }
  if (size < (end ?? start)) throw shortObjectError(shownUrl(url), rangeOf(start, end ?? start), size);
  return { response, skip: start, end: end ?? size, goesOn: end !== undefined && end < size };
}

function sizeOf({ headers }: HttpRefusal): number | undefined {
  const match = /^bytes \*\/(\d+)$/i.exec(headers["content-range"] ?? "");
  return match === null ? undefined : Number(match[1]);
}

function rangeOf(start: number, end: number): ByteRange {
  return { offset: start, length: end - start };
}
