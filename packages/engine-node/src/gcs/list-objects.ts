import { DeltaError } from "@asyncdelta/kernel-core";
import { encodeValue } from "../cloud/encode-key.js";
import type { HttpRequest } from "../http/http-request.js";
import type { ListedObject, ListedPage, PageOptions } from "../object-store/object-service.js";
import type { GcsLocation } from "./gcs-url.js";
import { modifiedAt } from "./modified-at.js";

/** All that is asked for of an answer. */
const FIELDS = encodeValue("kind,nextPageToken,items(name,size,updated,generation)");

/** What the service itself holds to be the most of a page. */
const PAGE = 1000;

/** A request for one page of `objects.list` (JSON API). A listing starts at a name, and so may repeat it. */
export function listRequest({ bucket, key }: GcsLocation, page: PageOptions, endpoint: string): HttpRequest {
  const query = [`prefix=${encodeValue(key)}`, "delimiter=%2F", `fields=${FIELDS}`];
  if (page.startAfter !== undefined) query.push(`startOffset=${encodeValue(key + page.startAfter)}`);
  if (page.token !== undefined) query.push(`pageToken=${encodeValue(page.token)}`);
  query.push(`maxResults=${page.limit ?? PAGE}`);
  return { method: "GET", url: `${endpoint}/storage/v1/b/${bucket}/o?${query.join("&")}`, headers: {} };
}

/**
 * Reads a page of objects whose names are `prefix` and a name without a slash. One that is not whole is an error: it
 * could not be told from a shorter listing.
 *
 * @throws DeltaError `STORAGE_FAILED`
 */
export function parseListing(prefix: string, body: Uint8Array): ListedPage {
  const { kind, items = [], nextPageToken } = parseJson(body);
  if (kind !== "storage#objects" || !Array.isArray(items)) throw wrong("it is no list of objects");
  const objects: ListedObject[] = [];
  for (const item of items as readonly Item[]) {
    const { name: key } = item;
    if (typeof key !== "string" || !key.startsWith(prefix)) throw wrong("it names objects that were not asked for");
    const name = key.slice(prefix.length);
    // The directory itself, where it was made as an object; and what lies deeper, where the delimiter was not heeded.
    if (name !== "" && !name.includes("/")) objects.push(listedObject(name, item));
  }
  if (nextPageToken === undefined || nextPageToken === "") return { objects };
  if (typeof nextPageToken !== "string") throw wrong("its page token is no text");
  return { objects, token: nextPageToken };
}

type Item = { readonly [Name in "name" | "size" | "updated" | "generation"]?: unknown };

function listedObject(name: string, { size: sizeText, updated, generation }: Item): ListedObject {
  const size = Number(sizeText);
  const lastModified = Date.parse(String(updated));
  // Sizes are 64-bit numbers, which JSON has as text.
  if (!/^\d+$/.test(String(sizeText)) || !Number.isSafeInteger(size)) throw wrong(`the size of ${name} is no number`);
  if (Number.isNaN(lastModified)) throw wrong(`${name} was last modified at no time`);
  return {
    name,
    size,
    lastModified: modifiedAt(generation, lastModified),
    etag: generation === undefined ? undefined : String(generation),
  };
}

function parseJson(body: Uint8Array): { readonly [Name in "kind" | "items" | "nextPageToken"]?: unknown } {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch (cause) {
    throw wrong("it is no whole JSON text", cause);
  }
  if (typeof value !== "object" || value === null) throw wrong("it is no object");
  return value;
}

function wrong(why: string, cause?: unknown): DeltaError {
  const message = `The store's answer to a listing cannot be trusted: ${why}.`;
  return new DeltaError("STORAGE_FAILED", message, cause === undefined ? {} : { cause });
}
