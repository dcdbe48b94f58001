import { fileURLToPath } from "node:url";
import { invalidUrl } from "./file-error.js";

/** The path of a `file:` URL. Throws `INVALID_ARGUMENT` for other URLs, and for one with a query or fragment. */
export function pathOf(url: string): string {
  // An unescaped "?" or "#" would be dropped without a word, and another file be read.
  if (/[?#]/.test(url)) throw invalidUrl(url);
  try {
    return fileURLToPath(url);
  } catch (error) {
    throw invalidUrl(url, error);
  }
}

/** The path of a directory's URL, which ends in `/`. */
export function directoryPathOf(url: string): string {
  if (!url.endsWith("/")) throw invalidUrl(url, new Error('The URL of a directory ends in "/".'));
  return pathOf(url);
}

/** URL of a name in a directory. */
export function childUrl(directory: string, name: string): string {
  return directory + (/^[\w.~-]*$/.test(name) ? name : encodeURIComponent(name));
}
