import { DeltaError } from "@asyncdelta/kernel-core";
import { encodeValue } from "../cloud/encode-key.js";
import type { HttpRequest } from "../http/http-request.js";
import type { ListedObject, ListedPage, PageOptions } from "../object-store/object-service.js";
import { childText, parseXml, type XmlElement } from "../xml/parse-xml.js";
import type { AzureLocation } from "./azure-url.js";
import { quotedEtag } from "./etag.js";

/**
 * A request for one page of List Blobs. With metadata, since by it alone a directory that is kept as an empty blob is
 * told from an object.
 */
export function listRequest({ container, key }: AzureLocation, { token, limit }: PageOptions): HttpRequest {
  const query = ["restype=container", "comp=list", "delimiter=%2F", "include=metadata", `prefix=${encodeValue(key)}`];
  if (token !== undefined) query.push(`marker=${encodeValue(token)}`);
  if (limit !== undefined) query.push(`maxresults=${limit}`);
  return { method: "GET", url: `${container}?${query.join("&")}`, headers: {} };
}

/**
 * Reads a page of blobs whose names are `prefix` and a name without a slash. One that is not whole is an error: it could
 * not be told from a shorter listing.
 *
 * @throws DeltaError `STORAGE_FAILED`
 */
export function parseListing(prefix: string, body: Uint8Array): ListedPage {
  const root = parseXml(body);
  if (root.name !== "EnumerationResults") throw wrong(`its root is ${root.name}`);
  const blobs = childOf(root, "Blobs");
  if (blobs === undefined) throw wrong("it has no Blobs");
  const objects: ListedObject[] = [];
  for (const blob of blobs.children) {
    if (blob.name !== "Blob" || isDirectory(blob)) continue;
    const key = nameOf(blob);
    if (!key.startsWith(prefix)) throw wrong("it names blobs that were not asked for");
    const name = key.slice(prefix.length);
    // The directory itself, and what lies deeper, where the delimiter was not heeded.
    if (name !== "" && !name.includes("/")) objects.push(listedObject(name, blob));
  }
  const token = childText(root, "NextMarker");
  return token ? { objects, token } : { objects };
}

/** Accounts with a hierarchical namespace say so; in others Hadoop's drivers leave a mark. */
function isDirectory(blob: XmlElement): boolean {
  const kind = childText(propertiesOf(blob), "ResourceType")?.toLowerCase();
  if (kind !== undefined) return kind === "directory";
  const metadata = childOf(blob, "Metadata");
  return (
    metadata?.children.some(({ name, text }) => name.toLowerCase() === "hdi_isfolder" && /^true$/i.test(text)) ?? false
  );
}

/** Names with characters that XML cannot hold come percent-encoded. */
function nameOf(blob: XmlElement): string {
  const element = childOf(blob, "Name");
  if (element === undefined || element.text === "") throw wrong("a blob has no name");
  if (element.attributes.Encoded?.toLowerCase() !== "true") return element.text;
  try {
    return decodeURIComponent(element.text);
  } catch (cause) {
    throw wrong("a name cannot be decoded", cause);
  }
}

function listedObject(name: string, blob: XmlElement): ListedObject {
  const properties = propertiesOf(blob);
  const sizeText = childText(properties, "Content-Length") ?? "";
  const size = Number(sizeText);
  const lastModified = Date.parse(childText(properties, "Last-Modified") ?? "");
  if (!/^\d+$/.test(sizeText) || !Number.isSafeInteger(size)) throw wrong(`the size of ${name} is no number`);
  if (Number.isNaN(lastModified)) throw wrong(`${name} was last modified at no time`);
  return { name, size, lastModified, etag: quotedEtag(childText(properties, "Etag")) };
}

function propertiesOf(blob: XmlElement): XmlElement {
  return childOf(blob, "Properties") ?? blob;
}

function childOf(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((child) => child.name === name);
}

function wrong(why: string, cause?: unknown): DeltaError {
  const message = `The store's answer to List Blobs cannot be trusted: ${why}.`;
  return new DeltaError("STORAGE_FAILED", message, cause === undefined ? {} : { cause });
}
