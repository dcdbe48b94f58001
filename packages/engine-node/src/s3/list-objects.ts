import { DeltaError } from "@asyncdelta/kernel-core";
import type { HttpRequest } from "../http/http-request.js";
import type { ListedObject, ListedPage, PageOptions } from "../object-store/object-service.js";
import { childText, parseXml, type XmlElement } from "../xml/parse-xml.js";
import { etagFrom } from "./etag.js";
import { encodeValue } from "./s3-url.js";

/** A request for one page of `ListObjectsV2`: the objects whose keys are `prefix` and a name without a slash. */
export function listRequest(bucketUrl: string, prefix: string, page: PageOptions, hasStartAfter: boolean): HttpRequest {
  const query: Record<string, string> = { "list-type": "2", delimiter: "/", "encoding-type": "url", prefix };
  if (page.token !== undefined) query["continuation-token"] = page.token;
  else if (page.startAfter !== undefined && hasStartAfter) query["start-after"] = prefix + page.startAfter;
  if (page.limit !== undefined) query["max-keys"] = String(page.limit);
  const search = Object.entries(query).map(([name, value]) => `${name}=${encodeValue(value)}`);
  return { method: "GET", url: `${bucketUrl}?${search.join("&")}`, headers: {} };
}

const WANTED: ReadonlySet<string> = new Set([
  "EncodingType",
  "IsTruncated",
  "NextContinuationToken",
  "Key",
  "Size",
  "LastModified",
  "ETag",
]);

/**
 * Reads a page. One that is not whole, or does not say whether there is more, is an error: it could not be told from
 * a shorter listing.
 *
 * @throws DeltaError `STORAGE_FAILED`
 */
export function parseListing(prefix: string, body: Uint8Array): ListedPage {
  const root = parseXml(body, WANTED);
  if (root.name !== "ListBucketResult") throw wrong(`its root is ${root.name}`);
  const decode = childText(root, "EncodingType")?.toLowerCase() === "url" ? decodeKey : (key: string) => key;
  const objects: ListedObject[] = [];
  for (const child of root.children) {
    if (child.name !== "Contents") continue;
    const key = decode(required(child, "Key"));
    if (!key.startsWith(prefix)) throw wrong("it names objects that were not asked for");
    const name = key.slice(prefix.length);
    // The directory itself, where it was made as an object; and what lies deeper, where the delimiter was not heeded.
    if (name === "" || name.includes("/")) continue;
    objects.push(listedObject(name, child));
  }
  const isTruncated = required(root, "IsTruncated").toLowerCase();
  if (isTruncated !== "true" && isTruncated !== "false") throw wrong("it does not say whether there is more");
  const token = childText(root, "NextContinuationToken");
  if (isTruncated === "false") return { objects };
  if (!token) throw wrong("there is more, but it does not say where to go on");
  return { objects, token };
}

function listedObject(name: string, element: XmlElement): ListedObject {
  const sizeText = required(element, "Size");
  const size = Number(sizeText);
  const lastModified = Date.parse(required(element, "LastModified"));
  if (!/^\d+$/.test(sizeText) || !Number.isSafeInteger(size)) throw wrong(`the size of ${name} is no number`);
  if (Number.isNaN(lastModified)) throw wrong(`${name} was last modified at no time`);
  return { name, size, lastModified, etag: etagFrom(childText(element, "ETag")) };
}

/** Keys are encoded as in HTML forms, where a space is a plus sign. */
function decodeKey(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll("+", " "));
  } catch (cause) {
    throw wrong("a key in it cannot be decoded", cause);
  }
}

function required(element: XmlElement, name: string): string {
  const text = childText(element, name);
  if (text === undefined) throw wrong(`it lacks ${name} in ${element.name}`);
  return text;
}

function wrong(why: string, cause?: unknown): DeltaError {
  const message = `The store's answer to ListObjectsV2 cannot be trusted: ${why}.`;
  return new DeltaError("STORAGE_FAILED", message, cause === undefined ? {} : { cause });
}
