import { DeltaError } from "@asyncdelta/kernel-core";
import { shownUrl } from "../object-store/shown-url.js";

/**
 * The key that stands percent-encoded in a storage URL.
 *
 * @throws DeltaError `INVALID_ARGUMENT` where it is wrongly encoded, or would become another key on its way
 */
export function decodeKey(encoded: string, url: string): string {
  let key: string;
  try {
    key = decodeURIComponent(encoded);
  } catch {
    throw invalidUrl(url, "its percent-encoding cannot be decoded");
  }
  // URLs are taken to pieces on their way, which would make another key of these.
  if (key.split("/").some((segment) => segment === "." || segment === ".."))
    throw invalidUrl(url, "a key with `.` or `..` between slashes cannot be asked for");
  return key;
}

/** The error of a URL that does not say where an object is; shows nothing of it that may be a secret. */
export function invalidUrl(url: string, why: string): DeltaError {
  const path = shownUrl(url);
  return new DeltaError("INVALID_ARGUMENT", `${path}: ${why}.`, { path });
}
