import { decodeKey, invalidUrl } from "../cloud/decode-key.js";
import { encodeKey } from "../cloud/encode-key.js";

/** Bucket and key of a storage URL, decoded. */
export interface GcsLocation {
  readonly bucket: string;
  /** Without a slash at the start, unless the key itself has one; empty for the bucket. */
  readonly key: string;
}

/**
 * Reads `gs://bucket/key` or the `https:` URL of an object at the endpoint, percent-encoded.
 *
 * @throws DeltaError `INVALID_ARGUMENT` for anything else
 */
export function parseGcsUrl(url: string, endpoint: string): GcsLocation {
  const below = url.startsWith(`${endpoint}/`) ? url.slice(endpoint.length + 1) : /^gc?s:\/\/(.*)$/is.exec(url)?.[1];
  const [, bucket, path] = /^([a-z0-9][\w.-]*)\/([^?#]*)$/i.exec(below ?? "") ?? [];
  if (bucket === undefined || path === undefined) throw invalidUrl(url, "not of the form gs://bucket/path");
  return { bucket, key: decodeKey(path, url) };
}

/** URL by which an object is read and deleted (XML API). */
export function objectUrlOf({ bucket, key }: GcsLocation, endpoint: string): string {
  return `${endpoint}/${bucket}/${encodeKey(key)}`;
}

/** URL by which an object is written whole in one request (JSON API), from the one by which it is read. */
export function uploadUrlOf(objectUrl: string, endpoint: string): string {
  const [, bucket = "", key = ""] = /^([^/]*)\/(.*)$/s.exec(objectUrl.slice(endpoint.length + 1)) ?? [];
  return `${endpoint}/upload/storage/v1/b/${bucket}/o?uploadType=media&name=${key.replaceAll("/", "%2F")}`;
}
